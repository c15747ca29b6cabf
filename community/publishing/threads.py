"""Threads under their lock: the next place, the next ``seq``, the pulse of a community."""

from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import bindparam, func, select

from community.core import clock, ripples
from community.core.actor import Actor
from community.core.db import change, db, insert, per_engine
from community.core.errors import NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.publishing.events import ThreadChanged
from community.publishing.models import (
    Entry,
    Pulse,
    Thread,
)


def entry_for_change(entry_id: int, *beside: int) -> tuple[Entry, Thread]:
    """Return an entry with its thread, both locked for this transaction; raises ``NotFound``.

    ``beside`` names threads that the change locks too: all of them are locked in one order.
    """
    thread_id = db.session.scalar(select(Entry.thread_id).where(Entry.id == entry_id))
    while thread_id is not None:
        thread = locked({thread_id, *beside})[thread_id]
        entry = db.session.scalars(
            select(Entry).where(Entry.id == entry_id).execution_options(populate_existing=True)
        ).one()
        if entry.thread_id == thread_id:
            return entry, thread
        thread_id = entry.thread_id  # it was moved while we waited for the lock
    raise NotFound


def thread_for_change(thread_id: int) -> Thread:
    """Load a thread under its lock, so that places and ``seq`` follow the order of commits."""
    return locked({thread_id})[thread_id]


_LOCKED = (
    select(Thread)
    .where(Thread.id.in_(bindparam("threads", expanding=True)))
    .order_by(Thread.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)


def locked(thread_ids: AbstractSet[int]) -> dict[int, Thread]:
    """Lock threads in the order of their ids, so that two moderators cannot embrace.

    Raises ``NotFound`` where one of them is missing.
    """
    rows = db.session.scalars(_LOCKED, {"threads": sorted(thread_ids)}).all()
    if len(rows) != len(thread_ids):
        raise NotFound
    return {row.id: row for row in rows}


@use_case
def set_thread(thread_id: int, **access: Any) -> None:
    """Change a thread's audience, posting, state, space or shelf; the policy is the caller's."""
    unknown = access.keys() - {"audience", "posting", "state", "space", "shelf_id", "by_invitation"}
    if unknown:
        raise ValueError(f"not the access of a thread: {sorted(unknown)}")
    thread = thread_for_change(thread_id)
    for name, value in access.items():
        setattr(thread, name, value)
    thread.seq += 1
    ripples.thread_changed(thread_id)
    bump(thread.community_id)
    emit(ThreadChanged(thread_id=thread_id))


@use_case
def open_beside(actor: Actor, thread_id: int, kind: str) -> int:
    """Open a thread without words of its own beside another, by whose opener it is named.

    Nobody but the moderators and those named in ``thread_people`` knows of it until it is let out.
    """
    beside = thread_for_change(thread_id)
    moment = clock.now()
    made = Thread(
        community_id=beside.community_id,
        kind=kind,
        space=beside.space,
        audience=beside.audience,
        posting="members",
        author_id=actor.id,
        opener_id=beside.opener_id,
        by_invitation=True,
        created_at=moment,
        last_at=moment,
    )
    db.session.add(made)
    db.session.flush()
    return made.id


@use_case
def stir(thread_id: int) -> None:
    """Tell open pages of a thread that something beside its texts has changed."""
    thread = thread_for_change(thread_id)
    thread.seq += 1
    ripples.thread_changed(thread_id)
    bump(thread.community_id)


def bump(community_id: int | None) -> None:
    """Tell the cached counts of a community that something changed."""
    if community_id is not None:
        change(_raised(), community_id=community_id)


@per_engine
def _raised() -> Any:
    first = insert(Pulse).values(community_id=bindparam("community_id"), seq=1)
    return first.on_conflict_do_update(index_elements=["community_id"], set_={"seq": Pulse.seq + 1})


def next_seq(thread: Thread) -> int:
    """Raise the thread’s ``seq`` for one more change and return it."""
    thread.seq += 1
    ripples.thread_changed(thread.id)
    bump(thread.community_id)
    return thread.seq


def give_place(entry: Entry, thread: Thread) -> None:
    """Put an entry at the end of its thread, now."""
    moment = clock.now()
    thread.entry_count += 1
    entry.position, entry.published_at = thread.entry_count, moment
    thread.last_at, thread.last_author_id = moment, entry.author_id


def count_entries(thread_id: int) -> int:
    """Count the placed entries of a thread in the table itself; a check of ``entry_count``."""
    counted = select(func.count()).where(Entry.thread_id == thread_id, Entry.position.is_not(None))
    return db.session.scalar(counted) or 0
