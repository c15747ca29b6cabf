"""Reading the forum: every query starts from what the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, fetch
from community.core.errors import NotFound
from community.publishing import access, unread
from community.publishing.access import VISIBLE, Viewer, shown_title, thread_visible
from community.publishing.models import Entry, Follow, ReadMark, Reference, Thread
from community.topics.models import Board, Topic

PAGE = 20


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board in the list of boards."""

    id: int
    name: str
    purpose: str
    kind: str
    audience: str
    is_archived: bool
    topics: int
    last_title: str
    last_topic_id: int | None
    last_at: datetime | None


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


def _listed() -> Any:
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
    _listed()
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
    _listed()
    .where(_HERE, Topic.pinned_at.is_(None))
    .order_by(Thread.last_at.desc(), Thread.id.desc())
    .limit(PAGE)
    .offset(bindparam("skipped"))
)
_LATEST = (
    _listed()
    .where(Thread.community_id == bindparam("community"), Thread.kind == "topic", VISIBLE)
    .order_by(Thread.last_at.desc(), Thread.id.desc())
    .limit(bindparam("most"))
)


def boards(reader: Viewer, community_id: int) -> list[BoardRow]:
    """Return the boards whose topics the reader may see, in the administrator's order."""
    counted = (
        select(
            Thread.shelf_id, func.count().label("topics"), func.max(Thread.last_at).label("last_at")
        )
        .where(Thread.community_id == community_id, Thread.kind == "topic", thread_visible(reader))
        .group_by(Thread.shelf_id)
        .subquery()
    )
    last, opener = aliased(Thread), aliased(Entry)
    rows = db.session.execute(
        select(
            Board, counted.c.topics, counted.c.last_at, Topic.id.label("topic_id"),
            shown_title(opener).label("title"),
        )
        .outerjoin(counted, counted.c.shelf_id == Board.id)
        .outerjoin(last, and_(last.shelf_id == Board.id, last.last_at == counted.c.last_at))
        .outerjoin(opener, opener.id == last.opener_id)
        .outerjoin(Topic, Topic.thread_id == last.id)
        .where(Board.community_id == community_id, _board_readable(reader, community_id))
        .order_by(Board.archived_at.is_not(None), Board.place),
        {"reader": reader.user_id or 0},
    ).all()  # fmt: skip
    seen: dict[int, BoardRow] = {}
    for row in rows:
        board = row.Board
        seen.setdefault(
            board.id,
            BoardRow(
                board.id, board.name, board.purpose, board.kind, board.audience,
                board.archived_at is not None, row.topics or 0,
                _titled(row.title) if row.topic_id else "", row.topic_id,
                row.last_at,
            ),
        )  # fmt: skip
    return list(seen.values())


_BOARD = select(Board).where(
    Board.id == bindparam("board"), Board.community_id == bindparam("community")
)


def board(reader: Viewer, board_id: int, community_id: int) -> Board:
    """Return a board of the community that the reader may read; raises ``NotFound``."""
    found = db.session.scalars(_BOARD, {"board": board_id, "community": community_id}).one_or_none()
    if found is None:
        raise NotFound
    if found.audience != "everyone" and community_id not in reader.communities:
        raise NotFound
    return found


def topics(reader: Viewer, board: Board, number: int) -> TopicPage:
    """Return a page of a board's topics: the pinned on the first page, then by the latest reply."""
    values = {"reader": reader.user_id or 0, "board": board.id}
    total = unread.count_until_changed(
        reader, board.community_id, ("board", board.id), lambda: _count(values)
    )
    rows = fetch(_ORDINARY, **values, skipped=(number - 1) * PAGE).all()
    if number == 1:
        rows = [*fetch(_PINNED, **values, community=board.community_id), *rows]
    return TopicPage([_row(reader, row) for row in rows], number, max(1, -(-total // PAGE)), total)


def _count(values: dict[str, int]) -> int:
    return fetch(_ON_BOARD, **values).scalar() or 0


def latest(reader: Viewer, community_id: int, *, limit: int = PAGE) -> list[TopicRow]:
    """Return the topics of the community with the latest replies."""
    values = {"reader": reader.user_id or 0, "community": community_id, "most": limit}
    rows = fetch(_LATEST, **values)
    return [_row(reader, row) for row in rows]


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
    _listed()
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
        mine=[_row(reader, row) for row in shown if row.concerns],
        others=[_row(reader, row) for row in shown if not row.concerns],
        more=max(0, total - len(shown)),
        help_wanted=_help(reader, community_id),
    )


_HELP = (
    _listed()
    .where(
        Topic.community_id == bindparam("community"),
        Topic.help_wanted_at > bindparam("since"),
        VISIBLE,
    )
    .order_by(Topic.help_wanted_at.desc())
    .limit(5)
)


def _help(reader: Viewer, community_id: int) -> list[TopicRow]:
    since = clock.now() - timedelta(days=30)
    rows = fetch(_HELP, reader=reader.user_id or 0, community=community_id, since=since)
    return [_row(reader, row) for row in rows]


def _titled(title: str | None) -> str:
    return title or _("The title is hidden")


def _row(reader: Viewer, row: Any) -> TopicRow:
    new = row.entry_count - (row.read_to or 0) if reader.user_id is not None else 0
    return TopicRow(
        id=row.id,
        title=_titled(row.title),
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


_opener = aliased(Entry)
_TOPIC = (
    select(
        Topic,
        Thread,
        Board,
        shown_title(_opener).label("title"),
        ReadMark.position.label("read_to"),
        Follow.level,
    )
    .join(Thread, Thread.id == Topic.thread_id)
    .join(Board, Board.id == Topic.board_id)
    .outerjoin(_opener, _opener.id == Thread.opener_id)
    .outerjoin(
        ReadMark, and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == bindparam("reader"))
    )
    .outerjoin(Follow, and_(Follow.thread_id == Thread.id, Follow.user_id == bindparam("reader")))
    .where(Topic.id == bindparam("topic"), VISIBLE)
)


_MOST_HOPS = 10


def topic(reader: Viewer, topic_id: int, community_id: int | None = None) -> Any:
    """Return a topic with its thread, board, title and the reader's marks, in one query."""
    values = {"reader": reader.user_id or 0, "topic": topic_id}
    row = db.session.execute(_TOPIC, values).one_or_none()
    if row is None or (community_id is not None and row.Topic.community_id != community_id):
        raise NotFound
    return row


def joined_to(reader: Viewer, topic_id: int, community_id: int) -> Topic:
    """Return the topic that a merged one was joined to; raises ``NotFound`` unless it may be read."""
    for _hop in range(_MOST_HOPS):
        thread_id = db.session.scalar(
            select(Thread.merged_into_id)
            .join(Topic, Topic.thread_id == Thread.id)
            .where(Topic.id == topic_id, Topic.community_id == community_id)
        )
        joined = of_thread(thread_id) if thread_id is not None else None
        if joined is None:
            raise NotFound
        try:
            found: Topic = topic(reader, joined.id, community_id).Topic
        except NotFound:
            topic_id = joined.id  # joined further on, or not for this reader
        else:
            return found
    raise NotFound


def topic_seen_by(actor: Actor, topic_id: int) -> Topic:
    """Return a topic that the actor may read; raises ``NotFound``."""
    found: Topic = topic(access.viewer(actor), topic_id).Topic
    return found


def of_thread(thread_id: int) -> Topic | None:
    """Return the topic of a thread, or None when the thread is of another room."""
    return db.session.scalars(select(Topic).where(Topic.thread_id == thread_id)).one_or_none()


def topic_for_change(topic_id: int) -> Topic:
    """Return a topic inside a use case; the policy is asked next. Raises ``NotFound``."""
    found = db.session.get(Topic, topic_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def thread_of(topic: Topic) -> Thread:
    """Return the thread of a topic."""
    return db.session.get_one(Thread, topic.thread_id)


def board_for_change(board_id: int) -> Board:
    """Return a board inside a use case; the policy is asked next. Raises ``NotFound``."""
    found = db.session.get(Board, board_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def moderation_topic(community_id: int) -> Topic | None:
    """Return the community's topic on moderators' acts (B09)."""
    return db.session.scalars(
        select(Topic)
        .join(Thread, Thread.id == Topic.thread_id)
        .where(Topic.community_id == community_id, Thread.space == "moderation_topic")
        .limit(1)
    ).one_or_none()


def _board_readable(reader: Viewer, community_id: int) -> Any:
    if community_id in reader.communities:
        return Board.id.is_not(None)
    return Board.audience == "everyone"
