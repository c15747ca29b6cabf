"""The line that a person types, taken apart: words are AND, "in quotes" in a row, -word is not wanted."""

import re

from community.core.markup import clean
from community.search.port import Question
from community.search.words import STOP, fold, stems

LONGEST = 200
"""Characters of a question."""
MOST_WORDS = 12

_PART = re.compile(
    r"""(?P<minus>(?<!\S)[-\u2212](?=["«“„\w]))?"""
    r"""(?:"(?P<a>[^"]*)(?:"|$)|«(?P<b>[^»]*)(?:»|$)|[“„](?P<c>[^”“]*)(?:[”“]|$)|(?P<word>\w+))"""
)


def tidy(typed: str) -> str:
    """Return a typed line without controls and spare blanks, cut to ``LONGEST``."""
    return " ".join(clean(typed).split())[:LONGEST].strip()


def parse(typed: str) -> Question:
    """Return what is asked; nothing that can be typed is a mistake."""
    words: list[str] = []
    plain: list[str] = []
    phrases: list[tuple[str, ...]] = []
    without: list[str] = []
    for part in _PART.finditer(typed):
        row = stems(
            part.group("a") or part.group("b") or part.group("c") or part.group("word") or ""
        )
        if part.group("minus"):
            without.extend(row)
        elif part.group("word"):
            plain.extend(row)
            words.extend(each for each in row if not _is_stop(part.group("word")))
        elif len(row) > 1:
            phrases.append(tuple(row))
        else:
            words.extend(row)
    words = words or ([] if phrases else plain)
    kept = list(dict.fromkeys(words))
    unwanted = [each for each in dict.fromkeys(without) if each not in kept]
    return Question(
        words=tuple(kept[:MOST_WORDS]),
        phrases=tuple(row[:MOST_WORDS] for row in phrases[:4]),
        without=tuple(unwanted[:MOST_WORDS]),
        was_cut=len(kept) > MOST_WORDS or len(phrases) > 4,
    )


def _is_stop(word: str) -> bool:
    return fold(word) in STOP
