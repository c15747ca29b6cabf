"""Why a decision was made: the stored set asks the stored text again (rules, §3)."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.config import Config
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.publishing import gate, records
from community.publishing.facts import Words
from community.publishing.models import RuleSetRecord, VerdictRecord
from community.publishing.rejudging import submission_of
from community.rulebook.history import Past, of_verdicts
from community.rules import engine, loader
from community.rules.model import ENGINE_VERSION, Hit, RuleSet
from community.rules.why import Step, why


@dataclass(frozen=True, slots=True)
class Spoke:
    """A rule that met the text, with its condition part by part."""

    hit: Hit
    fragments: tuple[str, ...]
    when: Step
    unless: Step | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision done again: what was stored, what comes out now, whether the two agree."""

    number: int
    verdict: VerdictRecord
    words: Words | None
    """None where the words were erased."""
    act: str | None = None
    spoke: tuple[Spoke, ...] = ()
    unknown: tuple[str, ...] = ()
    agrees: bool = False
    notes: tuple[str, ...] = field(default_factory=tuple)
    """«engine»: another one judged then; «facts»: the circumstances were not kept yet."""


def explain(number: int) -> Explanation:
    """Ask again under the decision's own set and circumstances; writes nothing.

    Raises ``NotFound`` for a number that no verdict stands behind: a person decided there.
    """
    verdict = _verdict_of(number)
    past: Past | None = next(iter(of_verdicts([verdict.id])), None)
    words = past.words if past else None
    if words is not None and gate.digest(words) != verdict.digest:
        words = None
    rules = stored_set(verdict.rule_set)
    if words is None:
        return Explanation(number, verdict, None)
    asked = submission_of(words, verdict.event, verdict.facts)
    judgement = engine.judge(rules, asked)
    spoke = tuple(
        Spoke(hit, _fragments(words, hit), *why(rules, hit.rule, asked))
        for hit in (*judgement.hits, *judgement.shadow_hits)
    )
    agrees = judgement.act == verdict.act and _short(records.hits_of(judgement)) == _short(
        verdict.hits
    )
    return Explanation(
        number, verdict, words, judgement.act, spoke, judgement.unknown, agrees,
        tuple(_notes(verdict)),
    )  # fmt: skip


def stored_set(rule_set: str) -> RuleSet:
    """Return a set as it was stored under its hash; raises ``NotFound``."""
    record = db.session.get(RuleSetRecord, rule_set)
    if record is None:
        raise NotFound
    config: Config = current_app.extensions["community"]
    return loader.stored(
        record.canonical, today=clock.now().date(), cache_dir=config.data / "cache"
    )


def _verdict_of(number: int) -> VerdictRecord:
    """The verdict of a decision, or of the decision that it answers."""
    seen: set[int] = set()
    at: int | None = number
    while at and at not in seen:
        seen.add(at)
        found = db.session.scalar(select(VerdictRecord).where(VerdictRecord.number == at))
        if found is not None:
            return found
        row = db.session.get(AuditEntry, at)
        if row is None:
            break
        body = json.loads(row.body)
        if body.get("verdict_id"):
            named = db.session.get(VerdictRecord, body["verdict_id"])
            if named is not None:
                return named
        at = row.previous
    raise NotFound


def _fragments(words: Words, hit: Hit) -> tuple[str, ...]:
    said = [words.title[start:end] for start, end in hit.title_spans]
    return tuple(dict.fromkeys([*said, *(words.body[start:end] for start, end in hit.spans)]))


def _short(hits: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(hit["rule"], hit["v"], hit["mode"], hit["acts"], hit["spans"]) for hit in hits]


def _notes(verdict: VerdictRecord) -> list[str]:
    notes = []
    if verdict.engine != ENGINE_VERSION:
        notes.append("engine")
    if verdict.facts is None:
        notes.append("facts")
    return notes
