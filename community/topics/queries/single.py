"""One topic: for reading, for a change, by its thread."""

from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from community.core.actor import Actor
from community.core.db import Columns, db, fetch
from community.core.errors import NotFound
from community.publishing import access
from community.publishing.access import VISIBLE, Viewer, shown_title
from community.publishing.models import Entry, Follow, ReadMark, Thread
from community.topics.models import Board, Topic

_opener = aliased(Entry)
_TOPICS, _THREADS, _BOARDS = Columns(Topic), Columns(Thread), Columns(Board)


class Read(NamedTuple):
    """A topic as a page reads it: columns, no entities; a change loads its own."""

    Topic: Any
    Thread: Any
    Board: Any
    title: str
    read_to: int | None
    level: str | None


_TOPIC = (
    select(
        *_TOPICS.asked,
        *_THREADS.asked,
        *_BOARDS.asked,
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


def topic(reader: Viewer, topic_id: int, community_id: int | None = None) -> Read:
    """Return a topic with its thread, board, title and the reader's marks, in one query."""
    row = fetch(_TOPIC, reader=reader.user_id or 0, topic=topic_id).one_or_none()
    found = _read(row) if row is not None else None
    if found is None or (community_id is not None and found.Topic.community_id != community_id):
        raise NotFound
    return found


def _read(row: Any) -> Read:
    topic, place = _TOPICS.taken(row, 0)
    thread, place = _THREADS.taken(row, place)
    board, place = _BOARDS.taken(row, place)
    return Read(topic, thread, board, *row[place:])


def joined_to(reader: Viewer, topic_id: int, community_id: int) -> Any:
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
            found = topic(reader, joined.id, community_id).Topic
        except NotFound:
            topic_id = joined.id  # joined further on, or not for this reader
        else:
            return found
    raise NotFound


def topic_seen_by(actor: Actor, topic_id: int) -> Any:
    """Return a topic that the actor may read; raises ``NotFound``."""
    return topic(access.viewer(actor), topic_id).Topic


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


def moderation_topic(community_id: int) -> Topic | None:
    """Return the community's topic on moderators' acts (B09)."""
    return db.session.scalars(
        select(Topic)
        .join(Thread, Thread.id == Topic.thread_id)
        .where(Topic.community_id == community_id, Thread.space == "moderation_topic")
        .limit(1)
    ).one_or_none()
