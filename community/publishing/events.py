"""What happens to words, as facts of ids."""

from collections.abc import Callable
from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPublished(Event):
    """An entry can be read now: written, released from a hold or moved in."""

    entry_id: int
    thread_id: int
    kind: str | None = None
    """The kind of its thread, which never changes; None in what an older version has stored."""


def in_kind(*kinds: str) -> Callable[[EntryPublished], bool]:
    """Return a condition for ``consumes``: only texts in threads of these kinds are of interest."""
    return lambda event: event.kind is None or event.kind in kinds


def not_in_kind(*kinds: str) -> Callable[[EntryPublished], bool]:
    """Return a condition for ``consumes``: texts in threads of these kinds are of no interest."""
    return lambda event: event.kind not in kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRevised(Event):
    """An entry's text, place or state changed; readers must read it again."""

    entry_id: int
    thread_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryHeld(Event):
    """An entry waits for a moderator."""

    entry_id: int
    thread_id: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAlerted(Event):
    """A rule asks moderators to look at once: at a text, or at a decision where nothing is published."""

    community_id: int
    author_id: int
    rule: str
    entry_id: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRemoved(Event):
    """An entry is hidden by a moderator or taken back by its author."""

    entry_id: int
    thread_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadChanged(Event):
    """A thread's access, title or place changed; all its entries are to be looked at again."""

    thread_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOverturned(Event):
    """A person cancelled what a rule or a moderator did: the rule that spoke may have been wrong."""

    number: int
    """The decision that was cancelled."""
    verdict_id: int | None
    """What the rules had said of the text; None where no rule spoke."""
    entry_id: int | None
    outcome: str
    """How: «released» by a moderator, «overturned» or «partly» by an appeal, «restored» by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryErased(Event):
    """The words of an entry were erased for good; whoever keeps a copy sweeps it out."""

    entry_id: int
    community_id: int
