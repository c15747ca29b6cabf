"""What changed is noted here; the index reads it from the database once the notes are committed."""

from sqlalchemy import bindparam, select

from community.accounts.events import (
    PersonChanged,
    PersonLeft,
    PersonRegistered,
    PersonRenamed,
)
from community.communities.events import MemberJoined, MemberLeft, StandingChanged
from community.communities.models import Membership
from community.core.db import db, fetch
from community.core.outbox import consumes
from community.core.transactions import after_commit
from community.publishing.events import (
    EntryErased,
    EntryPublished,
    EntryRemoved,
    EntryRevised,
    ThreadChanged,
)
from community.publishing.models import Entry, Thread
from community.search import indexing, upkeep


@consumes(EntryPublished, EntryRevised, EntryRemoved)
def note_entry(event: EntryPublished | EntryRevised | EntryRemoved) -> None:
    """Have an entry read again; the words of a person's own page belong to the person."""
    row = fetch(_ENTRY, entry=event.entry_id).one_or_none()
    if row is None:
        return
    if row.kind == "profile":
        _note_person(row.author_id)
    elif row.community_id is not None:
        indexing.note(row.community_id, [f"e{event.entry_id}"])
        after_commit(upkeep.catch_up_soon)


_ENTRY = (
    select(Entry.community_id, Entry.author_id, Thread.kind)
    .join(Thread, Thread.id == Entry.thread_id)
    .where(Entry.id == bindparam("entry"))
)


@consumes(EntryErased)
def forget_words(event: EntryErased) -> None:
    """Build the index anew: a word that was taken out of it still stands in its old files."""
    community_id = event.community_id
    after_commit(lambda: upkeep.forget_words(community_id))


@consumes(ThreadChanged)
def note_thread(event: ThreadChanged) -> None:
    """Have all entries of a thread read again: its access or its place changed."""
    row = db.session.execute(
        select(Thread.community_id, Thread.kind, Thread.author_id).where(
            Thread.id == event.thread_id
        )
    ).one_or_none()
    if row is None:
        return
    if row.kind == "profile":
        _note_person(row.author_id)
    elif row.community_id is not None:
        indexing.note(row.community_id, [f"t{event.thread_id}"])
        after_commit(upkeep.catch_up_soon)


@consumes(PersonRegistered, PersonRenamed, PersonChanged, PersonLeft)
def note_person(event: PersonRegistered | PersonRenamed | PersonChanged | PersonLeft) -> None:
    """Have a person read again in every community that they are or were in."""
    _note_person(event.user_id)


@consumes(MemberJoined, MemberLeft, StandingChanged)
def note_member(event: MemberJoined | MemberLeft | StandingChanged) -> None:
    """Have a person read again in the community whose door or roles changed."""
    indexing.note(event.community_id, [f"p{event.user_id}"])
    after_commit(upkeep.catch_up_soon)


def _note_person(user_id: int) -> None:
    known = select(Membership.community_id).where(Membership.user_id == user_id).distinct()
    for community_id in db.session.scalars(known).all():
        indexing.note(community_id, [f"p{user_id}"])
    after_commit(upkeep.catch_up_soon)
