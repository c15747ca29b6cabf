"""What a room says of the happenings of its kind: what they are called and where they stand.

The calendar is below the rooms and knows none of them; each registers its kind when it is opened.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """How happenings of one kind are named and found."""

    name: str
    """What it is, as an English msgid: «Council»."""
    address: Callable[[str, int], str]
    """Slug of the community and thread of the happening -> the path of its page."""
    ends_by_itself: bool = False
    """Whether it is over when its time is over; else its room says so."""


_kinds: dict[str, Kind] = {}


def register(code: str, kind: Kind) -> None:
    """Let happenings of the kind ``code`` be known; called once, when the room is opened."""
    _kinds[code] = kind


def ending_by_themselves() -> list[str]:
    """Return the kinds whose happenings are over when their time is over."""
    return [code for code, kind in _kinds.items() if kind.ends_by_itself]


def of(code: str) -> Kind:
    """Return what is known of a kind; raises ``LookupError`` for one that no room registered."""
    if code not in _kinds:
        raise LookupError(f"no room registered happenings of the kind {code}")
    return _kinds[code]
