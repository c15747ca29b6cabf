"""Numbers told in words, or half in words: «восемь девятьсот 13, двести четыре…».

A row of number words becomes the digits that it would be dialled as; what digits mean is
decided by who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONES = {
    "ноль": 0, "нуль": 0, "ноля": 0, "один": 1, "одна": 1, "раз": 1, "два": 2, "две": 2, "три": 3,
    "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9,
}  # fmt: skip
_TEENS = {
    "десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14,
    "пятнадцать": 15, "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19,
}  # fmt: skip
_TENS = {
    "двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60,
    "семьдесят": 70, "восемьдесят": 80, "девяносто": 90,
}  # fmt: skip
_HUNDREDS = {
    "сто": 100, "двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500, "шестьсот": 600,
    "семьсот": 700, "восемьсот": 800, "девятьсот": 900,
}  # fmt: skip
_WORDS = frozenset({**_ONES, **_TEENS, **_TENS, **_HUNDREDS})
_NUMBER = "|".join(sorted(_WORDS, key=len, reverse=True))
_WORD = re.compile(r"\w+")
_ROW = re.compile(
    rf"(?<!\w)(?:\+\s?|плюс\s+)?(?:{_NUMBER}|\d{{1,4}})(?:[\s,.–—-]{{1,3}}(?:{_NUMBER}|\d{{1,4}})(?!\w)){{3,12}}",
    re.IGNORECASE,
)
_TOKEN = re.compile(rf"{_NUMBER}|\d+", re.IGNORECASE)
_FEW = 2


def spoken_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Rows of numbers with words among them: where they stand and the digits they say."""
    if sum(word in _WORDS for word in _WORD.findall(text.lower())) < _FEW:
        return
    for match in _ROW.finditer(text):
        tokens = [token.group().lower() for token in _TOKEN.finditer(match.group())]
        if sum(not token.isdigit() for token in tokens) >= _FEW:
            yield match.start(), match.end(), _dialled(tokens)


def _dialled(tokens: list[str]) -> str:
    """«девятьсот тринадцать» is 913, «сто один» 101, «пять один» 51."""
    digits = ""
    value, room = 0, 0
    for token in [*tokens, ""]:
        size, add = _sized(token)
        if room and size and size <= room and not token.isdigit():
            value, room = value + add, 0 if size == 1 or token in _TEENS else 1
            continue
        digits += str(value) if value or room else ""
        value, room = 0, 0
        if token.isdigit():
            digits += token
        elif token in _ONES:
            digits += str(add)
        elif token:
            value, room = add, {3: 2, 2: 1}[size] if token not in _TEENS else 0
    return digits


def _sized(token: str) -> tuple[int, int]:
    for size, words in ((1, _ONES), (2, _TEENS), (2, _TENS), (3, _HUNDREDS)):
        if token in words:
            # «ноль» is never a part of a bigger number
            return (0 if words[token] == 0 else size), words[token]
    return 0, 0
