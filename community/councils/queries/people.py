"""Who may be asked to a council, and who is expected at it."""

from sqlalchemy import exists, select

from community.accounts.models import User
from community.calendar.models import HappeningPerson
from community.communities.models import Membership
from community.core.db import db

Person = tuple[int, str]
"""(id, name) of a person, as lists of names are drawn."""


def members(community_id: int) -> list[Person]:
    """Return the members of a community by name."""
    rows = db.session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.community_id == community_id, Membership.state == "active")
        .order_by(User.sort_name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def invited(happening_id: int) -> list[Person]:
    """Return who is expected at a happening, by name."""
    rows = db.session.execute(
        select(User.id, User.name)
        .join(HappeningPerson, HappeningPerson.user_id == User.id)
        .where(HappeningPerson.happening_id == happening_id)
        .order_by(User.sort_name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def others(community_id: int, happening_id: int) -> list[Person]:
    """Return the members who are not expected yet, by name."""
    known = {user_id for user_id, _name in invited(happening_id)}
    return [each for each in members(community_id) if each[0] not in known]


def expected(happening_id: int) -> frozenset[int]:
    """Return who is expected at a happening."""
    named = select(HappeningPerson.user_id).where(HappeningPerson.happening_id == happening_id)
    return frozenset(db.session.scalars(named))


def is_expected(happening_id: int, user_id: int) -> bool:
    """Tell whether a person is expected at a happening."""
    named = exists().where(
        HappeningPerson.happening_id == happening_id, HappeningPerson.user_id == user_id
    )
    return bool(db.session.scalar(select(named)))
