"""What a decision does to a text; who may decide and the journal are the room’s."""

from community.core import clock
from community.core.errors import Conflict
from community.core.outbox import emit
from community.core.transactions import use_case
from community.publishing import gate
from community.publishing.events import (
    EntryPublished,
    EntryRemoved,
    EntryRevised,
)
from community.publishing.models import (
    Entry,
    Thread,
)
from community.publishing.threads import entry_for_change, next_seq


@use_case
def mark_removed(entry_id: int, *, number: int, article: str) -> None:
    """Hide a text from all but its author and the moderators; ``number`` is the journal's row."""
    entry, thread = entry_for_change(entry_id)
    if entry.state not in ("published", "held"):
        raise Conflict("entry.not_published")
    gate.mark(
        entry.id,
        state="removed",
        removal_number=number,
        removal_article=article,
        seq=next_seq(thread),
    )
    emit(EntryRemoved(entry_id=entry.id, thread_id=thread.id))


@use_case
def fold(entry_id: int, *, number: int | None) -> None:
    """Show a text folded by decision ``number``, or open it again (None); it stays where it is."""
    entry, thread = entry_for_change(entry_id)
    if number is not None and entry.state != "published":
        raise Conflict("entry.not_published")
    gate.mark(entry.id, fold_number=number, seq=next_seq(thread))


@use_case
def keep_unseen(entry_id: int) -> None:
    """Take a text out of sight until a person decides, in its place; the journal is the caller's."""
    entry, thread = entry_for_change(entry_id)
    if entry.state not in ("published", "removed"):
        raise Conflict("entry.not_published")
    gate.mark(entry.id, state="held", seq=next_seq(thread))
    emit(EntryRemoved(entry_id=entry.id, thread_id=thread.id))


@use_case
def restore(entry_id: int) -> None:
    """Bring a removed text back to its place, with its time and its replies; the journal is the caller's."""
    entry, thread = entry_for_change(entry_id)
    if entry.state != "removed":
        raise Conflict("entry.not_removed")
    show(entry, thread)


@use_case
def release(entry_id: int) -> None:
    """Let a held text through: it takes the next place in its thread; the journal is the caller's."""
    entry, thread = entry_for_change(entry_id)
    if entry.state != "held":
        raise Conflict("entry.not_held")
    show(entry, thread)


def show(entry: Entry, thread: Thread) -> None:
    """Publish a text that was unseen: in its old place, or in the next one where it had none."""
    values: dict[str, object] = {"state": "published", "seq": next_seq(thread)}
    if entry.position is None:
        thread.entry_count += 1
        moment = clock.now()
        values |= {"position": thread.entry_count, "published_at": moment}
        thread.last_at, thread.last_author_id = moment, entry.author_id
    if thread.state == "held" and thread.opener_id == entry.id:
        thread.state = "open"
    fresh = entry.position is None
    gate.mark(entry.id, **values)
    if fresh:
        emit(EntryPublished(entry_id=entry.id, thread_id=thread.id, kind=thread.kind))
    else:  # people were told of a restored text before
        emit(EntryRevised(entry_id=entry.id, thread_id=thread.id))
