"""Warnings: whether a decision brought one, and those of a person."""

from sqlalchemy import select

from community.core.db import db
from community.moderation.models import Warning_


def warned_by(decision: int) -> bool:
    """Tell whether the author was warned by a decision already."""
    return bool(
        db.session.scalar(select(Warning_.id).where(Warning_.decision == decision).limit(1))
    )


def warnings_of(user_id: int) -> list[Warning_]:
    """Return the warnings of a person, newest first, those in force and the past ones (B10)."""
    mine = select(Warning_).where(Warning_.user_id == user_id, Warning_.cancelled_at.is_(None))
    return list(db.session.scalars(mine.order_by(Warning_.given_at.desc())))
