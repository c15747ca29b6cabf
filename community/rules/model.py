"""The nouns of the engine: what is judged, by what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from community.rules.needs import Count, Need, Needs, Throttle, needs_of

if TYPE_CHECKING:
    from community.rules.expression import Expression
    from community.rules.index import TextIndex

Span = tuple[int, int]

ENGINE_VERSION = "2"

EVENTS = (
    "post",
    "comment",
    "edit",
    "topic",
    "pm_report",
    "message",
    "chat",
    "survey",
    "upload",
    "join",
    "moderator_delete",
    "appeal",
    "report",
)
SPACES = ("org_card", "event_card", "own_page", "lesson", "moderation_topic", "appeal")

STRENGTH: Mapping[str, int] = {
    "tag": 1,
    "notice": 2,
    "offer_move": 3,
    "prompt_private": 3,
    "require_licence": 3,
    "cooldown": 4,
    "hold": 5,
    "block": 6,
    "refuse": 6,
}
BESIDE = ("waitlist", "second_moderator", "alert")
ACTS = (*STRENGTH, *BESIDE)
MODES = ("off", "shadow", "live")
OFFERS = ("mask", "own_profile", "private")
ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a rule file, at the line where a person will look for it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class RuleSetError(Exception):
    """The file was refused; the set in force stays in force."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One text about to be said, with what is known of its circumstances.

    `None` means «not known»: a predicate that needs it answers «unknown», and its rule does not
    act — except refusals, which then refuse. `space=None` is known: an ordinary place.
    """

    text: str
    title: str = ""
    event: str = "comment"
    space: str | None = None
    signed_in: bool | None = None
    author_name: str | None = None
    author_role: str | None = None
    author_age_days: int | None = None
    author_posts: int | None = None
    author_strikes: int | None = None
    author_id: int | None = None
    target_author_id: int | None = None
    counts: Mapping[str, int] | None = None
    """By event, or exactly: «comment:author:60m» (`needs.Count.name`), «sharp:24h»."""
    upheld: Mapping[str, int] | None = None
    """Of the events counted, how many per cent turned out to be right; by the same names."""
    earlier_hits: Mapping[str, int] | None = None
    sharp: int | None = None
    private: int | None = None
    members: int | None = None
    fields: Mapping[str, str] | None = None
    parties: frozenset[str] | None = None
    quotable: str | None = None
    """The text being answered; `None` when nothing is known of it, empty when there is none."""
    values: Mapping[str, str] = field(default_factory=dict)
    untils: Mapping[str, str] = field(default_factory=dict)
    """How `{until}` reads for a pause or a wait of a given length: «60m» → «сегодня в 14:35»."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One inline test of a rule."""

    submission: Submission
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the file, ready to be asked."""

    id: str
    v: int
    article: str
    title: str
    severity: int
    mode: str
    on: frozenset[str]
    when: Expression
    unless: Expression | None
    throttle: Throttle | None
    acts: tuple[str, ...]
    release: str
    pause: str
    reviewer: str
    offer: tuple[str, ...]
    ignore: frozenset[str]
    exempt: frozenset[str]
    message: str
    hit_cases: tuple[Case, ...]
    miss_cases: tuple[Case, ...]
    owner: str
    review_by: date | None
    line: int
    trigger: frozenset[int] | None
    asks: frozenset[Need] = frozenset()
    """What its conditions ask of the circumstances."""

    @property
    def term(self) -> str:
        """How long its act lasts, which is what `{until}` tells."""
        if "cooldown" in self.acts:
            return self.pause
        return "72h" if self.release == "person" else "24h"

    @property
    def is_about_one(self) -> bool:
        """Whether its pause keeps the author from one person, not from the whole community."""
        keys = [ask.key for ask in self.asks if isinstance(ask, Count)]
        keys += [self.throttle.key] if self.throttle else []
        return any("target_author" in key for key in keys)

    @property
    def sends_to_letters(self) -> bool:
        """Whether it does no more than ask to settle a matter in person first (S3 §4 r3)."""
        return strongest(self.acts) == "prompt_private"

    @property
    def refuses(self) -> bool:
        """A refusal acts even when its facts are unknown (rules.md §2.5)."""
        return "refuse" in self.acts


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A loaded file: the same hash always judges the same way."""

    hash: str
    canonical: str
    label: str
    rules: tuple[Rule, ...]
    index: TextIndex
    warnings: tuple[Problem, ...] = ()
    needs: Mapping[str, Needs] = field(init=False)
    """What is to be known of the circumstances, by event."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "needs", needs_of(self.rules))

    @property
    def articles(self) -> tuple[str, ...]:
        """Every article that some rule names, in order and once."""
        return tuple(sorted({part.strip() for r in self.rules for part in r.article.split(";")}))

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError when the set has none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One rule that the text met; spans are offsets in the author's own text."""

    rule: str
    v: int
    article: str
    title: str
    mode: str
    severity: int
    acts: tuple[str, ...]
    act: str
    spans: tuple[Span, ...]
    title_spans: tuple[Span, ...]
    kind: str
    message: str
    offer: tuple[str, ...]
    release: str
    reviewer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the set says of one text: the strongest live act and everything that led to it."""

    act: str
    hits: tuple[Hit, ...]
    shadow_hits: tuple[Hit, ...]
    quiet_hits: tuple[Hit, ...]
    """Rules that were met but not yet often enough to act: counted, never shown."""
    unknown: tuple[str, ...]
    message: str
    beside: frozenset[str] = frozenset()
    over_budget: bool = False


def strongest(acts: tuple[str, ...]) -> str:
    """The strongest of some acts; `allow` when all of them only stand beside."""
    ranked = [act for act in acts if act in STRENGTH]
    return max(ranked, key=lambda act: STRENGTH[act]) if ranked else ALLOW
