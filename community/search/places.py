"""What rooms tell of their threads: names of boards and kinds. The composition root joins them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from community.publishing.access import Viewer


@dataclass(frozen=True, slots=True)
class Places:
    """The shelves and kinds that threads of the community stand on and belong to."""

    shelves: Callable[[Viewer, int], Sequence[tuple[int, str]]]
    """(reader, community) -> (id, name) of the shelves that the reader may see, in their order."""
    kinds: Callable[[], Mapping[str, str]]
    """Code -> name in the reader's language, in the order of the choice."""
    kinds_of: Callable[[Sequence[int]], Mapping[int, str]]
    """Ids of threads -> the code of each one's kind."""
    interests_of: Callable[[int], Sequence[str]]
    """A person -> what they would gladly be asked about."""


_NOWHERE = Places(
    shelves=lambda _reader, _community: (),
    kinds=dict,
    kinds_of=lambda _threads: {},
    interests_of=lambda _person: (),
)
_known = [_NOWHERE]


def use(places: Places) -> None:
    """Let the rooms' words be known here; called once, by the composition root."""
    _known[:] = [places]


def places() -> Places:
    """Return what the rooms told."""
    return _known[0]
