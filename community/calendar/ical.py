"""Happenings as calendar programs read them (RFC 5545): a file for one, a feed for all of a person's.

Beside queries and routes, because both the page and the feed draw the same event. The name of an
event never changes, its number rises with what was changed, one called off says so; nobody's mail
address leaves the site: a person is named by their page.
"""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from community.accounts.keys import config, keyed_digest
from community.calendar.queries import Row
from community.core import clock
from community.core.actor import Actor

MIME = "text/calendar"
ASK_AGAIN = timedelta(hours=1)
LOOKS_BACK = timedelta(days=366)
"""How far before the first event the history of its time zone is told."""
_PARTSTAT = {"": "NEEDS-ACTION", "yes": "ACCEPTED", "no": "DECLINED", "proxy": "DELEGATED"}


def one(row: Row, reader: Actor) -> bytes:
    """Return a file with one happening, to be put into a calendar by hand."""
    made = _calendar()
    return _written(made, [row], reader)


def feed(rows: Sequence[Row], reader: Actor) -> bytes:
    """Return all the happenings for a program that asks again every hour."""
    made = _calendar()
    made.add("name", config().site_name)
    made.add("x-wr-calname", config().site_name)
    made.add("x-wr-timezone", config().timezone)
    made.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(ASK_AGAIN))
    return _written(made, rows, reader)


def _calendar() -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Uchitelskaya//Calendar//RU")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    return made


def _written(made: Calendar, rows: Sequence[Row], reader: Actor) -> bytes:
    for row in rows:
        made.add_component(_event(row, reader))
    begun = min((row.starts_at for row in rows), default=clock.now())
    made.add_missing_timezones((begun - LOOKS_BACK).date())
    return made.to_ical()


def _event(row: Row, reader: Actor) -> Event:
    zone, url = ZoneInfo(config().timezone), config().public_url.rstrip("/") + row.address
    event = Event()
    event.add("uid", keyed_digest("calendar", str(row.id))[:32])
    event.add("sequence", row.sequence)
    event.add("dtstamp", row.changed_at.replace(microsecond=0))
    event.add("last-modified", row.changed_at.replace(microsecond=0))
    event.add("dtstart", row.starts_at.astimezone(zone).replace(microsecond=0))
    event.add("dtend", row.ends_at.astimezone(zone).replace(microsecond=0))
    event.add("summary", ": ".join(filter(None, (_(row.kind_name), row.title))))
    if row.place:
        event.add("location", row.place)
    event.add("description", f"{row.community}\n{url}")
    event.add("url", url)
    event.add("status", "CANCELLED" if row.state == "cancelled" else "CONFIRMED")
    away = row.answer in ("no", "proxy") or row.state == "cancelled"
    event.add("transp", "TRANSPARENT" if away else "OPAQUE")
    if row.answer is not None:
        event.add("attendee", _attendee(row, reader))
    return event


def _attendee(row: Row, reader: Actor) -> vCalAddress:
    """Return the reader with their answer, under the address of their page."""
    person = vCalAddress(_page_of(reader.id))
    person.params["CN"] = vText(reader.name)
    person.params["PARTSTAT"] = vText(_PARTSTAT[row.answer or ""])
    if row.proxy_id is not None:
        person.params["DELEGATED-TO"] = vText(_page_of(row.proxy_id))
    return person


def _page_of(user_id: int) -> str:
    return f"{config().public_url.rstrip('/')}/people/{user_id}"
