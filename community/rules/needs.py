"""What the rules of an event ask of the world, so that nothing else is ever collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from community.rules.model import Rule

KEY_PARTS = ("author", "target_author", "thread", "community")
LONGEST = timedelta(days=31)
_PERIOD = re.compile(r"([1-9]\d{0,3})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def period(told: str) -> timedelta | None:
    """The length of «60m», «24h», «7d»; None for anything else and for more than 31 days."""
    found = _PERIOD.fullmatch(told)
    if found is None:
        return None
    length = timedelta(**{_UNITS[found[2]]: int(found[1])})
    return length if length <= LONGEST else None


def length_of(told: str) -> timedelta:
    """The length of a period that the loader has let through."""
    length = period(told)
    if length is None:
        raise ValueError(f"no period: {told}")
    return length


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often something happened: what, by whose key, over how long."""

    event: str
    key: tuple[str, ...]
    per: str
    over: int
    unanswered: bool = False
    upheld_below: int | None = None

    @property
    def name(self) -> str:
        """Under which the number is told in `Submission.counts`: «comment:author:60m»."""
        mark = ":unanswered" if self.unanswered else ""
        return f"{self.event}:{'+'.join(self.key)}:{self.per}{mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """A rule that acts only after it has already hit so often."""

    count: int
    per: str
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairNeed:
    """Something between two people within a period: «sharp» answers or «private» letters."""

    kind: str
    per: str

    @property
    def name(self) -> str:
        """Under which the number is told in `Submission.counts`: «sharp:24h»."""
        return f"{self.kind}:{self.per}"


Need = Count | PairNeed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Everything that the rules of one event ask; equal questions stand once."""

    counts: tuple[Count, ...] = ()
    pairs: tuple[PairNeed, ...] = ()
    throttles: tuple[tuple[str, Throttle], ...] = ()
    facts: frozenset[str] = frozenset()
    """Of «age_days», «posts», «strikes», «members», «fields»."""
    longest: timedelta = timedelta()
    """The longest period of all."""


NOTHING = Needs()


def needs_of(rules: Iterable[Rule]) -> Mapping[str, Needs]:
    """What the rules that are not off ask of each event on which they are asked at all."""
    by_event: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.mode != "off":
            for event in rule.on:
                by_event.setdefault(event, []).append(rule)
    return {event: _of_event(asked) for event, asked in by_event.items()}


def _of_event(rules: list[Rule]) -> Needs:
    asks = {need for rule in rules for need in rule.asks}
    counts: dict[str, Count] = {}
    for ask in asks:
        if isinstance(ask, Count) and ask.over >= counts.get(ask.name, ask).over:
            counts[ask.name] = ask
    pairs = sorted((ask for ask in asks if isinstance(ask, PairNeed)), key=lambda one: one.name)
    throttles = sorted((rule.id, rule.throttle) for rule in rules if rule.throttle)
    pers = [one.per for one in counts.values()] + [one.per for one in pairs]
    pers += [throttle.per for _rule, throttle in throttles]
    return Needs(
        counts=tuple(counts[name] for name in sorted(counts)),
        pairs=tuple(pairs),
        throttles=tuple(throttles),
        facts=frozenset(ask for ask in asks if isinstance(ask, str)),
        longest=max((length_of(per) for per in pers), default=timedelta()),
    )
