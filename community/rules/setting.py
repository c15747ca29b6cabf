"""Where a found word stands: in a quotation, next to whom, in which sentence."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property, lru_cache

from community.rules.marks import (
    CAPITALISED,
    CLAUSE,
    CODE,
    END,
    MENTION,
    NOT,
    NOT_MEMBERS,
    PERSON,
    PLACES,
    QUOTE_LINES,
    QUOTES,
    SECOND_PERSON,
    SPEECH,
    STAFF,
    TELLING,
    TURN,
    WORD,
    YOU,
)
from community.rules.model import Span, Submission
from community.rules.normal import merge

_NEAR_WORDS = 4
_REACH = 300


class Setting:
    """The author's text cut into sentences, quotations and words, each only when asked."""

    def __init__(self, original: str, submission: Submission) -> None:
        self._text = original
        self._submission = submission

    @cached_property
    def _quoted(self) -> tuple[Span, ...]:
        told = [m.span() for pattern in (QUOTES, CODE) for m in pattern.finditer(self._text)]
        if self._submission.quotable is None:  # nobody knows what was answered: lines are believed
            return merge(told + [m.span() for m in QUOTE_LINES.finditer(self._text)])
        return merge(told + list(self.verified_quotes))

    def _quoted_near(self, span: Span) -> tuple[Span, ...]:
        at = bisect_right(self._quoted, (span[0], len(self._text)))
        return self._quoted[max(0, at - 1) : at]

    @cached_property
    def verified_quotes(self) -> tuple[Span, ...]:
        """Quoted lines that really stand in the text being answered."""
        source = " ".join((self._submission.quotable or "").split())
        if not source:
            return ()
        return tuple(
            match.span()
            for match in QUOTE_LINES.finditer(self._text)
            if " ".join(match.group().lstrip(" \t>").split()) in source
        )

    @cached_property
    def code(self) -> tuple[Span, ...]:
        """Fenced pieces of program text."""
        return tuple(match.span() for match in CODE.finditer(self._text))

    @cached_property
    def _ends(self) -> list[int]:
        return [match.end() for match in END.finditer(self._text)]

    @cached_property
    def _clause_ends(self) -> list[int]:
        return [match.end() for match in CLAUSE.finditer(self._text)]

    @cached_property
    def _turns(self) -> list[int]:
        return [match.end() for match in TURN.finditer(self._text)]

    @cached_property
    def _words(self) -> tuple[list[int], list[str]]:
        lowered = self._text.lower().replace("ё", "е")
        text = lowered if len(lowered) == len(self._text) else self._text
        found = list(WORD.finditer(text))
        return [m.start() for m in found], [m.group() for m in found]

    def _words_where(self, test: Callable[[str], bool]) -> list[int]:
        return [at for at, word in zip(*self._words, strict=True) if test(word)]

    @cached_property
    def _speech(self) -> list[int]:
        return self._words_where(_tells_speech)

    @cached_property
    def _telling(self) -> list[int]:
        return self._words_where(_tells_words)

    @cached_property
    def _staff(self) -> list[int]:
        return self._words_where(_names_staff)

    @cached_property
    def _mentions(self) -> list[int]:
        return [match.start() for match in MENTION.finditer(self._text)]

    @cached_property
    def _classics(self) -> list[int]:
        return [m.start() for m in CAPITALISED.finditer(self._text) if NOT_MEMBERS.match(m.group())]

    @cached_property
    def _people(self) -> list[int]:
        return [
            match.start()
            for match in PERSON.finditer(self._text)
            if not PLACES.match(match.group())
            and not NOT_MEMBERS.match(match.group())
            and not NOT_MEMBERS.match(match.group().split()[-1])
        ]

    def _beside(self, places: list[int], span: Span) -> bool:
        """Whether one of these places is in the sentence around a span, and not far off."""
        start, end = self.sentence(span)
        at = bisect_left(places, max(start, span[0] - _REACH))
        return at < len(places) and places[at] < min(end, span[1] + _REACH)

    def _before(self, places: list[int], span: Span) -> bool:
        """Whether one of these places stands earlier in the sentence: what is said follows."""
        start, _ = self.sentence(span)
        at = bisect_left(places, max(start, span[0] - _REACH))
        return at < len(places) and places[at] < span[0]

    def sentence(self, span: Span) -> Span:
        """The sentence around a place."""
        return _between(self._ends, span, len(self._text))

    def clause(self, span: Span) -> Span:
        """The piece between commas and dashes around a place."""
        return _between(self._clause_ends, span, len(self._text))

    def word_at(self, offset: int) -> int:
        """The number of the word at an offset, to measure distance in words."""
        return bisect_right(self._words[0], offset)

    def is_quoted(self, span: Span) -> bool:
        """Whether a place is someone else's words: quotation marks, a quoted line, told speech."""
        if any(start <= span[0] and span[1] <= end for start, end in self._quoted_near(span)):
            return True
        is_told = (
            self._beside(self._speech, span)
            or self._beside(self._classics, span)
            or self._before(self._telling, span)
        )
        return is_told and not self._is_said_to_you(span)

    def is_toward(self, span: Span, whom: frozenset[str]) -> bool:
        """Whether a place is aimed at a person of the given sorts."""
        if self.is_denied(span):
            return False
        return (
            ("you" in whom and (self._is_said_to_you(span) or self._is_called_out(span)))
            or ("called" in whom and self._is_called_out(span))
            or ("mention" in whom and self._beside(self._mentions, span))
            or ("staff" in whom and self._beside(self._staff, span))
            or ("reply" in whom and self._is_short_answer(span))
        )

    def has_person(self, span: Span) -> bool:
        """Whether a living person is named in the same sentence."""
        return self._beside(self._people, span)

    def _is_said_to_you(self, span: Span) -> bool:
        start, end = _between(self._turns, span, len(self._text))
        starts, words = self._words
        first, last = bisect_left(starts, span[0]), bisect_left(starts, span[1])
        low = max(bisect_left(starts, start), first - _NEAR_WORDS)
        high = min(bisect_left(starts, end), last + _NEAR_WORDS)
        return any(word in YOU for word in words[low:first] + words[last:high])

    def _is_called_out(self, span: Span) -> bool:
        """«…, дурак!», «Не лезь, козёл»: the word stands alone and is called to somebody."""
        start, end = self.clause(span)
        if self._count(start, end) > 2 or self._is_listed(start, end):
            return False
        sentence = self.sentence(span)
        if "!" in self._text[span[1] : min(end + 1, len(self._text))]:
            return self._count(*sentence) <= 2 or self._has_comma(start, end)
        return self._has_comma(start, end) and self._is_second_person(sentence)

    def _count(self, start: int, end: int) -> int:
        return bisect_left(self._words[0], end) - bisect_left(self._words[0], start)

    def _has_comma(self, start: int, end: int) -> bool:
        return "," in self._text[max(0, start - 2) : start] or self._text[end - 1 : end] == ","

    def _is_listed(self, start: int, end: int) -> bool:
        """One of several single words between commas is a list, not a call."""
        before = self.clause((max(0, start - 1), max(0, start - 1))) if start else (0, 0)
        after = self.clause((end, end + 1)) if end < len(self._text) else (0, 0)
        beside = [
            self._count(*one)
            for one, mark in ((before, start - 2), (after, end - 1))
            if "," in self._text[max(0, mark) : mark + 2]
        ]
        return 1 in beside and self._count(*self.sentence((start, end))) > 2

    def _is_second_person(self, sentence: Span) -> bool:
        starts, words = self._words
        said = words[bisect_left(starts, sentence[0]) : bisect_left(starts, sentence[1])]
        return any(word in YOU or _speaks_to_you(word) for word in said)

    def _is_short_answer(self, span: Span) -> bool:
        if self._submission.target_author_id is None:
            return False
        start, end = self.sentence(span)
        starts, _ = self._words
        return bisect_left(starts, end) - bisect_left(starts, start) <= 4

    def is_denied(self, span: Span) -> bool:
        """Whether «не» or its like stands right before a place."""
        starts, words = self._words
        first = bisect_left(starts, span[0])
        low = bisect_left(starts, self.clause(span)[0])
        return bool(set(words[max(low, first - 2) : first]) & NOT)


def _between(ends: list[int], span: Span, size: int) -> Span:
    after = bisect_right(ends, span[0])
    before = bisect_left(ends, span[1])
    return (ends[after - 1] if after else 0, ends[before] if before < len(ends) else size)


@lru_cache(maxsize=32768)
def _tells_speech(word: str) -> bool:
    return SPEECH.fullmatch(word) is not None


@lru_cache(maxsize=32768)
def _tells_words(word: str) -> bool:
    return TELLING.fullmatch(word) is not None


@lru_cache(maxsize=32768)
def _speaks_to_you(word: str) -> bool:
    return SECOND_PERSON.fullmatch(word) is not None


@lru_cache(maxsize=32768)
def _names_staff(word: str) -> bool:
    return STAFF.fullmatch(word) is not None
