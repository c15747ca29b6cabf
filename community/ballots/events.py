"""What happens to ballots, as facts of ids."""

from dataclasses import dataclass

from community.core.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotClosed(Event):
    """A ballot is closed and counted."""

    ballot_id: int
