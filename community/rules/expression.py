"""Logic over a text: leaves, `all`, `any`, `not`, `near`, and filters of place.

Answers are three-valued: yes, no, and `None` for «not known». Filters (`toward`, `quoted`,
`person`) do not answer by themselves: inside `all` they keep or drop the places that the first
text predicate found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from community.rules.index import Reading
from community.rules.model import Span, Submission
from community.rules.normal import merge
from community.rules.setting import Setting

BUDGET = 1_000
_NEIGHBOURS = 6


class OverBudget(Exception):
    """The set asks more of one message than the budget allows."""


@dataclass(slots=True)
class Facts:
    """One submission with everything that predicates may ask of it."""

    submission: Submission
    reading: Reading
    setting: Setting
    spent: int = 0

    def spend(self) -> None:
        """Pay for one leaf."""
        self.spent += 1
        if self.spent > BUDGET:
            raise OverBudget


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer, the places that gave it, and the kinds of detectors among them."""

    truth: bool | None
    spans: tuple[Span, ...] = ()
    kinds: tuple[str, ...] = ()


YES = Finding(True)
NO = Finding(False)
UNKNOWN = Finding(None)


def known(truth: bool | None) -> Finding:  # noqa: FBT001 - the answer itself
    """A finding without places."""
    return UNKNOWN if truth is None else YES if truth else NO


class Expression(Protocol):
    """Anything that answers yes, no or unknown."""

    @property
    def trigger(self) -> frozenset[int] | None:
        """Text leaves without which the answer is surely «no»; None when there are none."""

    @property
    def depth(self) -> int: ...

    @property
    def leaves(self) -> int: ...

    def evaluate(self, facts: Facts) -> Finding: ...


@dataclass(frozen=True, slots=True)
class TextLeaf:
    """Words, a phrase, a pattern or a root somewhere in the text."""

    number: int
    kind: str = ""
    depth: int = 1
    leaves: int = 1

    @property
    def trigger(self) -> frozenset[int] | None:
        return frozenset({self.number})

    def evaluate(self, facts: Facts) -> Finding:
        facts.spend()
        if self.number not in facts.reading.fired:
            return NO
        spans = facts.reading.spans(self.number)
        return Finding(True, spans, (self.kind,) if self.kind else ()) if spans else NO


@dataclass(frozen=True, slots=True)
class FactLeaf:
    """A question about circumstances; it has no place in the text."""

    ask: Callable[[Facts], bool | None]
    depth: int = 1
    leaves: int = 1
    trigger: frozenset[int] | None = None

    def evaluate(self, facts: Facts) -> Finding:
        facts.spend()
        return known(self.ask(facts))


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """Keeps the places that answer a question about where they stand."""

    keeps: Callable[[Facts, Span], bool]
    depth: int = 1
    leaves: int = 1

    def narrow(self, facts: Facts, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """The places that stay."""
        facts.spend()
        return tuple(span for span in spans if self.keeps(facts, span))


def inverted(inner: PlaceFilter) -> PlaceFilter:
    """The filter that keeps what another drops."""
    return PlaceFilter(lambda facts, span: not inner.keeps(facts, span), inner.depth + 1)


def either(filters: tuple[PlaceFilter, ...]) -> PlaceFilter:
    """The filter that keeps what any of several keeps."""
    return PlaceFilter(
        lambda facts, span: any(one.keeps(facts, span) for one in filters),
        1 + max(one.depth for one in filters),
        len(filters),
    )


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; filters then narrow the places of the first part that has any."""

    parts: tuple[Expression, ...]
    filters: tuple[PlaceFilter, ...] = ()
    trigger: frozenset[int] | None = field(init=False)
    depth: int = field(init=False)
    leaves: int = field(init=False)

    def __post_init__(self) -> None:
        triggers = [part.trigger for part in self.parts if part.trigger is not None]
        object.__setattr__(self, "trigger", min(triggers, key=len) if triggers else None)
        depths = [part.depth for part in self.parts] + [one.depth for one in self.filters]
        leaves = [part.leaves for part in self.parts] + [one.leaves for one in self.filters]
        object.__setattr__(self, "depth", 1 + max(depths))
        object.__setattr__(self, "leaves", sum(leaves))

    def evaluate(self, facts: Facts) -> Finding:
        findings = []
        for part in self.parts:
            finding = part.evaluate(facts)
            if finding.truth is False:
                return NO
            findings.append(finding)
        truth = None if any(finding.truth is None for finding in findings) else True
        kinds = tuple(kind for finding in findings for kind in finding.kinds)
        places = [finding.spans for finding in findings if finding.spans]
        if places:
            for one in self.filters:
                places[0] = one.narrow(facts, places[0])
                if not places[0]:
                    return NO
        spans = places[0] if self.filters and places else merge([s for p in places for s in p])
        return Finding(truth, spans, kinds)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds; the places of all that do are shown."""

    parts: tuple[Expression, ...]
    trigger: frozenset[int] | None = field(init=False)
    depth: int = field(init=False)
    leaves: int = field(init=False)

    def __post_init__(self) -> None:
        triggers = [part.trigger for part in self.parts]
        merged = frozenset[int]().union(*(t for t in triggers if t is not None))
        object.__setattr__(self, "trigger", None if None in triggers else merged)
        object.__setattr__(self, "depth", 1 + max(part.depth for part in self.parts))
        object.__setattr__(self, "leaves", sum(part.leaves for part in self.parts))

    def evaluate(self, facts: Facts) -> Finding:
        spans: list[Span] = []
        kinds: list[str] = []
        is_met, is_unknown = False, False
        for part in self.parts:
            finding = part.evaluate(facts)
            is_unknown = is_unknown or finding.truth is None
            if finding.truth:
                is_met = True
                spans.extend(finding.spans)
                kinds.extend(finding.kinds)
        if is_met:
            return Finding(True, merge(spans), tuple(dict.fromkeys(kinds)))
        return UNKNOWN if is_unknown else NO


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; unknown stays unknown."""

    part: Expression
    trigger: frozenset[int] | None = None

    @property
    def depth(self) -> int:
        return 1 + self.part.depth

    @property
    def leaves(self) -> int:
        return self.part.leaves

    def evaluate(self, facts: Facts) -> Finding:
        truth = self.part.evaluate(facts).truth
        return known(None if truth is None else not truth)


@dataclass(frozen=True, slots=True)
class Near:
    """Two things in one sentence with few words between them."""

    a: Expression
    b: Expression
    within: int
    is_ordered: bool = False
    trigger: frozenset[int] | None = field(init=False)

    def __post_init__(self) -> None:
        triggers = [t for t in (self.a.trigger, self.b.trigger) if t is not None]
        object.__setattr__(self, "trigger", min(triggers, key=len) if triggers else None)

    @property
    def depth(self) -> int:
        return 1 + max(self.a.depth, self.b.depth)

    @property
    def leaves(self) -> int:
        return self.a.leaves + self.b.leaves

    def evaluate(self, facts: Facts) -> Finding:
        first, second = self.a.evaluate(facts), self.b.evaluate(facts)
        if first.truth is False or second.truth is False:
            return NO
        seconds = sorted(second.spans)
        met = [
            (min(one[0], two[0]), max(one[1], two[1]))
            for one in first.spans
            for two in _around(seconds, one)
            if self._is_near(facts.setting, one, two)
        ]
        if met:
            is_known = first.truth is not None and second.truth is not None
            return Finding(is_known or None, merge(met), first.kinds + second.kinds)
        is_placeless = any(one.truth is None and not one.spans for one in (first, second))
        return UNKNOWN if is_placeless else NO

    def _is_near(self, setting: Setting, one: Span, two: Span) -> bool:
        if one == two or (self.is_ordered and two[0] < one[0]):
            return False
        left, right = (one, two) if one[0] <= two[0] else (two, one)
        gap = setting.word_at(right[0]) - setting.word_at(max(left[0], left[1] - 1)) - 1
        return gap <= self.within and setting.sentence(left) == setting.sentence(right)


def _around(spans: list[Span], one: Span) -> list[Span]:
    """The few neighbours of a place; more of them could not be nearer."""
    at = bisect_left(spans, one)
    return spans[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
