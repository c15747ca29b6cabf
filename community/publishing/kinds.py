"""What a room adds to the threads of its kind: the address of a text, and who may write when.

Rooms register their kind; what every thread obeys stands in ``policies``, and this only narrows it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict
from community.publishing.models import Entry, Thread


def _anyone(_who: Standing, _thread: Thread) -> Verdict:
    return ALLOW


def _anytime(_who: Standing, _entry: Entry, _thread: Thread) -> Verdict:
    return ALLOW


@dataclass(frozen=True, slots=True)
class Kind:
    """How threads of one kind differ from others."""

    address: Callable[[Thread, Entry], str]
    """Where a text of such a thread stands."""
    may_write: Callable[[Standing, Thread], Verdict] = _anyone
    may_revise: Callable[[Standing, Entry, Thread], Verdict] = _anytime


_kinds: dict[str, Kind] = {}


def register(code: str, kind: Kind) -> None:
    """Let threads of the kind ``code`` be known; called once, when the room is opened."""
    _kinds[code] = kind


def address_of(thread: Thread, entry: Entry) -> str | None:
    """Return where the text stands, or None for a kind whose room says nothing of it."""
    kind = _kinds.get(thread.kind)
    return kind.address(thread, entry) if kind is not None else None


def may_write(who: Standing, thread: Thread) -> Verdict:
    """Ask the room whether a member writes here now."""
    kind = _kinds.get(thread.kind)
    return kind.may_write(who, thread) if kind is not None else ALLOW


def may_revise(who: Standing, entry: Entry, thread: Thread) -> Verdict:
    """Ask the room whether a text may still be changed."""
    kind = _kinds.get(thread.kind)
    return kind.may_revise(who, entry, thread) if kind is not None else ALLOW
