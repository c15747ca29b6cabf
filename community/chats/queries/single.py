"""One chat: what the reader may see of it, its people, pins and what was made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.chats.models import Chat, ChatGathering, ChatPin
from community.communities.models import Membership
from community.core.db import db, fetch
from community.core.errors import NotFound
from community.publishing import queries as words
from community.publishing.access import VISIBLE, Viewer, shown_title
from community.publishing.models import Entry, ReadMark, Thread, ThreadPerson
from community.publishing.views import EntryView

SHOWN = 60
"""Lines on the page of a chat; earlier ones are a page away."""
_opener = aliased(Entry)
_CHAT = (
    select(
        Chat, Thread, shown_title(_opener).label("title"), User.name.label("author_name"),
        ReadMark.position.label("read_to"),
    )
    .join(Thread, Thread.id == Chat.thread_id)
    .join(User, User.id == Thread.author_id)
    .outerjoin(_opener, _opener.id == Thread.opener_id)
    .outerjoin(
        ReadMark, and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == bindparam("reader"))
    )
    .where(Chat.thread_id == bindparam("thread"), VISIBLE)
)  # fmt: skip


def chat(reader: Viewer, thread_id: int, community_id: int) -> Any:
    """Return a chat with its thread, title and the reader's mark; raises ``NotFound``."""
    values = {"reader": reader.user_id or 0, "thread": thread_id}
    row = db.session.execute(_CHAT, values).one_or_none()
    if row is None or row.Chat.community_id != community_id:
        raise NotFound
    return row


_KNOWN = (
    select(Chat.community_id)
    .join(Thread, Thread.id == Chat.thread_id)
    .where(Chat.thread_id == bindparam("thread"), VISIBLE)
)


def require_known(reader: Viewer, thread_id: int, community_id: int) -> None:
    """Raise ``NotFound`` where ``chat`` would, without reading all of it."""
    found = fetch(_KNOWN, reader=reader.user_id or 0, thread=thread_id).scalar()
    if found != community_id:
        raise NotFound


def chat_for_change(thread_id: int) -> Chat:
    """Return a chat inside a use case; the policy is asked next. Raises ``NotFound``."""
    found = db.session.get(Chat, thread_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def lines(reader: Viewer, row: Any, last: int) -> list[EntryView]:
    """Return the lines up to place ``last``; the opener, at place 1, stands in the head of the page."""
    first = max(2, last - SHOWN + 1)
    return words.span(reader, row.Thread.id, first, last, read_to=row.read_to or 0)


def opener(reader: Viewer, thread_id: int) -> EntryView | None:
    """Return the first words of a chat: what it is about."""
    return next(iter(words.span(reader, thread_id, 1, 1, read_to=None)), None)


def pinned(reader: Viewer, thread_id: int) -> list[EntryView]:
    """Return the lines that stand on top, in the order in which they were pinned."""
    ids = db.session.scalars(
        select(ChatPin.entry_id).where(ChatPin.thread_id == thread_id).order_by(ChatPin.at)
    ).all()
    return [each for each in words.entries(reader, ids) if each.state == "published"]


def last_said(thread_id: int, user_id: int) -> datetime | None:
    """Return when a person last wrote in a chat; texts that wait count too."""
    moment: datetime | None = db.session.scalar(
        select(func.max(Entry.created_at)).where(
            Entry.thread_id == thread_id, Entry.author_id == user_id
        )
    )
    return moment


def invited(thread_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of those who are invited to a chat, by name."""
    rows = db.session.execute(
        select(User.id, User.name)
        .join(ThreadPerson, ThreadPerson.user_id == User.id)
        .where(ThreadPerson.thread_id == thread_id)
        .order_by(User.sort_name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def is_invited(thread_id: int, user_id: int) -> bool:
    """Tell whether a person is among those who know of a chat by invitation."""
    return db.session.get(ThreadPerson, (thread_id, user_id)) is not None


def members(community_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of the members, for an invitation."""
    rows = db.session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.community_id == community_id, Membership.state == "active")
        .order_by(User.sort_name, User.id)
    )
    return [(row.id, row.name) for row in rows]


def gatherings(reader: Viewer, thread_id: int) -> list[EntryView]:
    """Return the texts that were made of a chat and that the reader may read."""
    ids = db.session.scalars(
        select(ChatGathering.entry_id)
        .where(ChatGathering.thread_id == thread_id)
        .order_by(ChatGathering.id)
    ).all()
    return words.entries(reader, ids)
