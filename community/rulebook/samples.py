"""Samples of what a rule met: a fragment with its neighbours, personal data hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from community.publishing.decisions import HIDDEN
from community.publishing.facts import Words
from community.rulebook.history import Past
from community.rules.detectors.registry import DETECTORS
from community.rules.marks import MENTION, NOT_MEMBERS, PERSON

_AROUND = 60
_NAME = "Иванова"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Sample:
    """A place in somebody's text: what stands before, the words themselves, what stands after."""

    verdict_id: int
    entry_id: int | None
    at: Any
    before: str
    match: str
    after: str


def sample(past: Past, spans: Sequence[Sequence[int]]) -> Sample | None:
    """Return the first place with its neighbours; None where the words are gone."""
    if past.words is None:
        return None
    before, match, after = _around(past.words, spans)
    return Sample(past.verdict.id, past.entry_id, past.verdict.at, before, match, after)


def _around(words: Words, spans: Sequence[Sequence[int]]) -> tuple[str, str, str]:
    body = words.body
    if not spans:
        text = words.title or body
        return "", hidden(text[: 2 * _AROUND]), "…" if len(text) > 2 * _AROUND else ""
    start, end = spans[0]
    left, right = max(0, start - _AROUND), min(len(body), end + _AROUND)
    left, right = (
        _at_words(body, left, start),
        len(body) - _at_words(body[::-1], len(body) - right, len(body) - end),
    )
    shown = hidden_pieces(body, left, start, end, right)
    return ("…" if left else "") + shown[0], shown[1], shown[2] + ("…" if right < len(body) else "")


def _at_words(text: str, edge: int, place: int) -> int:
    """Move a cut to the next blank before ``place``, so that no word is shown in half."""
    if edge == 0 or text[edge - 1].isspace():
        return edge
    blank = text.find(" ", edge, place)
    return blank + 1 if blank >= 0 else edge


def hidden(text: str) -> str:
    """Return a text with every kind of personal data replaced by «▒▒▒»."""
    return "".join(_hide(text, 0, len(text)))


def hidden_pieces(text: str, *bounds: int) -> list[str]:
    """Return the pieces between the bounds with personal data hidden, found in the whole text."""
    return ["".join(_hide(text, a, b)) for a, b in pairwise(bounds)]


def _hide(text: str, start: int, end: int) -> list[str]:
    places = sorted(
        (max(a, start), min(b, end))
        for detector in DETECTORS.values()
        for a, b in detector.find(text)
        if a < end and b > start
    )
    made: list[str] = []
    at = start
    for a, b in places:
        if a >= at:
            made.extend((text[at:a], HIDDEN))
        at = max(at, b)
    return [*made, text[at:end]]


def nameless(words: Words) -> str:
    """Return a text as an example may hold it: no personal data, no names of living people."""
    text = hidden(words.body)
    text = PERSON.sub(lambda found: found[0] if NOT_MEMBERS.match(found[0]) else _NAME, text)
    return " ".join(MENTION.sub("@имя", text).split())[:_LONGEST]
