"""The chats of a community, and how many of them hold something new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.chats.models import Chat
from community.core.db import fetch
from community.publishing.access import VISIBLE, Viewer, shown_title
from community.publishing.models import Entry, ReadMark, Thread

MOST = 200


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat in the list: theme, hours, what is new."""

    id: int
    title: str
    author_name: str
    opens_at: datetime | None
    closes_at: datetime | None
    is_closed: bool
    is_held: bool
    by_invitation: bool
    lines: int
    new: int
    last_at: datetime

    def stage(self, now: datetime) -> str:
        """Return «before», «now» or «after»."""
        if self.is_closed or (self.closes_at is not None and now >= self.closes_at):
            return "after"
        if self.opens_at is not None and now < self.opens_at:
            return "before"
        return "now"


_opener = aliased(Entry)
_LIST = (
    select(
        Thread.id, shown_title(_opener).label("title"), User.name.label("author_name"),
        Chat.opens_at, Chat.closes_at, Thread.state, Thread.by_invitation, Thread.entry_count,
        Thread.last_at, ReadMark.position.label("read_to"),
    )
    .join(Chat, Chat.thread_id == Thread.id)
    .join(User, User.id == Thread.author_id)
    .outerjoin(_opener, _opener.id == Thread.opener_id)
    .outerjoin(
        ReadMark, and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == bindparam("reader"))
    )
    .where(Chat.community_id == bindparam("community"), VISIBLE)
    .order_by(Thread.last_at.desc(), Thread.id.desc())
    .limit(MOST)
)  # fmt: skip


def chats(reader: Viewer, community_id: int) -> Sequence[ChatRow]:
    """Return the chats that the reader may know of, the liveliest first."""
    rows = fetch(_LIST, reader=reader.user_id or 0, community=community_id)
    return [_row(row) for row in rows]


def _row(row: Any) -> ChatRow:
    return ChatRow(
        id=row.id,
        title=row.title,
        author_name=row.author_name,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        is_closed=row.state == "closed",
        is_held=row.state == "held",
        by_invitation=row.by_invitation,
        lines=max(0, row.entry_count - 1),
        new=max(0, row.entry_count - (row.read_to or 0)),
        last_at=row.last_at,
    )
