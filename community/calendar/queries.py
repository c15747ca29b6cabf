"""Who is expected and who is there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from community.accounts.models import User
from community.calendar.models import Happening, HappeningPerson, HappeningVisit
from community.core.db import db


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is expected, who is here, and whose voice is with whom."""

    expected: frozenset[int]
    here: frozenset[int]
    proxies: dict[int, int]
    """Absent person -> the one present who votes in their name."""

    @property
    def counted(self) -> frozenset[int]:
        """Return those who count for a quorum: present themselves or by a proxy."""
        return self.here | self.proxies.keys()


def presence(happening_id: int) -> Presence:
    """Return who is expected at a happening and who of them is there now."""
    happening = db.session.get_one(Happening, happening_id)
    rows = db.session.execute(
        select(HappeningPerson.user_id, HappeningPerson.answer, HappeningPerson.proxy_id).where(
            HappeningPerson.happening_id == happening_id
        )
    ).all()
    expected = frozenset(row.user_id for row in rows)
    visits = select(HappeningVisit.user_id).where(
        HappeningVisit.happening_id == happening_id, HappeningVisit.left_at.is_(None)
    )
    here = expected & frozenset(db.session.scalars(visits))
    named = {
        row.user_id: row.proxy_id
        for row in rows
        if row.answer == "proxy" and row.user_id not in here and row.proxy_id in here
    }
    return Presence(expected, here, named if happening.takes_proxies else {})


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a person, for the book of attendance."""

    user_id: int
    name: str
    came_at: datetime
    left_at: datetime | None
    left_by: str


def stays(happening_id: int) -> list[Stay]:
    """Return all stays at a happening, by name and then by time."""
    rows = db.session.execute(
        select(HappeningVisit, User.name)
        .join(User, User.id == HappeningVisit.user_id)
        .where(HappeningVisit.happening_id == happening_id)
        .order_by(User.sort_name, User.id, HappeningVisit.id)
    )
    return [
        Stay(each.user_id, name, each.came_at, each.left_at, each.left_by) for each, name in rows
    ]
