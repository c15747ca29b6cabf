"""Who may read a file: its owner, and whoever may read a place that shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from community.core.actor import Actor


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a reader's right is judged by."""

    id: int
    owner_id: int
    community_id: int | None


Reader = Callable[[Actor, FileFacts], bool]
_readers: list[Reader] = []


def reader(provider: Reader) -> Reader:
    """Register a floor that shows files: it says whether the actor may read a place that holds this one."""
    if provider not in _readers:
        _readers.append(provider)
    return provider


def may_read(actor: Actor, file: FileFacts) -> bool:
    """The owner always; everyone else through a place they may read."""
    if actor.user_id is not None and actor.user_id == file.owner_id:
        return True
    return any(provider(actor, file) for provider in _readers)
