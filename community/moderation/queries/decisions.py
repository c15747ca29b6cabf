"""Decisions on texts with what people said of them: complaints and appeals."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.core.db import db
from community.core.errors import NotFound
from community.moderation.models import Appeal, Removal, Report
from community.publishing.models import Entry, Thread


def reports_of(entry_id: int) -> list[Any]:
    """Return the open complaints of a text with the names of those who complained."""
    return list(
        db.session.execute(
            select(Report, User.name)
            .join(User, User.id == Report.reporter_id)
            .where(Report.entry_id == entry_id, Report.state == "new")
            .order_by(Report.id)
        )
    )


def refused_by(entry_id: int) -> frozenset[int]:
    """Return who refused the open complaints of a text before appeals opened them again (rules, §5)."""
    found = (
        select(AuditEntry.actor_id)
        .join(Report, Report.closed_number == AuditEntry.number)
        .where(Report.entry_id == entry_id, Report.state == "new")
    )
    return frozenset(each for each in db.session.scalars(found) if each is not None)


def decision(number: int) -> Any:
    """Return a removal with its entry, author, moderator, thread and appeal; raises ``NotFound``."""
    author, moderator = aliased(User), aliased(User)
    row = db.session.execute(
        select(
            Removal, Entry, Thread, author.name.label("author_name"),
            moderator.name.label("moderator_name"), Appeal,
        )
        .join(Entry, Entry.id == Removal.entry_id)
        .join(Thread, Thread.id == Entry.thread_id)
        .join(author, author.id == Removal.author_id)
        .join(moderator, moderator.id == Removal.moderator_id)
        .outerjoin(Appeal, and_(Appeal.decision == Removal.number, Appeal.side == "author"))
        .where(Removal.number == number)
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return row


def removals_of(entry_ids: Sequence[int]) -> dict[int, Any]:
    """Return entry id -> the removal in force with its appeal."""
    rows = db.session.execute(
        select(Removal, Appeal)
        .outerjoin(Appeal, and_(Appeal.decision == Removal.number, Appeal.side == "author"))
        .where(Removal.entry_id.in_(list(entry_ids)), Removal.restored_at.is_(None))
    )
    return {row.Removal.entry_id: row for row in rows}
