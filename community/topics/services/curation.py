"""Moderators keep the forum in order: pin, lock, move, split, merge; each act stands in the journal."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.publishing import moves
from community.publishing import services as publishing
from community.publishing.models import Entry, Thread
from community.topics import policies
from community.topics.models import Topic
from community.topics.queries import boards, single
from community.topics.services.boards import rehang


@use_case
def pin(actor: Actor, topic_id: int) -> None:
    """Pin a topic at the top of its board, or unpin it."""
    topic = _moderated(actor, topic_id)
    topic.pinned_at = None if topic.pinned_at else clock.now()
    _journal(actor, topic, "topic.pinned" if topic.pinned_at else "topic.unpinned")


@use_case
def lock(actor: Actor, topic_id: int, *, reason: str) -> None:
    """Close a topic for new replies, or open it again; it stays readable."""
    topic = single.topic_for_change(topic_id)
    thread = publishing.thread_for_change(topic.thread_id)
    require(policies.may_lock(standing(actor, topic.community_id), thread.space))
    if thread.state not in ("open", "closed"):
        require(deny("thread.no_place"))
    closing = thread.state == "open"
    publishing.set_thread(thread.id, state="closed" if closing else "open")
    if not closing:
        topic.conclusion_id = None
    _journal(actor, topic, "topic.locked" if closing else "topic.unlocked", reason=reason)


@use_case
def move(actor: Actor, topic_id: int, board_id: int, *, reason: str) -> None:
    """Move a topic to another board of the same community."""
    topic = _moderated(actor, topic_id)
    board = boards.board_for_change(board_id)
    if board.community_id != topic.community_id:
        require(deny("thread.other_community"))
    if board.id == topic.board_id:
        require(deny("topic.same_board"))
    _not_special(topic)
    was = topic.board_id
    rehang(topic.thread_id, board)
    _journal(actor, topic, "topic.moved", reason=reason, more={"from_id": was, "to_id": board.id})


@use_case
def split(actor: Actor, topic_id: int, entry_ids: Sequence[int], *, title: str, reason: str) -> int:
    """Make a topic of its own from entries that went astray; return its id."""
    topic = _moderated(actor, topic_id)
    thread = single.thread_of(topic)
    if thread.opener_id in entry_ids:
        require(deny("thread.opener_stays"))
    first = _first(thread.id, entry_ids)
    fresh = Thread(
        community_id=thread.community_id,
        kind="topic",
        audience=thread.audience,
        posting="members",
        shelf_id=thread.shelf_id,
        author_id=first.author_id,
        opener_id=first.id,
        created_at=clock.now(),
        last_at=clock.now(),
    )
    db.session.add(fresh)
    db.session.flush()
    moves.move_entries(entry_ids, thread.id, fresh.id)
    publishing.retitle(actor, first.id, title)
    made = Topic(
        thread_id=fresh.id,
        community_id=topic.community_id,
        board_id=topic.board_id,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    _journal(
        actor,
        topic,
        "topic.split",
        reason=reason,
        more={"to_id": made.id, "entry_ids": sorted(entry_ids)},
    )
    return made.id


@use_case
def move_entry(actor: Actor, entry_id: int, target_topic_id: int, *, reason: str) -> None:
    """Move one entry that is out of place to another topic, with a note in the journal (B09)."""
    target = single.topic_for_change(target_topic_id)
    require(policies.may_moderate(standing(actor, target.community_id)))
    entry, thread = publishing.entry_for_change(entry_id, target.thread_id)
    if thread.opener_id == entry.id:
        require(deny("thread.opener_stays"))
    moves.move_entries([entry.id], thread.id, target.thread_id)
    audit.record(
        actor,
        "entry.moved",
        actor_role="moderator",
        community_id=target.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={"from_id": thread.id, "to_id": target.thread_id, "topic_id": target.id},
        sealed={"reason": reason},
    )


@use_case
def merge(actor: Actor, topic_id: int, into_topic_id: int, *, reason: str) -> None:
    """Join a topic to another one; the old address leads there."""
    topic = _moderated(actor, topic_id)
    target = single.topic_for_change(into_topic_id)
    if topic.id == target.id:
        require(deny("topic.same_topic"))
    if topic.community_id != target.community_id:
        require(deny("thread.other_community"))
    _not_special(topic)
    moves.merge(topic.thread_id, target.thread_id)
    _journal(actor, topic, "topic.merged", reason=reason, more={"to_id": target.id})


def _first(thread_id: int, entry_ids: Sequence[int]) -> Entry:
    first = db.session.scalars(
        select(Entry)
        .where(
            Entry.id.in_(list(entry_ids)), Entry.thread_id == thread_id, Entry.state == "published"
        )
        .order_by(Entry.position)
        .limit(1)
    ).one_or_none()
    if first is None:
        require(deny("thread.nothing_chosen"))
        raise AssertionError
    return first


def _moderated(actor: Actor, topic_id: int) -> Topic:
    topic = single.topic_for_change(topic_id)
    require(policies.may_moderate(standing(actor, topic.community_id)))
    return topic


def _not_special(topic: Topic) -> None:
    if single.thread_of(topic).space == policies.MODERATION_SPACE:
        require(deny("topic.special"))


def _journal(
    actor: Actor,
    topic: Topic,
    kind: str,
    *,
    reason: str = "",
    more: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        actor,
        kind,
        actor_role="moderator",
        community_id=topic.community_id,
        target=("topic", topic.id),
        body={"topic_id": topic.id, **(more or {})},
        sealed={"reason": reason} if reason else None,
    )
