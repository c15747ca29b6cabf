"""What may be put into the calendar as a meeting: a port, filled where all rooms are known.

The calendar and the ballots do not know each other; a vote that found an hour proposes a meeting here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from community.core.actor import Actor
from community.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Proposal:
    """A meeting that may be appointed: where it is talked of, who is expected, what hour was chosen."""

    thread_id: int
    title: str
    people: Sequence[int]
    chosen: str
    """The hour in the words of those who chose it, or nothing."""
    url: str


Source = Callable[[Actor, int, int], Proposal]
"""Actor, community, id of the thing -> what it proposes; raises ``NotFound`` or ``Refused``."""
_sources: dict[str, Source] = {}


def provide(code: str, source: Source) -> None:
    """Let things of one kind propose meetings."""
    _sources[code] = source


def of(code: str, actor: Actor, community_id: int, number: int) -> Proposal:
    """Return what a thing proposes; raises ``NotFound`` for a kind that nobody provides."""
    if code not in _sources:
        raise NotFound
    return _sources[code](actor, community_id, number)
