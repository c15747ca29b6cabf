"""A letter that its reader gives to the moderators: the one way in which a third person reads it.

``access`` never opens a letter to anybody but the two. The room of moderation asks here for that
letter alone, having written the opening into the journal; nothing else of the correspondence is told.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from community.core.db import db
from community.core.errors import NotFound
from community.publishing.models import Entry, Thread


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, without what was written before and after it."""

    entry_id: int
    author_id: int
    body: str
    at: datetime


def is_letter(entry_id: int) -> bool:
    """Tell whether an entry stands between two people, where no moderator reads."""
    audience = (
        select(Thread.audience)
        .join(Entry, Entry.thread_id == Thread.id)
        .where(Entry.id == entry_id)
    )
    return db.session.scalar(audience) == "pair"


def letter(entry_id: int) -> Letter:
    """Return one letter; that its reader complained and the journal knows, the caller answers for."""
    row = db.session.execute(
        select(Entry.id, Entry.author_id, Entry.body, Entry.created_at)
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.id == entry_id, Thread.audience == "pair")
    ).one_or_none()
    if row is None:
        raise NotFound
    return Letter(row.id, row.author_id, row.body, row.created_at)
