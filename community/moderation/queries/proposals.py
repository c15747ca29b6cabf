"""Decisions that wait for a second signature, and why one signature is not enough (rules, §6)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.moderation.models import Proposal, Removal, SecondSignature
from community.publishing.models import Entry

DAY = timedelta(hours=24)
ALONE = 5
"""So many texts of one author or of one thread are hidden in a day under one signature."""


def why_two(moderator_id: int, entry: Entry) -> str:
    """Return why a removal needs a second signature: «consequence», «author», «thread», or nothing."""
    if second_until(moderator_id, entry.community_id or 0) is not None:
        return "consequence"
    hidden = select(func.count(Removal.number)).where(
        Removal.community_id == entry.community_id,
        Removal.at > clock.now() - DAY,
        Removal.undone.is_(False),
    )
    if (db.session.scalar(hidden.where(Removal.author_id == entry.author_id)) or 0) >= ALONE:
        return "author"
    here = hidden.join(Entry, Entry.id == Removal.entry_id).where(
        Entry.thread_id == entry.thread_id
    )
    return "thread" if (db.session.scalar(here) or 0) >= ALONE else ""


def second_until(moderator_id: int, community_id: int) -> Any:
    """Return until when all that a moderator hides needs another's signature, or None."""
    return db.session.scalar(
        select(func.max(SecondSignature.until)).where(
            SecondSignature.user_id == moderator_id,
            SecondSignature.community_id == community_id,
            SecondSignature.until > clock.now(),
        )
    )


def one(number: int) -> Any:
    """Return a proposal with its text and the names of its people; raises ``NotFound``."""
    about, by, closer = aliased(User), aliased(User), aliased(User)
    row = db.session.execute(
        select(
            Proposal,
            Entry,
            about.name.label("about_name"),
            by.name.label("by_name"),
            closer.name.label("closer_name"),
        )
        .outerjoin(Entry, Entry.id == Proposal.entry_id)
        .join(about, about.id == Proposal.user_id)
        .join(by, by.id == Proposal.proposed_by)
        .outerjoin(closer, closer.id == Proposal.closed_by)
        .where(Proposal.number == number)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def is_proposal(number: int) -> bool:
    """Tell whether a number of the journal is a proposal's."""
    return db.session.scalar(select(Proposal.id).where(Proposal.number == number)) is not None


def bundle(number: int) -> list[Any]:
    """Return the proposals that were made together, each with its text."""
    rows = db.session.execute(
        select(Proposal, Entry)
        .outerjoin(Entry, Entry.id == Proposal.entry_id)
        .where(Proposal.bundle == number)
        .order_by(Proposal.id)
    )
    return list(rows)


def waiting_for(entry_id: int) -> Proposal | None:
    """Return what waits for a second signature over a text."""
    return db.session.scalars(
        select(Proposal).where(Proposal.entry_id == entry_id, Proposal.state == "waiting")
    ).one_or_none()


def hiding(entry_ids: Sequence[int]) -> list[Proposal]:
    """Return the proposals for whose sake texts are out of sight until they are decided on."""
    waiting = select(Proposal).where(
        Proposal.entry_id.in_(list(entry_ids)), Proposal.state == "waiting", Proposal.hidden
    )
    return list(db.session.scalars(waiting))


def suspension_of(user_id: int, community_id: int) -> Proposal | None:
    """Return the proposal that waits to suspend a member."""
    return db.session.scalars(
        select(Proposal).where(
            Proposal.user_id == user_id,
            Proposal.community_id == community_id,
            Proposal.kind == "suspension",
            Proposal.state == "waiting",
        )
    ).first()


def overdue_suspensions() -> list[int]:
    """Return the numbers of proposed suspensions that no administrator has answered in the term."""
    return _late(Proposal.kind == "suspension")


def overdue() -> list[int]:
    """Return the numbers of proposals on texts that nobody has signed in their term."""
    return _late(Proposal.kind != "suspension")


def _late(kind: Any) -> list[int]:
    late = select(Proposal.number).where(
        Proposal.state == "waiting", Proposal.until <= clock.now(), kind
    )
    return list(db.session.scalars(late.order_by(Proposal.id).limit(200)))
