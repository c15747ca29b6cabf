"""Warnings: whether a decision brought one, and those of a person."""

from typing import Any

from sqlalchemy import func, select

from community.accounts.models import User
from community.core import clock
from community.core.db import db
from community.moderation.models import Warning_


def warned_by(decision: int) -> bool:
    """Tell whether the author was warned by a decision already."""
    return bool(
        db.session.scalar(select(Warning_.id).where(Warning_.decision == decision).limit(1))
    )


def in_force(user_id: int, community_id: int) -> int:
    """Count the strikes of a member: warnings whose term runs and that nobody has taken back (B10)."""
    strikes = select(func.count()).where(
        Warning_.user_id == user_id,
        Warning_.community_id == community_id,
        Warning_.cancelled_at.is_(None),
        Warning_.until > clock.now(),
    )
    return db.session.scalar(strikes) or 0


def of_member(user_id: int, community_id: int) -> list[Any]:
    """Return every warning of a member with the name of who gave it, newest first."""
    given = (
        select(Warning_, User.name)
        .join(User, User.id == Warning_.given_by)
        .where(Warning_.user_id == user_id, Warning_.community_id == community_id)
        .order_by(Warning_.id.desc())
    )
    return list(db.session.execute(given))


def warnings_of(user_id: int) -> list[Warning_]:
    """Return the warnings of a person, newest first, those in force and the past ones (B10)."""
    mine = select(Warning_).where(Warning_.user_id == user_id, Warning_.cancelled_at.is_(None))
    return list(db.session.scalars(mine.order_by(Warning_.given_at.desc())))
