"""Milder steps: what was tried with a text before it is hidden (rules, §6)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.moderation.models import MilderStep
from community.publishing.models import Entry


def of_entry(entry_id: int) -> list[MilderStep]:
    """Return what was tried with a text, the newest first."""
    tried = select(MilderStep).where(MilderStep.entry_id == entry_id)
    return list(db.session.scalars(tried.order_by(MilderStep.id.desc())))


def folds_of(entry_ids: Sequence[int]) -> list[MilderStep]:
    """Return the folds in force of several texts."""
    return list(
        db.session.scalars(
            select(MilderStep).where(
                MilderStep.entry_id.in_(list(entry_ids)),
                MilderStep.kind == "folded",
                MilderStep.state == "open",
            )
        )
    )


def open_step(entry_id: int, kind: str) -> MilderStep | None:
    """Return the step of a kind that is in force on a text."""
    return db.session.scalars(
        select(MilderStep)
        .where(MilderStep.entry_id == entry_id, MilderStep.kind == kind, MilderStep.state == "open")
        .execution_options(populate_existing=True)
    ).one_or_none()


def one(number: int) -> Any:
    """Return a step with its text and the names of author and moderator; raises ``NotFound``."""
    author, moderator = aliased(User), aliased(User)
    row = db.session.execute(
        select(
            MilderStep,
            Entry,
            author.name.label("author_name"),
            moderator.name.label("moderator_name"),
        )
        .join(Entry, Entry.id == MilderStep.entry_id)
        .join(author, author.id == MilderStep.author_id)
        .join(moderator, moderator.id == MilderStep.moderator_id)
        .where(MilderStep.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def overdue() -> list[int]:
    """Return the texts whose authors were asked to change them and have not in the term."""
    late = select(MilderStep.entry_id).where(
        MilderStep.state == "open", MilderStep.kind == "asked", MilderStep.until <= clock.now()
    )
    return list(db.session.scalars(late.order_by(MilderStep.id).limit(200)))
