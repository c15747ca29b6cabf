"""Where in a text it is worth looking: near digits, near Latin letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from community.rules.model import Span

AT = re.compile("@")
DIGIT = re.compile(r"\d+")
LONG_NUMBER = re.compile(r"\d{2,}")
LATIN_NAME = re.compile(r"[a-zA-Z@][a-zA-Z0-9_.]{3,}")


@lru_cache(maxsize=16)
def _hints(text: str, hint: re.Pattern[str]) -> tuple[Span, ...]:
    """Every hint of a text; the detectors of one text ask for the same few."""
    return tuple(match.span() for match in hint.finditer(text))


def spots(text: str, hint: re.Pattern[str], before: int, after: int) -> Iterator[Span]:
    """Pieces of the text around every hint, those that meet made one."""
    start = end = -1
    for first, last in _hints(text, hint):
        low, high = first - before, last + after
        if low > end:
            if end >= 0:
                yield (max(start, 0), end)
            start = low
        end = high
    if end >= 0:
        yield (max(start, 0), end)


def matches(
    pattern: re.Pattern[str], text: str, hint: re.Pattern[str], before: int, after: int
) -> Iterator[re.Match[str]]:
    """What a pattern finds, looked for only near the hint."""
    for start, end in spots(text, hint, before, after):
        yield from pattern.finditer(text, start, end)
