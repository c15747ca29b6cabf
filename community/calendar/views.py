"""What is to come, put in weeks as a wall calendar shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from community.calendar.hours import zone
from community.calendar.queries import Row
from community.core import clock
from community.web.filters import ru_clock, ru_time


@dataclass(frozen=True, slots=True)
class Week:
    """The happenings of one week, under its name."""

    name: str
    rows: Sequence[Row]


def weeks(rows: Sequence[Row]) -> list[Week]:
    """Return what is to come by weeks; what began before this week stands in it."""
    this = _monday(_day(clock.now()))
    made: dict[date, list[Row]] = {}
    for row in rows:
        made.setdefault(max(this, _monday(_day(row.starts_at))), []).append(row)
    return [Week(_name(monday, this), found) for monday, found in sorted(made.items())]


def end_of_today() -> datetime:
    """Return when the reader's day is over."""
    return datetime.combine(_day(clock.now()) + timedelta(days=1), time.min, tzinfo=zone())


def _day(at: datetime) -> date:
    return at.astimezone(zone()).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _name(monday: date, this: date) -> str:
    if monday == this:
        return _("This week")
    if monday == this + timedelta(days=7):
        return _("Next week")
    sunday = monday + timedelta(days=6)
    last = "d MMMM" if sunday.year == this.year else "d MMMM y"
    if monday.month == sunday.month:
        return f"{_said(monday, 'd')}–{_said(sunday, last)}"
    first = "d MMMM" if monday.year == sunday.year else "d MMMM y"
    return f"{_said(monday, first)} — {_said(sunday, last)}"


def _said(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=get_locale())


def hour(at: datetime) -> str:
    """Return «завтра, 15:00» for tomorrow, and what every page says for any other day."""
    if _day(at) == _day(clock.now()) + timedelta(days=1):
        return _("tomorrow, %(time)s", time=ru_clock(at))
    return ru_time(at)
