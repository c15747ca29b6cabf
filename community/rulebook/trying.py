"""A set tried on real history: what it would have said, what people did, what would change.

Nothing is written here. A verdict that was given by the same rules is taken from where it is
stored; a text is judged anew only where a rule that spoke or could speak differs (rules, §2.3).
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from community.core.db import db
from community.publishing.models import RuleSetRecord
from community.publishing.records import hits_of
from community.publishing.rejudging import submission_of
from community.rulebook.history import Past, acts_of_people
from community.rules import engine
from community.rules.model import ENGINE_VERSION, RuleSet, strongest
from community.rules.versions import Version, versions, versions_of

SAMPLES = 10
COUNTS = ("fires", "acting", "new", "gone", "removed", "released", "restored", "reported")


class Told:
    """What one set says of past texts."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.modes = {rule.id: rule.mode for rule in rules.rules}
        self.own = _fingerprint(versions(rules))
        self._same: dict[str, dict[str, str] | None] = {}

    def of(self, past: Past) -> tuple[str, list[dict[str, Any]]] | None:
        """Return the act and the hits, or None where there are no words to judge."""
        stored = self._stored(past.verdict)
        if stored is not None:
            return stored
        if past.words is None:
            return None
        asked = submission_of(past.words, past.verdict.event, past.verdict.facts)
        judgement = engine.judge(self.rules, asked)
        return judgement.act, hits_of(judgement)

    def beside(
        self, other: "Told", told: tuple[str, list[dict[str, Any]]], past: Past
    ) -> tuple[str, list[dict[str, Any]]] | None:
        """Return what this set says where another has answered: the same hits if they ask the same."""
        if self.own != other.own or _act(told[1], other.modes) != told[0]:
            return self.of(past)
        hits = [hit | {"mode": self.modes[hit["rule"]]} for hit in told[1]]
        return _act(hits, self.modes), hits

    def _stored(self, verdict: Any) -> tuple[str, list[dict[str, Any]]] | None:
        if verdict.engine != ENGINE_VERSION:
            return None
        modes_then = self._modes_of_the_same(verdict.rule_set)
        if modes_then is None or _act(verdict.hits, modes_then) != verdict.act:
            return None  # another set, or an act that no hit tells of
        hits = [hit | {"mode": self.modes[hit["rule"]]} for hit in verdict.hits]
        return _act(hits, self.modes), hits

    def _modes_of_the_same(self, rule_set: str) -> dict[str, str] | None:
        """Modes of a stored set that asks the very same, else None."""
        if rule_set not in self._same:
            told = select(RuleSetRecord.canonical).where(RuleSetRecord.hash == rule_set)
            canonical = db.session.scalar(told)
            then = versions_of(canonical) if canonical else {}
            is_same = _fingerprint(then) == self.own
            self._same[rule_set] = {r: each.mode for r, each in then.items()} if is_same else None
        return self._same[rule_set]


def _fingerprint(known: dict[str, Version]) -> frozenset[tuple[str, str, bool]]:
    return frozenset((each.rule, each.reach, each.mode == "off") for each in known.values())


def _act(hits: list[dict[str, Any]], modes: dict[str, str]) -> str:
    live = [strongest(tuple(hit["acts"])) for hit in hits if modes[hit["rule"]] == "live"]
    return strongest(tuple(each for each in live if each != "allow"))


@dataclass
class Figures:
    """Counts that grow batch by batch; plain data between batches."""

    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: Counter[str] = field(default_factory=Counter)
    """«allow>hold»: how often the whole judgement would change so."""
    judged: int = 0
    wordless: int = 0

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Figures":
        """Take up stored figures."""
        if not data:
            return cls()
        return cls(data["rules"], Counter(data["acts"]), data["judged"], data["wordless"])

    def plain(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        return {
            "rules": self.rules,
            "acts": dict(self.acts),
            "judged": self.judged,
            "wordless": self.wordless,
        }


def add(figures: Figures, past: list[Past], candidate: Told, live: Told, only: str | None) -> None:
    """Count a batch of history into ``figures``; ``only`` narrows it to one rule."""
    fired: list[tuple[Past, dict[str, dict[str, Any]], set[str]]] = []
    for each in past:
        figures.judged += 1
        new = candidate.of(each)
        old = live.beside(candidate, new, each) if new else None
        if new is None or old is None:
            figures.wordless += 1
            continue
        if new[0] != old[0]:
            figures.acts[f"{old[0]}>{new[0]}"] += 1
        hits = {hit["rule"]: hit for hit in new[1] if only in (None, hit["rule"])}
        before = {hit["rule"] for hit in old[1] if only in (None, hit["rule"])}
        if hits or before:
            fired.append((each, hits, before))
    people = acts_of_people([each for each, _hits, _before in fired])
    for each, hits, before in fired:
        done = people.get(each.verdict.id, frozenset())
        for rule, hit in hits.items():
            _count(figures, rule, each, hit, done, is_new=rule not in before)
        for rule in before - hits.keys():
            _of(figures, rule)["gone"] += 1


def _count(
    figures: Figures,
    rule: str,
    past: Past,
    hit: dict[str, Any],
    done: frozenset[str],
    *,
    is_new: bool,
) -> None:
    row = _of(figures, rule)
    row["fires"] += 1
    row["acting"] += hit["mode"] == "live"
    row["new"] += is_new
    for act in done:
        row[act] += 1
    row["samples"] = [*row["samples"], [past.verdict.id, hit["spans"]]][-SAMPLES:]


def _of(figures: Figures, rule: str) -> dict[str, Any]:
    return figures.rules.setdefault(rule, dict.fromkeys(COUNTS, 0) | {"samples": []})


def precision(row: dict[str, Any]) -> float | None:
    """Estimate how often people agreed: of the texts that somebody decided, those not let through."""
    against = row["removed"]
    for_it = row["released"] + row["restored"]
    return against / (against + for_it) if against + for_it else None
