"""How times, sizes and counts are written in Russian."""

from datetime import datetime

from babel.dates import format_date
from flask import Flask
from flask_babel import get_locale

from community.core import clock
from community.web import addresses, fragments, words
from community.web.words import say as _


def _local(moment: datetime) -> datetime:
    return moment.astimezone(words.zone())


def ru_time(moment: datetime | None) -> str:
    """Return «сегодня, 08:15», «вчера, 19:40», «3 марта, 12:00» or «3 марта 2025 г.»."""
    if moment is None:
        return ""
    at, today = _local(moment), _local(clock.now())
    days = (today.date() - at.date()).days
    clock_time = f"{at:%H:%M}"
    if days == 0:
        return _("today, %(time)s", time=clock_time)
    if days == 1:
        return _("yesterday, %(time)s", time=clock_time)
    if at.year == today.year:
        return f"{format_date(at.date(), _day_pattern(), locale=get_locale())}, {clock_time}"
    return format_date(at.date(), "long", locale=get_locale())


def ru_date(moment: datetime | None) -> str:
    """Return «3 марта 2026 г.» in the reader's zone."""
    return "" if moment is None else format_date(_local(moment).date(), "long", locale=get_locale())


def _day_pattern() -> str:
    return "d MMMM"


def ru_day(moment: datetime | None) -> str:
    """Return «четверг, 3 декабря» in the reader's zone; another year is named."""
    if moment is None:
        return ""
    at = _local(moment)
    pattern = f"EEEE, {_day_pattern()}"
    if at.year != _local(clock.now()).year:
        pattern += " y"
    return format_date(at.date(), pattern, locale=get_locale())


def ru_clock(moment: datetime | None) -> str:
    """Return «15:30» in the reader's zone."""
    return "" if moment is None else f"{_local(moment):%H:%M}"


def iso(moment: datetime | None) -> str:
    """Return the moment for ``datetime=`` attributes."""
    return "" if moment is None else moment.isoformat(timespec="seconds")


def size(octets: int) -> str:
    """Return «48 КБ» or «1,2 МБ»."""
    if octets < 1024:
        return _("%(count)s B", count=octets)
    if octets < 1024 * 1024:
        return _("%(count)s KB", count=round(octets / 1024))
    return _("%(count)s MB", count=f"{octets / 1024 / 1024:.1f}".replace(".", ","))


def install(app: Flask) -> None:
    """Register the filters, and where templates take their words."""
    words.install(app)
    fragments.install(app)
    addresses.install(app)
    for each in (ru_time, ru_date, ru_day, ru_clock, iso, size):
        app.jinja_env.filters[each.__name__] = each
