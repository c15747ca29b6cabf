"""What a person has read, follows, mutes and is thankful for."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from community.communities.models import Membership
from community.communities.standing import standing
from community.core import clock, ripples
from community.core.actor import Actor
from community.core.db import change, db, fetch, insert, per_engine
from community.core.transactions import use_case
from community.core.verdict import require
from community.publishing import gate, policies
from community.publishing.models import Entry, Follow, ReadFloor, ReadMark, Thanks, Thread


def note_read(user_id: int, thread: Thread, position: int) -> bool:
    """Move a person's mark forward to ``position``, never back; tell whether it moved. Inside a use case."""
    moment = clock.now()
    place = {"user": user_id, "thread": thread.id, "place": position, "moment": moment}
    if change(_first_read(), place):  # two pages at once count one reader
        thread.reader_count = Thread.reader_count + 1
    elif not change(_READ_FURTHER, place):
        return False
    if thread.community_id is not None:
        _stir(user_id, thread.community_id)
    return True


@per_engine
def _first_read() -> Any:
    first = insert(ReadMark).values(
        user_id=bindparam("user"), thread_id=bindparam("thread"),
        position=bindparam("place"), at=bindparam("moment"),
    )  # fmt: skip
    return first.on_conflict_do_nothing()


_MARK = (
    update(ReadMark)
    .where(ReadMark.user_id == bindparam("user"), ReadMark.thread_id == bindparam("thread"))
    .values(position=bindparam("place"), at=bindparam("moment"))
)
_READ_FURTHER = _MARK.where(ReadMark.position < bindparam("place"))
_READ_ON = _MARK.where(ReadMark.position == bindparam("before"))


def note_own(user_id: int, thread: Thread, position: int) -> None:
    """Count one's own text as read where everything before it was read; else what is new stays new."""
    if position == 1:
        note_read(user_id, thread, position)
        return
    place = {"user": user_id, "thread": thread.id, "place": position, "moment": clock.now()}
    if change(_READ_ON, place | {"before": position - 1}) and thread.community_id is not None:
        _stir(user_id, thread.community_id)


def _is_new(statement: Any) -> bool:
    """Tell whether an INSERT that minds no conflict stored its row; PostgreSQL counts none of them."""
    return db.session.execute(statement).first() is not None


def _rows(statement: Any) -> int:
    made: Any = db.session.execute(statement, execution_options={"synchronize_session": False})
    changed: int = made.rowcount
    return changed


@use_case
def read_to(actor: Actor, thread_id: int, position: int) -> None:
    """Remember that the person has read the thread up to ``position``."""
    thread = db.session.get(Thread, thread_id)
    place = min(position, thread.entry_count) if thread is not None else 0
    if thread is not None and place > 0:  # who saw an empty thread has read nothing
        note_read(actor.id, thread, place)


@use_case
def read_all(actor: Actor, community_id: int) -> None:
    """Count everything in the community up to now as read."""
    moment = clock.now()
    statement = insert(ReadFloor).values(
        user_id=actor.id, community_id=community_id, at=moment, seq=1
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "community_id"],
            set_={"at": moment, "seq": ReadFloor.seq + 1},
        )
    )


@use_case
def follow(actor: Actor, thread_id: int, *, level: str = "follow") -> None:
    """Follow or mute a thread, or («none») neither."""
    mine = (Follow.user_id == actor.id, Follow.thread_id == thread_id)
    _one_by_one(thread_id)
    before = db.session.scalar(select(Follow.level).where(*mine))
    if before == level or (before is None and level == "none"):
        return
    if level == "none":
        db.session.execute(delete(Follow).where(*mine))
    else:
        statement = insert(Follow).values(
            user_id=actor.id, thread_id=thread_id, level=level, at=clock.now()
        )
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=["user_id", "thread_id"], set_={"level": level}
            )
        )
    _stir_thread(actor.id, thread_id)
    change = (level == "follow") - (before == "follow")
    if change:
        db.session.execute(
            update(Thread)
            .where(Thread.id == thread_id)
            .values(follower_count=Thread.follower_count + change)
            .execution_options(synchronize_session=False)
        )


@use_case
def thank(actor: Actor, entry_id: int) -> bool:
    """Give or take back a «спасибо»; return whether it stands now. One's own entry takes none.

    Raises ``Refused`` for who only reads here: a suspended member, a stranger.
    """
    entry = db.session.get(Entry, entry_id)
    if entry is None or entry.author_id == actor.id or entry.state != "published":
        return False
    if entry.community_id is not None:
        require(policies.may_thank(standing(actor, entry.community_id)))
    thread = _one_by_one(entry.thread_id)
    mine = (Thanks.entry_id == entry_id, Thanks.user_id == actor.id)
    given = insert(Thanks).values(entry_id=entry_id, user_id=actor.id, at=clock.now())
    if _is_new(given.on_conflict_do_nothing().returning(Thanks.entry_id)):
        gate.mark(entry_id, thanks=Entry.thanks + 1, seq=_changed(thread))
        return True
    if _rows(delete(Thanks).where(*mine)):
        gate.mark(entry_id, thanks=Entry.thanks - 1, seq=_changed(thread))
    return False


def _one_by_one(thread_id: int) -> Thread:
    """Lock the thread, so that the counter follows what two clicks at once really changed."""
    lock = select(Thread).where(Thread.id == thread_id).with_for_update()
    return db.session.scalars(lock.execution_options(populate_existing=True)).one()


def _changed(thread: Thread) -> int:
    """Give the count its place in the order of changes: those who look at the page are shown it."""
    thread.seq += 1
    ripples.thread_changed(thread.id)
    return thread.seq


def _stir_thread(user_id: int, thread_id: int) -> None:
    community_id = db.session.scalar(select(Thread.community_id).where(Thread.id == thread_id))
    if community_id is not None:
        _stir(user_id, community_id)


def _stir(user_id: int, community_id: int) -> None:
    if not change(_STIRRED, user=user_id, community=community_id):
        since = beginning(user_id, community_id)
        change(_floor(), user=user_id, community=community_id, since=since)


_STIRRED = (
    update(ReadFloor)
    .where(ReadFloor.user_id == bindparam("user"), ReadFloor.community_id == bindparam("community"))
    .values(seq=ReadFloor.seq + 1)
)


@per_engine
def _floor() -> Any:
    statement = insert(ReadFloor).values(
        user_id=bindparam("user"), community_id=bindparam("community"), at=bindparam("since"), seq=1
    )
    return statement.on_conflict_do_update(
        index_elements=["user_id", "community_id"], set_={"seq": ReadFloor.seq + 1}
    )


_JOINED = select(Membership.joined_at).where(
    Membership.user_id == bindparam("user"), Membership.community_id == bindparam("community")
)


def beginning(user_id: int, community_id: int) -> datetime:
    """A person's floor begins two weeks before they came, so that a newcomer is not buried."""
    joined = fetch(_JOINED, user=user_id, community=community_id).scalar()
    return (joined or clock.now()) - timedelta(days=14)
