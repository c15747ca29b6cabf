"""The outward shape of a text: capitals, links, repeats, length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from community.rules.model import Span

_LINK = re.compile(r"https?://\S{3,}|(?<!\w)www\.\S{3,}", re.IGNORECASE)
_REPEAT = re.compile(r"(.)\1{3,}", re.DOTALL)


def _capitals(text: str, percent: int) -> Iterable[Span]:
    capitals = sum(map(str.isupper, text))
    if capitals < 15:
        return
    letters = sum(map(str.isalpha, text))
    if letters >= 20 and 100 * capitals >= percent * letters:
        yield (0, len(text))


def _links(text: str, most: int) -> Iterable[Span]:
    found = [match.span() for match in _LINK.finditer(text)]
    return found if len(found) > most else ()


def _repeats(text: str, most: int) -> Iterable[Span]:
    return [match.span() for match in _REPEAT.finditer(text) if len(match.group()) > most]


def _length(text: str, most: int) -> Iterable[Span]:
    return [(most, len(text))] if len(text) > most else ()


SHAPES: Mapping[str, Callable[[str, int], Iterable[Span]]] = {
    "caps": _capitals,
    "links": _links,
    "repeat": _repeats,
    "length": _length,
}


def shape_finder(name: str, bound: int) -> Callable[[str], Iterable[Span]]:
    """The finder of one shape beyond one bound."""
    return lambda text: SHAPES[name](text, bound)
