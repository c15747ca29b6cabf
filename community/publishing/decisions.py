"""What a person is told of a judgement on their words (rules, §5): never a bare «removed»."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from community.core.errors import Refused
from community.core.verdict import deny
from community.rules.model import Judgement

HOLD_TERM = timedelta(hours=24)
"""A machine's hold frees itself after it, unless the rule waits for a person (rules, §3)."""
PERSON_TERM = timedelta(hours=72)
HIDDEN = "▒▒▒"
"""What stands where personal data stood."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One place that a rule marked: the rule, the article, the words for the author."""

    rule: str
    v: int
    article: str
    title: str
    message: str
    spans: tuple[tuple[int, int], ...]
    """Code-point spans in the body as it was typed; those of the title stand apart."""
    title_spans: tuple[tuple[int, int], ...]
    acts: tuple[str, ...]
    offers: tuple[str, ...]
    severity: int
    release: str = "auto"


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement as its author meets it, on the page, in a notice, in a letter, as JSON."""

    act: str
    marks: tuple[Mark, ...]
    message: str
    number: int | None = None
    until: datetime | None = None
    automatic: bool = True


class WordsStopped(Refused):
    """The text does not go now; the decision tells why. The author's words are kept as a draft."""

    def __init__(self, code: str, decision: Decision) -> None:
        super().__init__(deny(code))
        self.decision = decision


class AskFirst(WordsStopped):
    """A notice: shown once, the second sending goes (rules, §3)."""

    def __init__(self, decision: Decision) -> None:
        super().__init__("words.ask_first", decision)


class Blocked(WordsStopped):
    """A rule blocks the text before anyone sees it; only the author keeps it."""

    def __init__(self, decision: Decision) -> None:
        super().__init__("words.blocked", decision)


class Paused(WordsStopped):
    """A rule asks for a pause: nothing of the kind is published until its end."""

    def __init__(self, decision: Decision) -> None:
        super().__init__("words.paused", decision)


def decision_of(
    judgement: Judgement, *, number: int | None = None, until: datetime | None = None
) -> Decision:
    """Return the author's view of a judgement: live hits only, strongest first."""
    marks = tuple(_mark(hit) for hit in judgement.hits)
    return Decision(judgement.act, marks, judgement.message, number, until)


def _mark(hit: Any) -> Mark:
    return Mark(
        rule=hit.rule,
        v=hit.v,
        article=hit.article,
        title=hit.title,
        message=hit.message,
        spans=tuple(hit.spans),
        title_spans=tuple(getattr(hit, "title_spans", ())),
        acts=tuple(hit.acts),
        offers=tuple(hit.offer),
        severity=hit.severity,
        release=hit.release,
    )


def rule_ids(marks: Sequence[Mark]) -> frozenset[str]:
    """Return the ids of the rules behind the marks; the form sends them back when the author insists."""
    return frozenset(mark.rule for mark in marks)


def holding(hits: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the live rules of a stored verdict that ask for a hold; none when it was too long to judge."""
    return [hit for hit in hits if hit["mode"] == "live" and "hold" in hit["acts"]]


def waits_for_person(hits: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether only a person ends a hold: a rule asks so, or no rule could finish judging it."""
    held_by = holding(hits)
    return not held_by or any(hit.get("release") == "person" for hit in held_by)
