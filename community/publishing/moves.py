"""Texts change their thread: split off, merged, with places and marks of readers put right."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from community.core import ripples
from community.core.db import db
from community.core.errors import NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.publishing import gate, threads
from community.publishing.events import ThreadChanged
from community.publishing.models import Entry, Follow, ReadMark, Thread

_ASIDE = 1_000_000
"""Places past the end, where entries stand while they are numbered anew: places are unique."""


@use_case
def move_entries(entry_ids: Sequence[int], source_id: int, target_id: int) -> None:
    """Move entries to another thread of the community; time orders them there among the others.

    The policy and the journal are the caller's. Replies to what stays behind lose their parent.
    """
    source, target = _two(source_id, target_id)
    if source.community_id != target.community_id:
        require(deny("thread.other_community"))
    if source.state == "merged" or target.state not in ("open", "closed"):
        require(deny("thread.no_place"))
    moved = set(
        db.session.scalars(
            select(Entry.id).where(Entry.id.in_(entry_ids), Entry.thread_id == source_id)
        )
    )
    if not moved:
        require(deny("thread.nothing_chosen"))
    read = _what_was_read((source_id, target_id))
    for place, entry_id in enumerate(sorted(moved), start=1):
        gate.mark(entry_id, thread_id=target_id, position=_aside(entry_id, place))
    _cut_parents(source_id, target_id)
    for thread in (source, target):
        renumber(thread.id)
        _put_marks(thread.id, read)
        thread.seq += 1
        ripples.thread_changed(thread.id)
        emit(ThreadChanged(thread_id=thread.id))
    threads.bump(source.community_id)


@use_case
def merge(source_id: int, target_id: int) -> None:
    """Move everything of one thread into another; the empty one only points the way."""
    everything = list(db.session.scalars(select(Entry.id).where(Entry.thread_id == source_id)))
    move_entries(everything, source_id, target_id)
    followers = db.session.scalars(
        select(Follow.user_id).where(Follow.thread_id == source_id, Follow.level == "follow")
    )
    known = set(db.session.scalars(select(Follow.user_id).where(Follow.thread_id == target_id)))
    for user_id in set(followers) - known:
        db.session.execute(
            update(Follow)
            .where(Follow.user_id == user_id, Follow.thread_id == source_id)
            .values(thread_id=target_id)
        )
    _source, target = _two(source_id, target_id)
    target.follower_count = len(
        db.session.scalars(
            select(Follow.user_id).where(Follow.thread_id == target_id, Follow.level == "follow")
        ).all()
    )
    db.session.execute(
        update(Thread)
        .where(Thread.id == source_id)
        .values(state="merged", merged_into_id=target_id, shelf_id=None)
    )


def _two(source_id: int, target_id: int) -> tuple[Thread, Thread]:
    """Lock both threads; one and the same is none to move between."""
    if source_id == target_id:
        raise NotFound
    found = threads.locked({source_id, target_id})
    return found[source_id], found[target_id]


def _aside(entry_id: int, place: int) -> int | None:
    had = db.session.scalar(select(Entry.position).where(Entry.id == entry_id))
    return None if had is None else 2 * _ASIDE + place


def _cut_parents(*thread_ids: int) -> None:
    parent = Entry.__table__.alias()
    strays = db.session.scalars(
        select(Entry.id)
        .join(parent, parent.c.id == Entry.parent_id)
        .where(Entry.thread_id.in_(thread_ids), parent.c.thread_id != Entry.thread_id)
    ).all()
    for entry_id in strays:
        gate.mark(entry_id, parent_id=None)


def _what_was_read(thread_ids: tuple[int, int]) -> dict[int, set[int]]:
    """Return user id -> the entries they had read in the two threads."""
    rows = db.session.execute(
        select(ReadMark.user_id, Entry.id)
        .join(Entry, Entry.thread_id == ReadMark.thread_id)
        .where(ReadMark.thread_id.in_(thread_ids), Entry.position <= ReadMark.position)
    )
    read: dict[int, set[int]] = {}
    for row in rows:
        read.setdefault(row.user_id, set()).add(row.id)
    return read


def _put_marks(thread_id: int, read: dict[int, set[int]]) -> None:
    """Set each reader's mark to the end of the unbroken beginning that they have read."""
    order = list(
        db.session.scalars(
            select(Entry.id)
            .where(Entry.thread_id == thread_id, Entry.position.is_not(None))
            .order_by(Entry.position)
        )
    )
    moment = db.session.scalar(select(Thread.last_at).where(Thread.id == thread_id))
    db.session.execute(delete(ReadMark).where(ReadMark.thread_id == thread_id))
    for user_id, known in read.items():
        far = next((place for place, each in enumerate(order) if each not in known), len(order))
        if far:
            db.session.add(ReadMark(user_id=user_id, thread_id=thread_id, position=far, at=moment))
    readers = sum(1 for known in read.values() if order and order[0] in known)
    db.session.execute(update(Thread).where(Thread.id == thread_id).values(reader_count=readers))


def renumber(thread_id: int) -> None:
    """Give the placed entries of a thread the places 1…n by time of publication, after a move."""
    order = list(
        db.session.scalars(
            select(Entry.id)
            .where(Entry.thread_id == thread_id, Entry.published_at.is_not(None))
            .order_by(Entry.published_at, Entry.id)
        )
    )
    for place, entry_id in enumerate(order, start=1):  # past the end first: places are unique
        gate.mark(entry_id, position=_ASIDE + place)
    for place, entry_id in enumerate(order, start=1):
        gate.mark(entry_id, position=place)
    last = db.session.execute(
        select(Entry.published_at, Entry.author_id)
        .where(Entry.thread_id == thread_id, Entry.published_at.is_not(None))
        .order_by(Entry.published_at.desc(), Entry.id.desc())
        .limit(1)
    ).one_or_none()
    values = {"entry_count": len(order)}
    if last is not None:
        values |= {"last_at": last.published_at, "last_author_id": last.author_id}
    db.session.execute(update(Thread).where(Thread.id == thread_id).values(values))
