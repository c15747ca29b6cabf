"""PostgreSQL's full text search behind the port: one table, stems of our own, rank by the database.

The stems are made here as for Whoosh and stored as they are, so both engines take the same
questions and find the same. What narrows a search (community, author, board, kind) is a word too:
one GIN index answers it all.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, select, text

from community.core.db import db, insert
from community.core.transactions import transaction
from community.search.models import SearchDocument, SearchWord
from community.search.port import (
    COMPETING,
    EVERY_TEXT,
    MOST,
    Document,
    Found,
    IndexUnavailable,
    Narrowing,
    Question,
)

_LAST_POSITION = 16_383
_BATCH = 200
_LOCK = 7_316_402
"""First half of the advisory lock of a community's index; an arbitrary number of ours."""

_SEARCH = text("""
    SELECT key, ts_rank_cd('{0, 0, 0.25, 1}', words, CAST(:ranked AS tsquery), 1) AS score
    FROM (SELECT key, number, words FROM search_documents
          WHERE words @@ CAST(:asked AS tsquery) AND community_id = :community
            AND (CAST(:since AS date) IS NULL OR day >= :since)
            AND (CAST(:until AS date) IS NULL OR day <= :until)
          ORDER BY number DESC LIMIT :competing) AS newest
    ORDER BY score DESC, number DESC LIMIT :most
""")


class PostgresIndex:
    """The index of an installation whose database is PostgreSQL."""

    @contextmanager
    def writing(self, community_id: int) -> Iterator["_Writer"]:
        """Open the index for changes in a transaction of its own; writers of a community queue up."""
        with transaction():
            _lock(community_id)
            if not _is_built(community_id):
                raise IndexUnavailable(f"community {community_id} has no index")
            yield _Writer(community_id)

    def rebuild(self, community_id: int, read: Callable[[], Iterator[Document]]) -> int:
        """Replace all documents of a community in one transaction; readers see the old ones till then."""
        count = 0
        with transaction():
            _lock(community_id)
            self._empty(community_id)
            writer, documents = _Writer(community_id), read()
            db.session.add(
                SearchDocument(community_id=community_id, key="", number=0, day=None, words="")
            )
            db.session.flush()
            while batch := list(islice(documents, _BATCH)):
                writer.replace(batch)
                count += len(batch)
        return count

    def forget(self, community_id: int) -> None:
        """Throw the index of a community away."""
        with transaction():
            _lock(community_id)
            self._empty(community_id)

    def _empty(self, community_id: int) -> None:
        for table in (SearchDocument, SearchWord):
            db.session.execute(delete(table).where(table.community_id == community_id))

    def search(
        self, community_id: int, question: Question, narrowing: Narrowing = EVERY_TEXT
    ) -> Found:
        """Return the best hits of a community."""
        rows = db.session.execute(
            _SEARCH,
            {
                "asked": _asked(community_id, question, narrowing),
                "ranked": " | ".join(_quoted(word) for word in question.wanted),
                "community": community_id,
                "since": narrowing.since,
                "until": narrowing.until,
                "competing": COMPETING,
                "most": MOST + 1,
            },
        ).all()
        if not rows and not _is_built(community_id):
            raise IndexUnavailable(f"community {community_id} has no index")
        best = rows[:MOST]
        return Found(
            [row.key for row in best],
            len(rows) <= MOST,
            {row.key: float(row.score) for row in best},
        )

    def frequencies(self, community_id: int, stems: Collection[str]) -> dict[str, int]:
        """Return in how many documents each stem is; counted only for those that were ever there."""
        known = db.session.scalars(
            select(SearchWord.word).where(
                SearchWord.community_id == community_id, SearchWord.word.in_(list(stems))
            )
        ).all()
        counted = {word: _count(community_id, word) for word in known}
        return {word: count for word, count in counted.items() if count}

    def count(self, community_id: int) -> int:
        """Return how many documents there are."""
        if not _is_built(community_id):
            raise IndexUnavailable(f"community {community_id} has no index")
        here = select(func.count()).where(
            SearchDocument.community_id == community_id, SearchDocument.key != ""
        )
        return db.session.scalar(here) or 0


class _Writer:
    """Changes of one community's documents inside the open transaction."""

    def __init__(self, community_id: int) -> None:
        self._community = community_id

    def replace(self, documents: Iterable[Document]) -> None:
        """Put documents in the place of those with the same keys."""
        documents = list(documents)
        if not documents:
            return
        made = insert(SearchDocument).values([self._row(each) for each in documents])
        columns = ("number", "day", "words")
        newer = {name: made.excluded[name] for name in columns}
        db.session.execute(
            made.on_conflict_do_update(index_elements=["community_id", "key"], set_=newer)
        )
        words = sorted({word for each in documents for word in (*each.title, *each.text)})
        if words:
            rows = [{"community_id": self._community, "word": word} for word in words]
            for at in range(0, len(rows), 1_000):
                some = insert(SearchWord).values(rows[at : at + 1_000])
                db.session.execute(some.on_conflict_do_nothing())

    def remove(self, keys: Iterable[str]) -> None:
        """Take documents out."""
        db.session.execute(
            delete(SearchDocument).where(
                SearchDocument.community_id == self._community,
                SearchDocument.key.in_([key for key in keys if key]),
            )
        )

    def _row(self, document: Document) -> dict[str, Any]:
        return {
            "community_id": self._community,
            "key": document.key,
            "number": int(document.key[1:]) if document.what != "person" else 0,
            "day": document.day,
            "words": vector(self._community, document),
        }


def vector(community_id: int, document: Document) -> str:
    """Return a document as a tsvector: title words weigh A, the others B, labels have no place."""
    at: dict[str, list[str]] = {}
    for place, word in enumerate(document.title, start=1):
        at.setdefault(word, []).append(f"{min(place, _LAST_POSITION)}A")
    first = len(document.title) + 2  # a gap, so that no phrase runs over the border
    for place, word in enumerate(document.text, start=first):
        at.setdefault(word, []).append(f"{min(place, _LAST_POSITION)}B")
    labels = [_quoted(_group(community_id, document.what)), *map(_quoted, document.labels)]
    return " ".join(labels + [f"{_quoted(word)}:{','.join(on[:255])}" for word, on in at.items()])


def _asked(community_id: int, question: Question, narrowing: Narrowing) -> str:
    needed = [_quoted(_group(community_id, narrowing.what)), *map(_quoted, narrowing.labels)]
    needed += [_quoted(word) for word in question.words]
    needed += ["(" + " <-> ".join(map(_quoted, row)) + ")" for row in question.phrases]
    needed += [f"!{_quoted(word)}" for word in question.without]
    return " & ".join(needed)


def _group(community_id: int, what: str) -> str:
    """The label that texts of a community have, or its people."""
    return f"{'p' if what == 'person' else 'c'}:{community_id}"


def _quoted(word: str) -> str:
    """Return a lexeme as tsvector and tsquery read it; words are letters and digits already."""
    return "'" + word.replace("\\", "").replace("'", "") + "'"


def _count(community_id: int, word: str) -> int:
    groups = (
        f"({_quoted(_group(community_id, 'text'))} | {_quoted(_group(community_id, 'person'))})"
    )
    asked = f"{groups} & {_quoted(word)}"
    found = text("SELECT count(*) FROM search_documents WHERE words @@ CAST(:asked AS tsquery)")
    return db.session.scalar(found, {"asked": asked}) or 0


def _is_built(community_id: int) -> bool:
    """Tell whether the index was ever built: its first row, which is no document, says so."""
    row = select(SearchDocument.key).where(
        SearchDocument.community_id == community_id, SearchDocument.key == ""
    )
    return db.session.scalar(row) is not None


def _lock(community_id: int) -> None:
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(:ours, :community)"),
        {"ours": _LOCK, "community": community_id},
    )
