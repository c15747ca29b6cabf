"""Who was at a council from when till when, as its minutes tell it («явка»)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.accounts import names
from community.accounts.models import User
from community.calendar.models import Happening, HappeningPerson
from community.calendar.queries import Stay, stays
from community.core.db import db
from community.councils.minutes import Attendee
from community.councils.models import Council

A_MINUTE = timedelta(minutes=1)
"""Who comes or goes within it of the opening or the end is neither late nor early."""


@dataclass(frozen=True, slots=True)
class Book:
    """How many were expected, who came, who did not."""

    expected: int
    attendees: tuple[Attendee, ...]
    absent: tuple[str, ...]


def book(council: Council, stamp: Callable[[datetime | None], str]) -> Book:
    """Return the book of attendance: those who came, those whose voice was by proxy, the absent.

    A proxy counts where the one who held it was there.
    """
    takes_proxies = db.session.get_one(Happening, council.happening_id).takes_proxies
    was: dict[int, list[Stay]] = {}
    for stay in stays(council.happening_id):
        was.setdefault(stay.user_id, []).append(stay)
    there: list[Attendee] = []
    absent: list[str] = []
    roll = _roll(council.happening_id)
    for person, line, holder in roll:
        if line.user_id in was:
            there.append(_attendee(council, _short(person), was[line.user_id], stamp))
        elif takes_proxies and line.answer == "proxy" and line.proxy_id in was:
            there.append(Attendee(name=_short(person), proxy=_short(holder)))
        else:
            absent.append(_short(person))
    return Book(len(roll), tuple(there), tuple(absent))


def _roll(happening_id: int) -> list[tuple[User, HappeningPerson, User]]:
    holder = aliased(User)
    found = (
        select(User, HappeningPerson, holder)
        .join(HappeningPerson, HappeningPerson.user_id == User.id)
        .outerjoin(holder, holder.id == HappeningPerson.proxy_id)
        .where(HappeningPerson.happening_id == happening_id)
        .order_by(User.sort_name, User.id)
    )
    return [(person, line, of) for person, line, of in db.session.execute(found)]


def _attendee(
    council: Council, name: str, was: list[Stay], stamp: Callable[[datetime | None], str]
) -> Attendee:
    came = min(stay.came_at for stay in was)
    last = max(was, key=lambda stay: stay.came_at)
    late = council.opened_at is not None and came >= council.opened_at + A_MINUTE
    end = council.closed_at
    early = last.left_at is not None and last.left_by != "end"
    if early and end is not None and last.left_at is not None:
        early = last.left_at <= end - A_MINUTE
    return Attendee(
        name=name, came=stamp(came) if late else "", left=stamp(last.left_at) if early else ""
    )


def _short(person: User) -> str:
    return names.initialled(person.last_name, person.first_name, person.patronymic)
