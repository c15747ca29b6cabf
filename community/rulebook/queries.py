"""What the pages of rules show: rules with their figures, samples the reader may read, history."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Text, select, type_coerce

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.config import Config
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.publishing import ruleset, trials
from community.publishing.access import Viewer
from community.publishing.facts import Words
from community.publishing.models import RuleMode, VerdictRecord
from community.rulebook.history import EVENTS_OF_HISTORY, of_verdicts
from community.rulebook.models import Backtest, Brake, WrongHit
from community.rulebook.samples import Sample, sample
from community.rules import splice
from community.rules.model import Rule
from community.rules.versions import versions

DAYS = 30
SHOWN = 10


@dataclass(slots=True)
class Hits:
    """What a rule met within the last days."""

    live: int = 0
    shadow: int = 0
    decided: int = 0
    """Of the live ones, those with a decision; ``overturned`` were cancelled by a person."""
    overturned: int = 0
    latest: list[tuple[int, Any]] = field(default_factory=list)
    """Newest verdicts with the places, for samples."""

    @property
    def share(self) -> float | None:
        """Return which part of the decisions was cancelled; None while there are none."""
        return self.overturned / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the list shows it: as the file tells it, and the mode in force."""

    rule: Rule
    mode: str
    why: str
    since: datetime | None
    hits: Hits


def rows() -> list[RuleRow]:
    """Return every rule of the file with its figures."""
    known = trials.standings(db.session.connection())
    told, in_force = versions(ruleset.file_set()), ruleset.in_force()
    counted = hits()
    made = []
    for rule in sorted(ruleset.file_set().rules, key=lambda each: (each.article, each.id)):
        now = known.get((rule.id, told[rule.id].meaning))
        mode = in_force.rule(rule.id).mode
        on_trial = mode != rule.mode
        why = (now.why if now else "changed") if on_trial else ""
        since = now.at if now and on_trial else None
        made.append(RuleRow(rule, "trial" if on_trial else mode, why, since, counted[rule.id]))
    return made


def hits() -> defaultdict[str, Hits]:
    """Count what every rule met within the last days, and how many decisions were cancelled."""
    found: defaultdict[str, Hits] = defaultdict(Hits)
    since = clock.now() - timedelta(days=DAYS)
    judged = db.session.execute(
        select(VerdictRecord.id, VerdictRecord.hits, VerdictRecord.number)
        .where(VerdictRecord.at >= since, type_coerce(VerdictRecord.hits, Text) != "[]")
        .where(VerdictRecord.event.in_(EVENTS_OF_HISTORY))
        .order_by(VerdictRecord.id)
    ).all()
    cancelled = _cancelled(row.number for row in judged if row.number)
    for row in judged:
        for hit in row.hits:
            _add(found[hit["rule"]], row, hit, cancelled)
    return found


def _add(to: Hits, row: Any, hit: dict[str, Any], cancelled: set[int]) -> None:
    is_live = hit["mode"] == "live"
    to.live += is_live
    to.shadow += not is_live
    if is_live and row.number is not None:
        to.decided += 1
        to.overturned += row.number in cancelled
    to.latest = [*to.latest, (row.id, hit["spans"])][-5 * SHOWN :]


def _cancelled(numbers: Iterable[int]) -> set[int]:
    """Decisions that a person cancelled; an author's own edit is none."""
    rows = db.session.execute(
        select(AuditEntry.previous, AuditEntry.body).where(
            AuditEntry.previous.in_(list(numbers)),
            AuditEntry.kind.in_(("entry.released", "entry.restored")),
            AuditEntry.actor_id.is_not(None),
        )
    )
    return {row.previous for row in rows if json.loads(row.body).get("outcome") != "edited"}


def samples(reader: Viewer, told: Iterable[tuple[int, Any]]) -> list[Sample]:
    """Return fragments of the texts that the reader may read: of communities they moderate."""
    spans: dict[int, Any] = dict(told)
    made: list[Sample] = []
    for past in of_verdicts(spans):
        if past.community_id in reader.moderates and len(made) < SHOWN:
            one = sample(past, spans[past.verdict.id])
            if one is not None:
                made.append(one)
    return made


@dataclass(frozen=True, slots=True)
class Change:
    """A version of a rule changed its mode: when, why, by whom (nobody: the machine)."""

    v: int
    mode: str
    why: str
    at: datetime
    by: str | None


def changes(rule_id: str) -> list[Change]:
    """Return the history of a rule, newest first."""
    found = db.session.execute(
        select(RuleMode.v, RuleMode.mode, RuleMode.why, RuleMode.at, User.name)
        .outerjoin(User, User.id == RuleMode.by_id)
        .where(RuleMode.rule == rule_id)
        .order_by(RuleMode.id.desc())
        .limit(100)
    )
    return [Change(*row) for row in found]


def file_text() -> str:
    """Return the rule file as it is on the disk; empty when it cannot be read."""
    config: Config = current_app.extensions["community"]
    try:
        return config.rules_file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def block(rule_id: str) -> splice.Block | None:
    """Return a rule as it is written in the file."""
    return splice.blocks(file_text()).get(rule_id)


def latest_run(rule_id: str) -> Backtest | None:
    """Return the newest run that was asked of this rule alone."""
    found: Backtest | None = db.session.scalar(
        select(Backtest).where(Backtest.rule == rule_id).order_by(Backtest.id.desc()).limit(1)
    )
    return found


def open_brake(rule_id: str) -> Brake | None:
    """Return the brake of a rule that nobody has answered yet."""
    found: Brake | None = db.session.scalar(
        select(Brake)
        .where(Brake.rule == rule_id, Brake.closed_at.is_(None))
        .order_by(Brake.id.desc())
    )
    return found


def stopped(brake: Brake, community_id: int) -> list[int]:
    """Return decisions by which a braked rule blocked texts of a community until it was stopped."""
    rows = db.session.execute(
        select(VerdictRecord.number, VerdictRecord.hits)
        .join(AuditEntry, AuditEntry.number == VerdictRecord.number)
        .where(
            AuditEntry.community_id == community_id,
            VerdictRecord.act == "block",
            VerdictRecord.at.between(brake.since, brake.at),
        )
        .order_by(VerdictRecord.number)
    )
    return [row.number for row in rows if any(hit["rule"] == brake.rule for hit in row.hits)]


def wrong_hits(reader: Viewer, rule_id: str) -> list[tuple[WrongHit, Sample]]:
    """Return texts that a person found in order, as the reader may read them."""
    waiting = db.session.scalars(
        select(WrongHit)
        .where(WrongHit.rule == rule_id, WrongHit.closed_at.is_(None))
        .order_by(WrongHit.id.desc())
        .limit(5 * SHOWN)
    ).all()
    by_verdict: dict[int, WrongHit] = {each.verdict_id: each for each in waiting}
    found = []
    for past in of_verdicts(by_verdict):
        if past.community_id not in reader.moderates:
            continue
        spans: list[Any] = next((h["spans"] for h in past.verdict.hits if h["rule"] == rule_id), [])
        one = sample(past, spans)
        if one is not None:
            found.append((by_verdict[past.verdict.id], one))
    return found[:SHOWN]


def words_of(verdict_id: int) -> Words:
    """Return the words that a verdict was given on; raises ``NotFound`` where they are erased."""
    for past in of_verdicts([verdict_id]):
        if past.words is not None:
            return past.words
    raise NotFound
