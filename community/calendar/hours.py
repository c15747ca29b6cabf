"""An hour read out of people's words: «четверг, 3 декабря, 15:00», «3.12 в 15.00», «03.12.2026 15 ч».

Beside the forms, because it is pure and has its own tests. What cannot be read is left to the person.
"""

import re
from datetime import datetime

from community.core import clock
from community.web.forms import zone

_MONTHS = (
    "январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр",
    "ноябр", "декабр",
)  # fmt: skip
_NAMED = re.compile(
    rf"\b(\d{{1,2}})(?:-?го)?\s+({'|'.join(_MONTHS)})[а-я]{{0,2}}\b(?:\s+(\d{{4}}))?", re.IGNORECASE
)
_NUMBERS = re.compile(r"\b(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?\b")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)\b|\b([01]?\d|2[0-3])\s*(?:час|ч\b)")


def read(words: str) -> datetime | None:
    """Return the hour that the words name, in the reader's zone and naive; None where they name none.

    A day without a year is the nearest one to come.
    """
    named, numbers = _NAMED.search(words), _NUMBERS.search(words)
    if named:
        day, month, year, rest = int(named[1]), _month(named[2]), named[3], _without(words, named)
    elif numbers and 1 <= int(numbers[2]) <= 12:
        day, month, year = int(numbers[1]), int(numbers[2]), numbers[3]
        rest = _without(words, numbers)
    else:
        return None
    time = _CLOCK.search(rest)
    if time is None:
        return None
    return _nearest(day, month, year, int(time[1] or time[3]), int(time[2] or 0))


def _nearest(day: int, month: int, year: str | None, hour: int, minute: int) -> datetime | None:
    now = clock.now().astimezone(zone()).replace(tzinfo=None)
    years = [now.year, now.year + 1] if year is None else [int(year) % 100 + 2000]
    for each in years:
        try:
            found = datetime(each, month, day, hour, minute)  # noqa: DTZ001 — a form's own time
        except ValueError:
            continue
        if found > now or year is not None:
            return found
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1


def _without(words: str, found: re.Match[str]) -> str:
    return f"{words[: found.start()]} {words[found.end() :]}"
