"""What other parts hear of councils."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilCalled(Event):
    """A council is appointed, and its words are out or wait for a moderator."""

    council_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilClosed(Event):
    """The chairman closed a council: its minutes are to be finished."""

    council_id: int
