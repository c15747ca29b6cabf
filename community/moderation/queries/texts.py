"""Texts of one author or one talk, for deciding on several; and texts that quote another."""

from typing import Any

from sqlalchemy import select

from community.accounts.models import User
from community.core.db import db
from community.publishing import queries as words_of
from community.publishing.models import Entry, Reference, Thread

MOST = 50


def of(community_id: int, *, author_id: int | None, thread_id: int | None) -> list[Any]:
    """Return the newest texts that stand, of an author or a talk of the community; newest first."""
    if author_id is None and thread_id is None:
        return []
    asked = (
        select(Entry, User.name, Thread.id.label("thread_id"))
        .join(User, User.id == Entry.author_id)
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.community_id == community_id, Entry.state.in_(("published", "held")))
        .order_by(Entry.id.desc())
        .limit(MOST)
    )
    if author_id is not None:
        asked = asked.where(Entry.author_id == author_id)
    if thread_id is not None:
        asked = asked.where(Entry.thread_id == thread_id)
    return list(db.session.execute(asked))


def titles(rows: list[Any]) -> dict[int, str]:
    """Return the titles of the talks in which texts stand."""
    return words_of.openers({row.thread_id for row in rows})


def quoting(entry: Entry) -> list[Any]:
    """Return the texts that quote a text: its words live on there, and are decided on apart."""
    return list(
        db.session.execute(
            select(Entry.id, Entry.position, User.name)
            .join(Reference, Reference.entry_id == Entry.id)
            .join(User, User.id == Entry.author_id)
            .where(Reference.quoted_id == entry.id, Entry.body != "")
            .order_by(Entry.id)
            .limit(MOST)
        )
    )
