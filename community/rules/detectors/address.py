"""Home addresses: a street with a house, or a house with a flat.

Not caught: streets without a house, and the addresses of schools, museums and meetings — those
are public — unless a flat or «живёт» stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from community.rules.detectors.spots import DIGIT, matches
from community.rules.model import Span

_TYPE = (
    r"(?:ул\.?|улиц[аыеу]|пр-т|пр-кт|пр\.|просп\.?|проспект[ауе]?|пер\.?|переул(?:ок|ка|ке|ку)|бульвар[ае]?|"
    r"б-р|шоссе|наб\.?|набережн(?:ая|ой|ую)|мкр\.?|мкрн\.?|микрорайон[ае]?|проезд[ае]?|пл\.|площад[ьи]|тракт|"
    r"аллея|квартал[ае]?|тупик[ае]?|линия|пр-д)"
)
_NAME = (
    r"(?:\d{1,3}(?:-?(?:го|й|я|ая|ой|лет))?\s+)?[А-ЯЁA-Z][а-яёa-z-]+(?:\s+[А-ЯЁа-яё][а-яё-]+){0,2}"
)
_LOOSE_NAME = (
    r"(?:\d{1,3}(?:-?(?:го|й|я|ая|ой|лет))?\s+)?[А-ЯЁа-яё][а-яё-]{2,}(?:\s+[А-ЯЁ][а-яё-]+){0,2}"
)
_HOUSE = (
    r"(?:д\.?|дом[ае]?|стр\.?|№|вл\.?)?\s*№?\s*\d{1,4}(?:\s?[а-гА-Г])?(?:\s?[/-]\s?\d{1,4})?(?![\d.]*\d|\s*(?:класс|год|"
    r"час|мин|руб|процент|человек|учени|дет|страниц|балл|маршрут|январ|феврал|март|апрел|ма[йя]|июн|июл|"
    r"август|сентябр|октябр|ноябр|декабр|километр|км\b|метр|тип|верси|этап|уров|вариант|глав|част))"
)
_FLAT = (
    r"(?:[,\s]+(?:корп(?:ус)?\.?|к\.)\s*\d+)?(?:[,\s]+(?:под(?:ъезд)?\.?)\s*\d+)?"
    r"(?:[,\s]*кв(?:артир[аеы])?\.?\s*№?\s*\d{1,4})?"
)
_TYPED = re.compile(
    rf"(?<!\w){_TYPE}(?:(?<=\.)|\s)\s*{_LOOSE_NAME}[,\s]+{_HOUSE}{_FLAT}", re.IGNORECASE
)
_NAMED = re.compile(rf"(?<!\w){_NAME}\s+{_TYPE}[,\s]+{_HOUSE}{_FLAT}")
_BARE_FLAT = re.compile(
    r"(?<!\w)(?:д\.?|дом[ае]?)\s*№?\s*\d{1,4}\s?[а-г]?(?:\s?/\s?\d+)?[,\s]+(?:корп(?:ус)?\.?\s*\d+[,\s]+)?"
    r"(?:\d+\s*(?:-?й)?\s*подъезд[,\s]+)?кв(?:артир[аеы])?\.?\s*№?\s*\d{1,4}",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"(?<!\w)(?:жив[её]т|живу|живут|проживает|проживаю|проживают|прописан[аы]?|зарегистрирован[аы]? по|"
    r"домашний адрес|адрес (?:его|её|ее|ученика|ученицы|семьи|учителя|мой|мамы|родител\w+)|"
    r"(?:мой|его|её|ее|их|ваш) адрес)[^\n.!?]{0,40}?"
    r"((?:(?:на|по|:|—|-|в)\s+)?(?:адресу:?\s+)?(?:(?:г|с|п|д|пос|дер)\.\s?[А-ЯЁ][а-яё-]+,\s*)?"
    r"[А-ЯЁ][а-яё-]+(?:\s[А-ЯЁ]?[а-яё-]+)?[,\s]+"
    r"(?:в\s)?(?:д\.?\s*|дом[е]?\s*№?\s*)?\d{1,4}\s?[а-гА-Г]?(?:[-/]\d{1,4})?(?:[,\s]+(?:кв|квартира)\.?\s*\d+)?)"
    r"(?!\s*(?:класс|год|лет|мин|час))"
)
_FLAT_FIRST = re.compile(
    r"(?<!\w)кв(?:артир[аеыу])?\.?\s*№?\s*\d{1,4}[,\s]+(?:в\s)?(?:д\.?|дом[ае]?)\s*№?\s*\d{1,4}",
    re.IGNORECASE,
)
_LIVES_IN = re.compile(
    r"(?<!\w)(?:жив[её]т|живу|живут|прожива\w+|прописан\w*)[^\n.!?]{0,25}?"
    r"((?:в\s)?(?:д\.?|доме?)\s*№?\s*\d{1,4}[^\n.!?\d]{0,4}(?:по|на)\s(?:ул\w*\.?\s)?[А-ЯЁ][а-яё-]+)"
)
_HOUSE_FIRST = re.compile(
    rf"(?<!\w)дом[ае]?\s*№?\s*\d{{1,4}}\s?[а-г]?\s+(?:по|на)\s+{_TYPE}\s+{_LOOSE_NAME}"
    r"(?:[,\s]+кв(?:артир[аеы])?\.?\s*№?\s*\d{1,4})?",
    re.IGNORECASE,
)
_PUBLIC = re.compile(
    r"школ\w*|гимнази\w*|лице\w+|библиотек\w*|музе\w+|дом\w* (?:культуры|творчества|учителя)|ддт|"
    r"центр(?:а|е|у|ом|ы|ах)?\b|"
    r"театр\w*|сад(?:а|у|е|ик\w*)?\b|управлени\w+|организаци\w+|учреждени\w+|семинар\w*|конференци\w*|"
    r"встреч\w+|состоится|пройд[её]т|проходит|собираемся|мбоу|моу|мкоу|гбоу|сош|институт\w*|университет\w*|"
    r"колледж\w*|магазин\w*|кафе|стадион\w*|бассейн\w*|больниц\w*|поликлиник\w*|экскурси\w*|памятник\w*|"
    r"площадк\w*|олимпиад\w*|конкурс\w*|выставк\w*|редакци\w*|издательств\w*|администраци\w*|суд\b|"
    r"задач\w*|маршрут\w*|паспорт проекта",
    re.IGNORECASE,
)
_PRIVATE = re.compile(
    r"жив[её]\w+|прожива\w+|прописан\w*|домашн\w+|(?:мой|моя|его|её|ее|их|ваш)\s+адрес|адрес\s+(?:ученик|учениц|"
    r"родител|семь|мам|учител)\w*|\bкв\b|кварти\w+|у меня дома|приезжайте ко мне|к себе домой|в гости",
    re.IGNORECASE,
)


def addresses(text: str) -> Iterator[Span]:
    """Where somebody lives."""
    for pattern in (_TYPED, _NAMED, _HOUSE_FIRST):
        for match in matches(pattern, text, DIGIT, 90, 60):
            if not _is_public(match, text):
                yield match.span()
    for pattern in (_BARE_FLAT, _FLAT_FIRST):
        for match in matches(pattern, text, DIGIT, 20, 60):
            yield match.span()
    for match in matches(_LIVES_IN, text, DIGIT, 60, 60):
        yield match.span(1)
    for match in matches(_LIVES, text, DIGIT, 120, 60):
        yield match.span(1)


def _is_public(match: re.Match[str], text: str) -> bool:
    before = text[max(0, match.start() - 90) : match.start()].rpartition("\n")[2]
    after = text[match.end() : match.end() + 25].partition("\n")[0]
    if any(_PRIVATE.search(piece) for piece in (before, match.group(), after)):
        return False
    # the name of the street itself says nothing: «ул. Школьная» is where people live
    return bool(_PUBLIC.search(before) or _PUBLIC.search(after))
