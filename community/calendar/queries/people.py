"""Who is expected, what they answered, who is there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.calendar import policies
from community.calendar.models import Happening, HappeningPerson, HappeningVisit
from community.communities.models import Membership
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What one who is expected has answered; ``answer`` is empty where they have not yet."""

    user_id: int
    name: str
    answer: str
    proxy_id: int | None
    proxy_name: str
    answered_at: datetime | None


def answers(happening_id: int) -> list[Answer]:
    """Return all who are expected with their answers, by name."""
    holder = aliased(User)
    rows = db.session.execute(
        select(HappeningPerson, User.name, holder.name)
        .join(User, User.id == HappeningPerson.user_id)
        .outerjoin(holder, holder.id == HappeningPerson.proxy_id)
        .where(HappeningPerson.happening_id == happening_id)
        .order_by(User.sort_name, User.id)
    )
    return [
        Answer(each.user_id, name, each.answer, each.proxy_id, trusted or "", each.answered_at)
        for each, name, trusted in rows
    ]


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """What a person is asked: will you come? As ``templates/calendar/_answer.html`` draws it."""

    happening_id: int
    is_open: bool
    takes_proxies: bool
    answer: str
    proxy_id: int | None
    proxy_name: str
    holders: tuple[Answer, ...]
    """Who may be trusted with the voice, by name."""
    voices: tuple[Answer, ...]
    """Who trusts the person with theirs."""
    most: int = policies.MOST_VOICES


def answer_card(happening_id: int, user_id: int) -> AnswerCard | None:
    """Return what the person is asked, or None where they are not expected."""
    row = db.session.get_one(Happening, happening_id)
    everyone = {each.user_id: each for each in answers(happening_id)}
    mine = everyone.get(user_id)
    if mine is None:
        return None
    members = set(
        db.session.scalars(
            select(Membership.user_id).where(
                Membership.community_id == row.community_id, Membership.state == "active"
            )
        )
    )
    held: dict[int, list[Answer]] = {}
    for each in everyone.values():
        if each.proxy_id is not None:
            held.setdefault(each.proxy_id, []).append(each)
    holders = tuple(
        each
        for each in everyone.values()
        if each.user_id != user_id
        and policies.may_hold(
            is_expected=True,
            is_member=each.user_id in members,
            answer=each.answer,
            held=sum(giver.user_id != user_id for giver in held.get(each.user_id, ())),
        )
    )
    return AnswerCard(
        happening_id, row.state == "planned", row.takes_proxies, mine.answer, mine.proxy_id,
        mine.proxy_name, holders if row.takes_proxies else (), tuple(held.get(user_id, ())),
    )  # fmt: skip
