"""Lists of topics: every one starts from what the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.core.db import fetch
from community.publishing import unread
from community.publishing.access import VISIBLE, Viewer, shown_title
from community.publishing.models import Entry, Follow, ReadMark, Thread
from community.topics.models import Board, Topic

PAGE = 20


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in a list: title, who and when last, what is new in it."""

    id: int
    title: str
    kind: str
    board_id: int
    board_name: str
    author_id: int
    author_name: str
    last_author_name: str
    last_at: datetime
    replies: int
    readers: int
    followers: int
    new: int
    """Entries that the reader has not read yet."""
    is_pinned: bool
    is_closed: bool
    is_held: bool
    help_wanted: bool
    stage: str | None
    is_mine: bool
    has_conclusion: bool


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One page of a list of topics."""

    rows: Sequence[TopicRow]
    number: int
    last: int
    total: int


def listed() -> Any:
    """Return the statement about topics with all that a list shows; the caller narrows it."""
    author, last, opener = aliased(User), aliased(User), aliased(Entry)
    mine: Any = bindparam("reader")
    return (
        select(
            Topic.id, Topic.kind, Topic.board_id, Topic.pinned_at, Topic.help_wanted_at, Topic.stage,
            Topic.conclusion_id, Board.name.label("board_name"), shown_title(opener).label("title"),
            Thread.author_id, author.name.label("author_name"), last.name.label("last_name"),
            Thread.last_at, Thread.entry_count, Thread.reader_count, Thread.follower_count, Thread.state,
            ReadMark.position.label("read_to"), Follow.level,
        )
        .select_from(Thread)
        .join(Topic, Topic.thread_id == Thread.id)
        .join(Board, Board.id == Topic.board_id)
        .join(opener, opener.id == Thread.opener_id)
        .join(author, author.id == Thread.author_id)
        .outerjoin(last, last.id == Thread.last_author_id)
        .outerjoin(ReadMark, and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == mine))
        .outerjoin(Follow, and_(Follow.thread_id == Thread.id, Follow.user_id == mine))
    )  # fmt: skip


_HERE = and_(Thread.shelf_id == bindparam("board"), Thread.kind == "topic", VISIBLE)


_ON_BOARD = select(func.count()).select_from(Thread).where(_HERE)


_EVER = datetime(1970, 1, 1, tzinfo=UTC)


_PINNED = (
    listed()
    .where(
        # A range of the index on topics: «IS NOT NULL» and the board's threads would be walked whole.
        Topic.community_id == bindparam("community"),
        Topic.pinned_at > _EVER,
        Topic.board_id == bindparam("board"),
        VISIBLE,
    )
    .order_by(Topic.pinned_at.desc())
    .limit(PAGE)
)


_ORDINARY = (
    listed()
    .where(_HERE, Topic.pinned_at.is_(None))
    .order_by(Thread.last_at.desc(), Thread.id.desc())
    .limit(PAGE)
    .offset(bindparam("skipped"))
)


_LATEST = (
    listed()
    .where(Thread.community_id == bindparam("community"), Thread.kind == "topic", VISIBLE)
    .order_by(Thread.last_at.desc(), Thread.id.desc())
    .limit(bindparam("most"))
)


def topics(reader: Viewer, board: Board, number: int) -> TopicPage:
    """Return a page of a board's topics: the pinned on the first page, then by the latest reply."""
    values = {"reader": reader.user_id or 0, "board": board.id}
    total = unread.count_until_changed(
        reader, board.community_id, ("board", board.id), lambda: _count(values)
    )
    rows = fetch(_ORDINARY, **values, skipped=(number - 1) * PAGE).all()
    if number == 1:
        rows = [*fetch(_PINNED, **values, community=board.community_id), *rows]
    return TopicPage(
        [topic_row(reader, row) for row in rows], number, max(1, -(-total // PAGE)), total
    )


def _count(values: dict[str, int]) -> int:
    return fetch(_ON_BOARD, **values).scalar() or 0


def latest(reader: Viewer, community_id: int, *, limit: int = PAGE) -> list[TopicRow]:
    """Return the topics of the community with the latest replies."""
    values = {"reader": reader.user_id or 0, "community": community_id, "most": limit}
    rows = fetch(_LATEST, **values)
    return [topic_row(reader, row) for row in rows]


def titled(title: str | None) -> str:
    """Return the title, or what stands where a removed one is not shown."""
    return title or _("The title is hidden")


def topic_row(reader: Viewer, row: Any) -> TopicRow:
    """Make a row of ``listed`` into what the reader sees of the topic."""
    new = row.entry_count - (row.read_to or 0) if reader.user_id is not None else 0
    return TopicRow(
        id=row.id,
        title=titled(row.title),
        kind=row.kind,
        board_id=row.board_id,
        board_name=row.board_name,
        author_id=row.author_id,
        author_name=row.author_name,
        last_author_name=row.last_name or row.author_name,
        last_at=row.last_at,
        replies=max(0, row.entry_count - 1),
        readers=row.reader_count,
        followers=row.follower_count,
        new=0 if row.level == "mute" else new,
        is_pinned=row.pinned_at is not None,
        is_closed=row.state == "closed",
        is_held=row.state == "held",
        help_wanted=row.help_wanted_at is not None,
        stage=row.stage,
        is_mine=row.author_id == reader.user_id,
        has_conclusion=row.conclusion_id is not None,
    )
