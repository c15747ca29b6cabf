"""What a person has read, follows, mutes and is thankful for."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from community.communities.models import Membership
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.transactions import use_case
from community.publishing import gate
from community.publishing.models import Entry, Follow, ReadFloor, ReadMark, Thanks, Thread


def note_read(user_id: int, thread: Thread, position: int) -> bool:
    """Move a person's mark forward to ``position``; tell whether it moved. Inside a use case."""
    moment = clock.now()
    statement = insert(ReadMark).values(
        user_id=user_id, thread_id=thread.id, position=position, at=moment
    )
    known = db.session.scalar(
        select(ReadMark.position).where(
            ReadMark.user_id == user_id, ReadMark.thread_id == thread.id
        )
    )
    if known is not None and known >= position:
        return False
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "thread_id"], set_={"position": position, "at": moment}
        )
    )
    if known is None:
        thread.reader_count = Thread.reader_count + 1
    if thread.community_id is not None:
        _stir(user_id, thread.community_id)
    return True


@use_case
def read_to(actor: Actor, thread_id: int, position: int) -> None:
    """Remember that the person has read the thread up to ``position``."""
    thread = db.session.get(Thread, thread_id)
    if thread is not None:
        note_read(actor.id, thread, min(position, thread.entry_count))


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
    """Give or take back a «спасибо»; return whether it stands now. One's own entry takes none."""
    entry = db.session.get(Entry, entry_id)
    if entry is None or entry.author_id == actor.id or entry.state != "published":
        return False
    mine = (Thanks.entry_id == entry_id, Thanks.user_id == actor.id)
    if db.session.scalar(select(Thanks.user_id).where(*mine)) is not None:
        db.session.execute(delete(Thanks).where(*mine))
        gate.mark(entry_id, thanks=Entry.thanks - 1)
        return False
    db.session.add(Thanks(entry_id=entry_id, user_id=actor.id, at=clock.now()))
    gate.mark(entry_id, thanks=Entry.thanks + 1)
    return True


def _stir_thread(user_id: int, thread_id: int) -> None:
    community_id = db.session.scalar(select(Thread.community_id).where(Thread.id == thread_id))
    if community_id is not None:
        _stir(user_id, community_id)


def _stir(user_id: int, community_id: int) -> None:
    statement = insert(ReadFloor).values(
        user_id=user_id, community_id=community_id, at=beginning(user_id, community_id), seq=1
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "community_id"], set_={"seq": ReadFloor.seq + 1}
        )
    )


def beginning(user_id: int, community_id: int) -> datetime:
    """A person's floor begins two weeks before they came, so that a newcomer is not buried."""
    joined = db.session.scalar(
        select(Membership.joined_at).where(
            Membership.user_id == user_id, Membership.community_id == community_id
        )
    )
    return (joined or clock.now()) - timedelta(days=14)
