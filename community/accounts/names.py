"""Real full names (S3 §4 r4): what can be one, how it is written, how it is found."""

import re
import unicodedata

from flask_babel import gettext as _

from community.core import markup
from community.core.errors import Invalid

_PART = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*\.?")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z]")
_ONE_LETTER_SURNAMES = frozenset("еиоэюя")
_PLACEHOLDER_WORDS = """
    аноним анонимно анонимный анонимус инкогнито учитель учительница преподаватель педагог
    воспитатель завуч директор методист родитель мама папа гость посетитель участник участница
    пользователь юзер админ администратор модератор эксперт система никто некто кто-то человек
    имя фамилия отчество фио ник никнейм логин тест тестовый проверка школа класс ученик коллега
    неизвестно неизвестный нет без безымянный хз йцукен фыва фывапролдж
    anonymous anonym anon admin administrator moderator user username guest test tester teacher
    nobody noname unknown name surname firstname lastname none null qwerty asdf root system"""
_PLACEHOLDERS = frozenset(_PLACEHOLDER_WORDS.split())


def fold(words: str) -> str:
    """Return ``words`` for comparison: lower case, ё as е, no quotation marks, single spaces."""
    plain = unicodedata.normalize("NFC", words).casefold().replace("ё", "е")
    plain = re.sub(r"[«»„“”\"']", "", plain)
    return " ".join(plain.split())


def tidy(words: str) -> str:
    """Return ``words`` without control characters and with single spaces."""
    return " ".join(markup.clean(words).split())


def written(words: str) -> str:
    """Return a name as it is written: «соколова» and «СОКОЛОВА» become «Соколова»."""
    words = tidy(words)
    if words.islower() or (words.isupper() and len(words) > 1):
        return re.sub(r"[^\W\d_]+", lambda found: found.group().capitalize(), words)
    return words


def short(first: str, last: str) -> str:
    """Return «Анна Соколова»."""
    return f"{first} {last}"


def initialled(last: str, first: str, patronymic: str) -> str:
    """Return «Соколова А. С.», with spaces that do not break."""
    return "\u00a0".join((last, *(f"{part[0]}." for part in (first, patronymic) if part)))


def full(last: str, first: str, patronymic: str) -> str:
    """Return «Соколова Анна Сергеевна»."""
    return " ".join(part for part in (last, first, patronymic) if part)


def checked(last: str, first: str, patronymic: str) -> tuple[str, str, str]:
    """Return the three parts as they will be written, or raise ``Invalid`` with kind words for each."""
    parts = {
        "last_name": written(last),
        "first_name": written(first),
        "patronymic": written(patronymic),
    }
    wrong = {field: [said] for field, part in parts.items() if (said := _fault(field, part))}
    if wrong:
        raise Invalid(wrong)
    return parts["last_name"], parts["first_name"], parts["patronymic"]


def _fault(field: str, part: str) -> str:
    if not part:
        return "" if field == "patronymic" else _("Please write your real name: people sign here.")
    if len(part) > 80:
        return _("This is too long: 80 characters at most.")
    if any(letter.isdigit() for letter in part):
        return _("There are no digits in a name.")
    return _shape_fault(part) or _sense_fault(field, part)


def _shape_fault(part: str) -> str:
    if any(not _PART.fullmatch(word) or word.endswith(".") for word in part.split()):
        return _(
            "Only letters, a hyphen and an apostrophe, please: the name in full, without initials."
        )
    if any(_CYRILLIC.search(word) and _LATIN.search(word) for word in part.split()):
        return _(
            "Russian and Latin letters are mixed in one word. Please type it again in one alphabet."
        )
    return ""


def _sense_fault(field: str, part: str) -> str:
    folded = fold(part)
    if len(folded) < 2 and not (field == "last_name" and folded in _ONE_LETTER_SURNAMES):
        return _("Please write the name in full, without initials.")
    if (
        any(word in _PLACEHOLDERS for word in folded.replace("-", " ").split())
        or folded in _PLACEHOLDERS
    ):
        return _("This does not look like a name. Here everyone signs with their real full name.")
    if re.search(r"(.)\1\1", folded):
        return _("This does not look like a name. Here everyone signs with their real full name.")
    return ""
