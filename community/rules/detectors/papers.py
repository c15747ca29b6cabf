"""Numbers of papers: passport, СНИЛС, ИНН, bank card, car plate.

Check digits tell them from telephones, ISBN and sums; without a check digit a word beside the
number is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from community.rules.detectors.spots import LONG_NUMBER, matches
from community.rules.model import Span

_PASSPORT = re.compile(
    r"(?:паспорт\w*|сери[яию]\w*)[^\d\n]{0,60}(\d{2}\s?\d{2}[\s,]*(?:№|номер|н\.)?[\s:]*\d{3}\s?\d{3})(?!\d)",
    re.IGNORECASE,
)
_BIRTH_PAPER = re.compile(
    r"(?:[Сс]видетельств\w+|[Сс]вид-во) о рождении[^\d\n]{0,40}?"
    r"((?:[IVXLivxl]{1,5}|\d)-?\s?[А-ЯЁа-яё]{2}\s*(?:№|номер)?\s*\d{6})(?!\d)"
)
_FOREIGN_PASSPORT = re.compile(
    r"(?:загран\w*|заграничн\w+)[^\d\n]{0,40}(\d{2}[\s,]*(?:№|номер|н\.)?\s*\d{7})(?!\d)",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"(?:водительск\w+|удостоверени\w+|\bправа|\bв/у)[^\d\n]{0,40}"
    r"(\d{2}\s?(?:\d{2}|[А-ЯЁ]{2})[\s,]*(?:№|номер)?\s*\d{6})(?!\d)",
    re.IGNORECASE,
)
_INSURANCE = re.compile(
    r"(?:полис\w*|омс\b|дмс\b)[^\d\n]{0,30}(\d{4}\s?\d{4}\s?\d{4}\s?\d{4}|\d{16})(?!\d)",
    re.IGNORECASE,
)
_SNILS = re.compile(r"(?<!\d)(?<!\d[-.])\d{3}[-\s]?\d{3}[-\s]?\d{3}[-\s]?\d{2}(?![-.]?\d)")
_SNILS_WORD = re.compile(
    r"(?:снилс\w*|страхов\w+ (?:номер|свидетельств)\w*|пенсионн\w+)[^\d\n]{0,40}$", re.IGNORECASE
)
_INN = re.compile(r"(?<!\d)(?:\d{12}|\d{10})(?!\d)")
_INN_WORD = re.compile(r"(?:(?<!\w)инн(?!\w)|налогоплательщик\w*)[^\d\n]{0,40}$", re.IGNORECASE)
_FIRM = re.compile(
    r"школ|гимнази|лице|мбоу|моу|организаци|учрежден|кпп|огрн|ооо|зао|ип\s", re.IGNORECASE
)
_CARD = re.compile(r"(?<![\d-])\d{4}([\s-]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{2,3})?(?![\d-])")
_CARD_WORD = re.compile(
    r"(?:карт\w*|сбер\w*|перевод\w*|перевес\w+|скид\w+|переве\w+)[^\d\n]{0,40}$", re.IGNORECASE
)
_CARD_AFTER = re.compile(r"[\s,(—-]{1,4}(?:\w+\s)?(?:карт\w*|сбер\w*)", re.IGNORECASE)
_PLATE_LETTER = "АВЕКМНОРСТУХABEKMHOPCTYX"
_PLATE = re.compile(
    rf"(?<![\w№])[{_PLATE_LETTER}]\s?\d{{3}}\s?[{_PLATE_LETTER}]{{2}}\s?\|?\s?\d{{2,3}}(?:\s?(?:rus|рус|регион))?(?!\w)",
)
_SMALL_PLATE = re.compile(
    rf"(?<![\w№])[{_PLATE_LETTER.lower()}]\d{{3}}[{_PLATE_LETTER.lower()}]{{2}}\s?\d{{2,3}}(?!\w)"
)

_NAMED_PLATE = re.compile(
    rf"(?:авто\w*|машин\w*|госномер\w*|номер\w*)[^\n\d]{{0,25}}?"
    rf"([{_PLATE_LETTER}]\s?\d{{3}}\s?[{_PLATE_LETTER}]{{2}}\s?\d{{2,3}})(?!\w)",
    re.IGNORECASE,
)


def passports(text: str) -> Iterator[Span]:
    """Numbers of a passport, a certificate of birth, a licence or a policy, named beside them."""
    for pattern in (_PASSPORT, _FOREIGN_PASSPORT, _BIRTH_PAPER, _LICENCE, _INSURANCE):
        for match in matches(pattern, text, LONG_NUMBER, 90, 20):
            yield match.span(1)


def snils(text: str) -> Iterator[Span]:
    """Insurance numbers by check digits, or by the word before them."""
    for match in matches(_SNILS, text, LONG_NUMBER, 5, 20):
        digits = _digits(match.group())
        is_named = bool(_SNILS_WORD.search(text[max(0, match.start() - 70) : match.start()]))
        is_shaped = bool(re.search(r"[-\s]", match.group()))
        if is_named or (_is_snils(digits) and (is_shaped or digits[0] not in "78")):
            yield match.span()


def _is_snils(digits: str) -> bool:
    if int(digits[:9]) <= 1_001_998:
        return False
    total = sum(int(digit) * (9 - at) for at, digit in enumerate(digits[:9]))
    return total % 101 % 100 == int(digits[9:])


def inns(text: str) -> Iterator[Span]:
    """Tax numbers of people; a school's own number is public."""
    for match in matches(_INN, text, LONG_NUMBER, 5, 20):
        before = text[max(0, match.start() - 70) : match.start()]
        is_named = bool(_INN_WORD.search(before))
        digits = match.group()
        if (len(digits) == 12 and (is_named or _is_inn(digits))) or (
            len(digits) == 10 and is_named and not _FIRM.search(before)
        ):
            yield match.span()


def _is_inn(digits: str) -> bool:
    if digits[:2] == "00" or len(set(digits)) < 3:
        return False
    first = _weighted(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    second = _weighted(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    return digits[10:] == f"{first}{second}"


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11 % 10


def cards(text: str) -> Iterator[Span]:
    """Bank cards by Luhn's check, or by the word before them."""
    for match in matches(_CARD, text, LONG_NUMBER, 5, 30):
        digits = _digits(match.group())
        is_named = bool(
            _CARD_WORD.search(text[max(0, match.start() - 60) : match.start()])
            or _CARD_AFTER.match(text, match.end())
        )
        if digits[0] in "23456" and (is_named or (_is_luhn(digits) and len(set(digits)) > 2)):
            yield match.span()


def _is_luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + at % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


def plates(text: str) -> Iterator[Span]:
    """Number plates of cars."""
    for match in matches(_NAMED_PLATE, text, LONG_NUMBER, 40, 20):
        yield match.span(1)
    for pattern in (_PLATE, _SMALL_PLATE):
        for match in matches(pattern, text, LONG_NUMBER, 10, 20):
            yield match.span()


def _digits(piece: str) -> str:
    return "".join(char for char in piece if char.isdigit())
