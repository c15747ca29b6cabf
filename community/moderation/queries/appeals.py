"""Appeals as their pages show them: how far each has come, and who had it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from community.accounts.models import User
from community.audit.chain import moment
from community.audit.models import AuditEntry
from community.audit.queries import sentence
from community.core.db import db
from community.moderation.models import Appeal


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an appeal, as the journal keeps it."""

    number: int
    kind: str
    sentence: str
    at: datetime
    name: str
    """Who took it; for the author and the moderators."""


def steps(decision: int, appellant_id: int) -> list[Step]:
    """Return the steps of one person's appeal against a decision, the first one first."""
    rows = db.session.execute(
        select(AuditEntry.number, AuditEntry.kind, AuditEntry.at, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(
            AuditEntry.previous == decision,
            AuditEntry.author_id == appellant_id,
            AuditEntry.kind.like("appeal.%"),
        )
        .order_by(AuditEntry.number)
    )
    return [
        Step(row.number, row.kind, sentence(row.kind), moment(row.at), row.name or "")
        for row in rows
    ]


def name_of(user_id: int | None) -> str:
    """Return the name of a person, or nothing where nobody acted."""
    return db.session.scalar(select(User.name).where(User.id == user_id)) or "" if user_id else ""


def overdue(before: datetime) -> Sequence[Any]:
    """Return the open appeals made before a moment, the oldest first."""
    return db.session.scalars(
        select(Appeal)
        .where(Appeal.state.in_(("new", "taken")), Appeal.created_at <= before)
        .order_by(Appeal.id)
        .limit(200)
    ).all()
