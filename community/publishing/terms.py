"""How the end of a pause or of a wait is said inside a rule's own sentence."""

from datetime import datetime

from babel.dates import format_date
from flask_babel import get_locale

from community.core import clock
from community.web.words import say as _
from community.web.words import zone


def spoken(moment: datetime) -> str:
    """Return «сегодня в 14:35», «завтра в 9:05», «24 ноября в 9:05»."""
    at, now = moment.astimezone(zone()), clock.now().astimezone(zone())
    days = (at.date() - now.date()).days
    time = f"{at.hour}:{at:%M}"
    if days == 0:
        return _("today at %(time)s", time=time)
    if days == 1:
        return _("tomorrow at %(time)s", time=time)
    day = format_date(at.date(), "d MMMM", locale=get_locale())
    return _("on %(day)s at %(time)s", day=day, time=time)
