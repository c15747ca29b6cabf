"""A question in Whoosh's terms, and a walk that scores only so many hits.

Whoosh scores every text that has the word, in Python; for a word that is everywhere this takes
longer than a person waits. So the newest documents are walked first, in growing steps, until
enough of them compete.
"""

from collections.abc import Iterator
from typing import Any

from whoosh import query, scoring
from whoosh.searching import SearchContext

from community.search.port import COMPETING, MOST, Found, Narrowing, Question

_FIRST_STEP = 4_096
_TITLE_BOOST = 2.0
_weighting = scoring.BM25F()


def search(searcher: Any, question: Question, narrowing: Narrowing) -> Found:
    """Return the best hits among the newest ``COMPETING`` matches."""
    asked = compose(question, narrowing)
    scored: list[tuple[float, int]] = []
    ended = True
    for row in _walk(searcher, asked):
        scored.append(row)
        if len(scored) >= COMPETING:
            ended = False
            break
    scored.sort(key=lambda row: (-row[0], -row[1]))
    keys = [searcher.stored_fields(number)["key"] for _score, number in scored[:MOST]]
    scores = {key: row[0] for key, row in zip(keys, scored, strict=False)}
    return Found(keys, ended and len(scored) <= MOST, scores)


def compose(question: Question, narrowing: Narrowing) -> Any:
    """Return Whoosh's query: all words in the text, a bonus for those in the title, the narrowing.

    ``Require``, made for narrowing, is turned into its opposite by 2.7.4; so the labels are words
    like the others, whose weight is nothing.
    """
    field = "who" if narrowing.what == "person" else "text"
    needed: list[Any] = [query.Term(field, word) for word in question.words]
    needed += [query.Phrase(field, list(row)) for row in question.phrases]
    needed += _narrow(narrowing)
    made = query.And(needed) if len(needed) > 1 else needed[0]
    in_title = [query.Term("title", word, boost=_TITLE_BOOST) for word in question.wanted]
    made = query.AndMaybe(made, _any(in_title))
    if question.without:
        made = query.AndNot(made, _any([query.Term(field, word) for word in question.without]))
    return made


def _narrow(narrowing: Narrowing) -> list[Any]:
    made: list[Any] = [query.Term("label", label, boost=0.0) for label in narrowing.labels]
    if narrowing.since or narrowing.until:
        days = _day(narrowing.since, 1), _day(narrowing.until, None)
        made.append(query.NumericRange("day", *days, boost=0.0))
    return made


def _any(queries: list[Any]) -> Any:
    return query.Or(queries) if len(queries) > 1 else queries[0]


def _day(day: Any, otherwise: int | None) -> int | None:
    return otherwise if day is None else day.year * 10_000 + day.month * 100 + day.day


def _walk(searcher: Any, asked: Any) -> Iterator[tuple[float, int]]:
    """Yield (score, number) of every match, the newest documents first, step by step."""
    context = SearchContext(needs_current=True, weighting=_weighting)
    for leaf, offset in reversed(searcher.leaf_searchers()):
        end, step = leaf.doc_count_all(), _FIRST_STEP
        while end > 0:
            start = max(0, end - step)
            matcher = asked.matcher(leaf, context)
            if start and matcher.is_active():
                matcher.skip_to(start)
            while matcher.is_active() and matcher.id() < end:
                yield matcher.score(), offset + matcher.id()
                matcher.next()
            end, step = start, step * 2
