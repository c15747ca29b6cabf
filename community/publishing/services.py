"""Use cases on words; rooms call them inside their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.audit import services as audit
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import require
from community.publishing import (
    attachments,
    fixed,
    gate,
    kinds,
    licences,
    marks,
    placing,
    policies,
    references,
)
from community.publishing.deciding import mark_removed, release, restore, show
from community.publishing.decisions import Decision
from community.publishing.events import EntryHeld, EntryPublished, EntryRemoved, EntryRevised
from community.publishing.facts import Circumstances, Words
from community.publishing.gate import Passed
from community.publishing.models import Entry, EntryFile, Thread, ThreadPerson, VerdictRecord
from community.publishing.threads import (
    entry_for_change,
    give_place,
    next_seq,
    open_beside,
    set_thread,
    stir,
    thread_for_change,
)

__all__ = [
    "Published",
    "entry_for_change",
    "mark_removed",
    "open_beside",
    "open_thread",
    "publish",
    "release",
    "restore",
    "retitle",
    "revise",
    "set_thread",
    "stir",
    "thread_for_change",
    "withdraw",
]

NO_RULES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a text: its ids, its place where it has one, the decision on it."""

    entry_id: int
    thread_id: int
    state: str
    position: int | None
    decision: Decision


@use_case
def open_thread(
    actor: Actor,
    words: Words,
    *,
    community_id: int | None,
    kind: str,
    audience: str = "members",
    posting: str = "members",
    space: str | None = None,
    shelf_id: int | None = None,
    event: str = "topic",
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
    to_id: int | None = None,
) -> Published:
    """Open a place for talk with its first text; a held opener keeps the whole thread unseen.

    ``to_id`` makes it a correspondence of two («pair»): no community, no moderator, no waiting.

    Raises ``AskFirst``, ``Blocked``, ``Invalid``, ``Refused``.
    """
    moment = clock.now()
    thread = Thread(
        community_id=community_id,
        kind=kind,
        space=space,
        shelf_id=shelf_id,
        audience=audience,
        posting=posting,
        author_id=actor.id,
        created_at=moment,
        last_at=moment,
    )
    who = placing.standing_at(actor, community_id)
    if community_id is not None:
        require(policies.may_write(who, thread))
    at = Circumstances(event=event, space=space, community_id=community_id, to_id=to_id)
    licences.weigh(actor, who, at, file_ids, seen)
    passed = gate.let_in(
        actor, who, words, at, seen=seen, people=references.people(words, community_id)
    )
    thread.state = "held" if passed.state == "held" else "open"
    db.session.add(thread)
    db.session.flush()
    if to_id is not None:
        for user_id in (actor.id, to_id):
            db.session.add(ThreadPerson(thread_id=thread.id, user_id=user_id))
    entry = _write(actor, thread, passed, parent_id=None, file_ids=file_ids)
    thread.opener_id = entry.id
    if to_id is None:
        marks.follow(actor, thread.id)
    db.session.flush()
    return _published(entry, passed)


@use_case
def publish(
    actor: Actor,
    thread_id: int,
    words: Words,
    *,
    parent_id: int | None = None,
    event: str = "comment",
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Add a text to a thread; raises ``AskFirst``, ``Blocked``, ``Invalid``, ``Refused``, ``NotFound``."""
    thread = thread_for_change(thread_id)
    who = placing.standing_in(actor, thread)
    require(policies.may_write(who, thread))
    require(kinds.may_write(who, thread))
    if parent_id is not None:
        _require_answerable(parent_id, thread_id)
    at = placing.circumstances(actor, thread, event, parent_id)
    licences.weigh(actor, who, at, file_ids, seen)
    people = references.people(words, thread.community_id)
    passed = gate.let_in(actor, who, words, at, seen=seen, people=people)
    entry = _write(actor, thread, passed, parent_id=parent_id, file_ids=file_ids)
    return _published(entry, passed)


@use_case
def revise(
    actor: Actor,
    entry_id: int,
    words: Words,
    *,
    expected_revision: int,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] | None = None,
) -> Published:
    """Replace one's own text through the gate; the old one stays in the history.

    ``file_ids`` are the files that the text has from now on, claimed by the caller; None keeps them.
    Raises ``Conflict`` when the text was changed since ``expected_revision`` was read.
    """
    entry, thread = entry_for_change(entry_id)
    who = placing.standing_in(actor, thread)
    require(policies.may_revise(who, entry, thread))
    require(fixed.may_change(entry.id))
    require(kinds.may_revise(who, entry, thread))
    if entry.revision != expected_revision:
        raise Conflict("entry.changed_meanwhile")
    at = placing.circumstances(actor, thread, "edit", entry.parent_id)
    fresh = set(file_ids or ()) - set(attachments.of_entry(entry.id)) if file_ids else ()
    licences.weigh(actor, who, at, sorted(fresh), seen)
    people = references.people(words, thread.community_id)
    passed = gate.let_in(actor, who, words, at, seen=seen, people=people)
    freed = entry.state == "held" and passed.state == "published"
    held_by = entry.verdict_id
    state = "held" if passed.state == "held" else entry.state
    gate.rewrite(passed, entry, state=state, seq=next_seq(thread))
    if file_ids is not None:
        attachments.replace(entry.id, file_ids)
        gate.mark(entry.id, file_count=len(file_ids))
    references.replace(entry, words)
    _tell_state(entry, passed)
    if freed:
        _free(actor, entry, thread, held_by)
    emit(EntryRevised(entry_id=entry.id, thread_id=thread.id))
    return _published(entry, passed)


@use_case
def withdraw(actor: Actor, entry_id: int) -> None:
    """Take one's own text back; a stub stays in its place, and so do the replies."""
    entry, thread = entry_for_change(entry_id)
    require(policies.may_withdraw(placing.standing_at(actor, thread.community_id), entry))
    require(fixed.may_change(entry.id))
    gate.mark(entry.id, state="withdrawn", seq=next_seq(thread))
    emit(EntryRemoved(entry_id=entry.id, thread_id=thread.id))


@use_case
def retitle(
    actor: Actor, entry_id: int, title: str, *, seen: frozenset[str] = NO_RULES
) -> Published:
    """Give an entry another title through the gate; the policy and the journal are the caller's."""
    entry, thread = entry_for_change(entry_id)
    require(fixed.may_change(entry.id))
    words = Words(body=entry.body, title=title)
    at = placing.circumstances(actor, thread, "edit", entry.parent_id)
    who = placing.standing_at(actor, thread.community_id)
    people = references.people(words, thread.community_id)
    read = seen | _spoken_before(entry)
    passed = gate.let_in(actor, who, words, at, seen=read, people=people)
    state = "held" if passed.state == "held" else entry.state
    gate.rewrite(passed, entry, state=state, seq=next_seq(thread))
    _tell_state(entry, passed)
    emit(EntryRevised(entry_id=entry.id, thread_id=thread.id))
    return _published(entry, passed)


def _spoken_before(entry: Entry) -> frozenset[str]:
    """Return the rules that the author has answered by sending: another title asks nothing of them."""
    hits = db.session.scalar(select(VerdictRecord.hits).where(VerdictRecord.id == entry.verdict_id))
    return frozenset(hit["rule"] for hit in hits or () if hit["mode"] == "live")


def _require_answerable(entry_id: int, thread_id: int) -> None:
    """An answer hangs under what has a place: nobody answers a text that was never out."""
    found = select(Entry.id).where(
        Entry.id == entry_id, Entry.thread_id == thread_id, Entry.position.is_not(None)
    )
    if db.session.scalar(found) is None:
        raise NotFound


def _write(
    actor: Actor, thread: Thread, passed: Passed, *, parent_id: int | None, file_ids: Sequence[int]
) -> Entry:
    moment = clock.now()
    entry = Entry(
        thread_id=thread.id,
        community_id=thread.community_id,
        parent_id=parent_id,
        author_id=actor.id,
        state=passed.state,
        created_at=moment,
        seq=next_seq(thread),
        file_count=len(file_ids),
    )
    if passed.state == "published":
        give_place(entry, thread)
    gate.store(passed, entry)
    for place, file_id in enumerate(file_ids):
        db.session.add(EntryFile(entry_id=entry.id, file_id=file_id, place=place))
    references.store(entry, passed.words)
    _tell_state(entry, passed)
    if entry.position is not None:
        marks.note_own(actor.id, thread, entry.position)
        emit(EntryPublished(entry_id=entry.id, thread_id=thread.id, kind=thread.kind))
    return entry


def _free(actor: Actor, entry: Entry, thread: Thread, held_by: int) -> None:
    """Publish a held text whose author has mended it: the rules looked again and let it pass."""
    number = db.session.scalar(select(VerdictRecord.number).where(VerdictRecord.id == held_by))
    audit.record(
        actor,
        "entry.released",
        actor_role="member",
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={"previous": number, "outcome": "edited"},
    )
    show(entry, thread)


def _tell_state(entry: Entry, passed: Passed) -> None:
    gate.tell_alert(passed, entry)
    if passed.state == "held" and passed.number is not None:
        emit(EntryHeld(entry_id=entry.id, thread_id=entry.thread_id, number=passed.number))


def _published(entry: Entry, passed: Passed) -> Published:
    return Published(entry.id, entry.thread_id, entry.state, entry.position, passed.decision)
