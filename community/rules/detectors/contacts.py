"""Telephones, e-mail and messenger names, as people write them and as they try to hide them.

Not caught: numbers of laws and orders, ISBN, dates, sums, rows of grades, mentions of members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from community.rules.detectors.spoken import spoken_numbers
from community.rules.detectors.spots import AT, LATIN_NAME, matches
from community.rules.model import Span

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_DIGIT = r"[\dОоOoIl]"
_MONEY = re.compile(r"\s*(?:₽|р\b|р\.|руб|тыс|\$|€|шт|чел|/|%|км|кв)", re.IGNORECASE)
_LOOK_DIGITS = {"О": "0", "о": "0", "O": "0", "o": "0", "I": "1", "l": "1"}
_GAP = rf"[\s().\-–—_*{_INVISIBLE}]{{0,4}}"
_NUMBER = re.compile(rf"(?<![\w№/+])(?:\+\s?)?\(?\d{_GAP}(?:{_DIGIT}{_GAP}){{3,16}}\d(?![\w])")
_CONTEXT = re.compile(
    r"(?:телефон\w*|тел\b|тел\.|сотов\w*|моб(?:ильн\w*)?\b|звони\w*|позвони\w*|набер\w+|набира\w+|"
    r"дозвон\w+|созвон\w+|прием\w*|приём\w*|ватсап\w*|вотсап\w*|whats\s?app|вайбер\w*|viber|номер\w*|"
    r"смс|факс|трубк\w+|пишите на|перевод\w* по номеру|сбп)[^\n]{0,40}$",
    re.IGNORECASE,
)
_OTHER_NUMBER = re.compile(
    r"(?:isbn|issn|инн|кпп|огрн|бик|снилс|октмо|окпо|счет\w*|счёт\w*|р/с|к/с|№|приказ\w*|закон\w*|"
    r"постановлени\w*|артикул\w*|штрих-?код\w*|кадастров\w*|уин|кбк|л/с|паспорт\w*|карт[аеуы]\w*|doi|"
    r"идентификатор\w*|конференци\w* id|id|код доступа|zoom|зум)[\s:№.]*[\w\s-]{0,14}$",
    re.IGNORECASE,
)
_SNILS_SHAPE = re.compile(r"\d{3}[- ]\d{3}[- ]\d{3}[- ]\d{2}")
_LOCAL_SHAPE = re.compile(r"\(?(?:\d{3,5}\)?[\s-]*)?\d{1,3}[-–\s]\d{2}[-–\s]\d{2}|\d{5,7}")
_DATE_SHAPE = re.compile(
    r"\d{1,2}[.\s]\d{1,2}[.\s]\d{2,4}|\d{4}[\s–—-]+\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}[-.]\d{2}[-–—\s]+\d{1,2}[-.]\d{2}"
)
_TRUNK, _CITY, _MOBILE = ("7", "8"), "34589", "9"

_TLD = r"(?:ru|ру|com|ком|рф|rf|net|нет|org|орг|su|by|kz|me|info|edu|online|школа)"
_PROVIDER = (
    r"(?:mail|майл|мейл|мэйл|yandex|яндекс|ya|gmail|гмаил|гмэйл|гмейл|джимейл|джимэйл|жмейл|list|bk|inbox|rambler|рамблер|"
    r"internet|icloud|outlook|hotmail|proton\w*|mailru)"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+\s?@\s?[\w-]+(?:\s?\.\s?[\w-]{2,})+")
_HIDDEN_EMAIL = re.compile(
    r"(?<![\w.+-])(?:[a-zа-я0-9_+-]{1,30}\s+(?:точка|тчк|дот|dot|тире|дефис|минус|подч[её]ркивание)\s+){0,3}"
    rf"[a-zа-я0-9_.+-]{{1,40}}\s{{0,3}}[\[({{<]?\s{{0,3}}"
    rf"(?:@|собак[аиеу]|собачк[аиеу]|сабака|песик|п[её]сик|sobaka|at|эт|эд|ат|гав)"
    rf"\s*[\])}}>]?\s*(?:[\w-]{{2,}}\s*[\[(]?\s*(?:\.|,|точка|тчк|dot|дот)\s*[\])]?\s*{_TLD}"
    rf"|{_PROVIDER}\s*[\s.]\s*{_TLD})(?!\w)",
    re.IGNORECASE,
)
_AT_WORD = re.compile(
    r"@|собак[аиеу]|собачк[аиеу]|сабака|песик|п[её]сик|sobaka|at|эт|эд|ат|гав", re.IGNORECASE
)
_AT_SIGNS = (
    " эт ",
    " эд ",
    " ат ",
    "собак",
    "собач",
    "сабак",
    "sobaka",
    " at ",
    "at]",
    "at)",
    "@",
    " гав ",
    "at}",
)
_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:wa\.me/\+?\d{7,}|(?:m\.)?vk\.(?:com|ru)/id\d+|ok\.ru/profile/\d+|"
    r"(?:facebook|fb)\.com/profile\.php\S+|t\.me/\+?\d{7,}|tg://\S+|viber://\S+)",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?<!\w)(?:телегр\w+|телег[аеуи]|тг|tg|telegram|вк|vk|вконтакте|инст(?:а|у|е|аграм\w*)|instagram|"
    r"скайп\w*|skype|дискорд\w*|discord|вайбер\w*|viber|ватсап\w*|макс|ник|аккаунт)"
    r"[\s:—–-]+(?:у\s\w+\s)?(?:мой\s|её\s|его\s|это\s|ник\s|логин\s)?(@?[a-z][a-z0-9_.]{3,31})(?!\w)",
    re.IGNORECASE,
)
_NOT_HANDLES = frozenset(
    [
        "telegram",
        "whatsapp",
        "viber",
        "https",
        "http",
        "www",
        "channel",
        "desktop",
        "premium",
        "chat",
        "video",
        "bots",
        "group",
        "messenger",
        "business",
        "education",
        "classroom",
        "office",
        "windows",
        "android",
        "web",
    ]
)


def phones(text: str) -> Iterator[Span]:
    """Telephone numbers in digits and in words."""
    if any(char.isdigit() for char in text):
        for match in _NUMBER.finditer(text):
            if _is_money(match.group(), text[match.end() : match.end() + 8]):
                continue
            if _is_phone(match.group(), text[max(0, match.start() - 60) : match.start()]):
                yield match.span()
    for start, end, digits in spoken_numbers(text):
        if _is_spoken_phone(digits, text[max(0, start - 60) : start]):
            yield (start, end)


def _is_spoken_phone(digits: str, before: str) -> bool:
    if len(digits) == 11 and digits[0] in _TRUNK and digits[1] in _CITY + _MOBILE:
        return digits[1:4] != "800"
    if len(digits) == 10 and digits[0] == _MOBILE:
        return True
    return 6 <= len(digits) <= 11 and bool(_CONTEXT.search(before))


def _is_phone(piece: str, before: str) -> bool:
    digits = "".join(_LOOK_DIGITS.get(char, char) for char in piece if char.isalnum())
    has_context = bool(_CONTEXT.search(before))
    if _OTHER_NUMBER.search(before) and not has_context:
        return False
    bare = piece.strip()
    if _SNILS_SHAPE.fullmatch(bare) or (_DATE_SHAPE.fullmatch(bare) and not has_context):
        return False
    if _is_row(bare):
        return False
    return _is_dialled(bare, digits, has_context=has_context)


def _is_dialled(bare: str, digits: str, *, has_context: bool) -> bool:
    if bare.startswith("+") and digits[:4] != "7800":
        return 10 <= len(digits) <= 15
    # the free 8-800 numbers belong to services, never to a person
    if len(digits) == 11 and digits[1:4] == "800":
        return False
    if len(digits) == 11 and digits[0] in _TRUNK and digits[1] in _CITY:
        return not _is_thousands(bare)
    if len(digits) == 10:
        is_mobile = digits[0] == _MOBILE and (has_context or _is_grouped(bare))
        return is_mobile or (has_context and digits[0] in _CITY)
    return has_context and 5 <= len(digits) <= 7 and bool(_LOCAL_SHAPE.fullmatch(bare))


def _is_money(bare: str, after: str) -> bool:
    return bare.isdigit() and len(bare) < 8 and bool(_MONEY.match(after))


def _is_thousands(piece: str) -> bool:
    return bool(re.fullmatch(r"\d{2,3}(?:[ \u00a0.]\d{3}){3}", piece))


def _is_row(piece: str) -> bool:
    """Whether the numbers only count up: classes, years, problems to solve."""
    groups = [int(group) for group in re.findall(r"\d+", piece)]
    steps = {after - before for before, after in pairwise(groups)}
    return len(groups) > 3 and steps == {1}


def _is_grouped(piece: str) -> bool:
    return bool(re.fullmatch(r"\(?\d{3}\)?[\s-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}", piece))


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, plain and told as «имя собака сайт точка ру»."""
    for match in matches(_EMAIL, text, AT, 70, 90):
        if not match.group().startswith("@"):
            yield match.span()
    lowered = text.lower()
    if any(sign in lowered for sign in _AT_SIGNS):
        for match in matches(_HIDDEN_EMAIL, text, _AT_WORD, 240, 160):
            yield match.span()


def handles(text: str) -> Iterator[Span]:
    """Personal pages and messenger names."""
    for match in matches(_PAGE, text, LATIN_NAME, 4, 60):
        yield match.span()
    for match in matches(_HANDLE, text, LATIN_NAME, 50, 40):
        if match.group(1).lstrip("@").lower() not in _NOT_HANDLES:
            yield match.span(1)
