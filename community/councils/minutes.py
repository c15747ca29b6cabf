"""The minutes of a council as plain values: what is read, printed, signed and hashed.

Apart from the services, because the page, the file and the check of the seal all draw from it, and a
sealed copy must be read years later without asking the tables it was made of.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

FORM = 1
"""The version of this form; a sealed copy keeps the one it was written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One who was there, or whose voice was: when they came late and left early."""

    name: str
    came: str = ""
    """Where they came after the opening."""
    left: str = ""
    """Where they left before the end."""
    proxy: str = ""
    """Who held their voice, where they were not there themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the secretary wrote down; ``entry_id`` leads to its history."""

    entry_id: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Somebody spoke, and what of it was written down."""

    turn_id: int | None
    name: str
    kind: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLine:
    """How one person voted by name, and who cast it for them."""

    name: str
    choice: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A vote of the council with what it came to."""

    ballot_id: int
    title: str
    secrecy: str
    base: str
    majority: str
    present: int
    voters: int
    cast: int
    outcome: str
    """accepted, rejected, no_quorum, none; nothing while it is not closed."""
    counts: tuple[int, ...] = ()
    """For, against, abstained; nothing where so few voted in secret that it would name them."""
    roll: tuple[RollLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A task that came of a decision, as it was given."""

    entry_id: int
    words: str
    due_on: str
    owner: str = ""
    """Who had taken it by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the agenda: heard, spoke, voted, resolved."""

    item_id: int
    number: int
    title: str
    rapporteur: str
    state: str
    documents: tuple[str, ...] = ()
    heard: tuple[Note, ...] = ()
    spoke: tuple[Speech, ...] = ()
    votes: tuple[Vote, ...] = ()
    resolved: tuple[Note, ...] = ()
    charges: tuple[Charge, ...] = ()

    @property
    def was_heard(self) -> bool:
        """Tell whether the item was come to: somebody reported, or something was written down."""
        return bool(self.heard) or bool(self.rapporteur and self.state in ("current", "done"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """The whole of it. Moments are ISO in the installation's zone, to the minute."""

    form: int
    council_id: int
    number: int
    community: str
    theme: str
    mode: str
    place: str
    opened: str
    closed: str
    chairman: str
    secretary: str
    expected: int
    needed: int
    """How many make a quorum."""
    attendees: tuple[Attendee, ...]
    absent: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def present(self) -> int:
        """Return how many were counted: there themselves or by proxy."""
        return len(self.attendees)

    @property
    def by_proxy(self) -> int:
        """Return how many of those present were there by proxy."""
        return sum(bool(each.proxy) for each in self.attendees)

    @property
    def day(self) -> date:
        """Return the day of the council."""
        return date.fromisoformat(self.opened[:10])

    @property
    def last_day(self) -> date:
        """Return the day of its end, the same for most."""
        return date.fromisoformat((self.closed or self.opened)[:10])


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What stands under signed minutes: who signed when, the hash, the journal's entry."""

    chairman: str = ""
    """When the chairman signed, in words; nothing while the line waits for a pen."""
    secretary: str = ""
    sha256: str = ""
    number: int | None = None


def school_year(moment: datetime) -> int:
    """Return the year in which the school year of a local moment began."""
    return moment.year if moment.month >= 9 else moment.year - 1


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one spelling of the minutes that is hashed: sorted keys, no spaces, UTF-8."""
    told = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return told.encode()


def fingerprint(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical spelling."""
    return hashlib.sha256(canonical(content)).hexdigest()


def content_of(made: Minutes) -> dict[str, Any]:
    """Return the minutes as JSON knows them."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(made)))
    return plain


def of_content(content: Mapping[str, Any]) -> Minutes:
    """Return the minutes that ``content_of`` told; the two undo each other."""
    return Minutes(
        **_without(content, "attendees", "absent", "items"),
        attendees=tuple(Attendee(**each) for each in content["attendees"]),
        absent=tuple(content["absent"]),
        items=tuple(_item(each) for each in content["items"]),
    )


def _item(told: Mapping[str, Any]) -> Item:
    lists = ("documents", "heard", "spoke", "votes", "resolved", "charges")
    return Item(
        **_without(told, *lists),
        documents=tuple(told["documents"]),
        heard=_notes(told["heard"]),
        spoke=tuple(
            Speech(**_without(each, "notes"), notes=_notes(each["notes"])) for each in told["spoke"]
        ),
        votes=tuple(_vote(each) for each in told["votes"]),
        resolved=_notes(told["resolved"]),
        charges=tuple(Charge(**each) for each in told["charges"]),
    )


def _vote(told: Mapping[str, Any]) -> Vote:
    roll = tuple(RollLine(**each) for each in told["roll"])
    return Vote(**_without(told, "counts", "roll"), counts=tuple(told["counts"]), roll=roll)


def _notes(told: Sequence[Mapping[str, Any]]) -> tuple[Note, ...]:
    return tuple(Note(**each) for each in told)


def _without(told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}
