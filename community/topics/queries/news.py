"""«Что нового»: what nobody of the readers should miss (C05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, or_, select

from community.core import clock
from community.core.db import fetch
from community.publishing import unread
from community.publishing.access import VISIBLE, Viewer
from community.publishing.models import Entry, Follow, Reference, Thread
from community.topics.models import Topic
from community.topics.queries.lists import TopicRow, listed, topic_row


@dataclass(frozen=True, slots=True)
class News:
    """«Что нового»: what concerns me first, then the rest, and whether that is all (C05)."""

    mine: Sequence[TopicRow]
    others: Sequence[TopicRow]
    more: int
    help_wanted: Sequence[TopicRow]

    @property
    def count(self) -> int:
        """Return how many topics the page names."""
        return len(self.mine) + len(self.others)

    @property
    def minutes(self) -> int:
        """Return about how many minutes the reading takes: half a minute a new entry."""
        new = sum(row.new for row in (*self.mine, *self.others))
        return max(1, round(new * 0.5))


_NAMED = (
    select(Reference.id)
    .join(Entry, Entry.id == Reference.entry_id)
    .where(Entry.thread_id == Thread.id, Reference.user_id == bindparam("reader"))
    .exists()
)


_CONCERNS = or_(
    func.coalesce(Follow.level, "") == "follow", Thread.author_id == bindparam("reader"), _NAMED
)


_NEWS = (
    listed()
    .add_columns(_CONCERNS.label("concerns"))
    .where(unread.FRESH)
    .order_by(_CONCERNS.desc(), Thread.last_at.desc())
    .limit(bindparam("most"))
)


def news(reader: Viewer, community_id: int, *, limit: int = 12) -> News:
    """Return what is new for the reader: followed, named in, quoted in first; muted not at all."""
    asked = unread.values(reader, community_id, "topic")
    rows = fetch(_NEWS, **asked, most=limit + 1).all() if asked is not None else []
    shown = rows[:limit]
    total = unread.unread_count(reader, community_id)
    return News(
        mine=[topic_row(reader, row) for row in shown if row.concerns],
        others=[topic_row(reader, row) for row in shown if not row.concerns],
        more=max(0, total - len(shown)),
        help_wanted=_help(reader, community_id),
    )


_HELP = (
    listed()
    .where(
        Topic.community_id == bindparam("community"),
        Topic.help_wanted_at > bindparam("since"),
        Thread.author_id != bindparam("reader"),
        VISIBLE,
    )
    .order_by(Topic.help_wanted_at.desc())
    .limit(5)
)


def _help(reader: Viewer, community_id: int) -> list[TopicRow]:
    since = clock.now() - timedelta(days=30)
    rows = fetch(_HELP, reader=reader.user_id or 0, community=community_id, since=since)
    return [topic_row(reader, row) for row in rows]
