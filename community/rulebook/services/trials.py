"""A run over real history, in pieces of one transaction each, and the promotion that needs it."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from community.accounts.models import User
from community.communities.models import Membership, RoleGrant
from community.communities.standing import Standing
from community.config import Config
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.outbox import consumes, emit
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.publishing import ruleset
from community.rulebook import history, policies, trying
from community.rulebook.events import BacktestStep
from community.rulebook.examples import examples
from community.rulebook.models import Backtest
from community.rulebook.services.braking import close_brakes
from community.rules import loader
from community.rules.model import ENGINE_VERSION, RuleSet
from community.rules.versions import versions, versions_of

PIECE = 50
"""Few texts a piece: nobody else writes meanwhile."""
DAYS = 30


def begin(
    rules: RuleSet,
    since: datetime,
    *,
    rule: str | None = None,
    community_id: int | None = None,
    actor: Actor | None = None,
) -> Backtest:
    """Return a run that has judged nothing yet; it is stored by whoever wants to keep it."""
    total, last = history.extent(since)
    return Backtest(
        rule_set=rules.hash,
        canonical=rules.canonical,
        engine=ENGINE_VERSION,
        rule=rule,
        community_id=community_id,
        since=since,
        last_id=last,
        cursor=0,
        total=total,
        judged=0,
        figures={},
        state="running" if total else "done",
        made_at=clock.now(),
        made_by=actor.user_id if actor else None,
    )


class Run:
    """A run in progress: the sets are read once, however many pieces there are."""

    def __init__(self, row: Backtest, rules: RuleSet) -> None:
        self._row = row
        self._candidate = _told(rules)
        self._live = _told(ruleset.in_force())
        self._figures = trying.Figures.of(row.figures)

    def step(self, limit: int = PIECE) -> None:
        """Judge the next piece; the row knows afterwards how far it is."""
        row = self._row
        past = history.batch(row.since, after=row.cursor, last=row.last_id, limit=limit)
        here = [each for each in past if row.community_id in (None, each.community_id)]
        trying.add(self._figures, here, self._candidate, self._live, row.rule)
        if past:
            row.cursor = past[-1].verdict.id
            row.judged = min(row.total, row.judged + len(past))
        row.figures = self._figures.plain()
        if len(past) < limit:
            row.state, row.judged = "done", row.total


_known: dict[str, trying.Told] = {}


def _told(rules: RuleSet) -> trying.Told:
    """Return a set with what it has learnt of stored ones; the latest few are kept."""
    if rules.hash not in _known:
        while len(_known) >= 4:
            _known.pop(next(iter(_known)), None)
        _known[rules.hash] = trying.Told(rules)
    return _known[rules.hash]


def _tried(row: Backtest) -> RuleSet:
    """Return the set of a run; it is read once, however many pieces there are."""
    if row.rule_set in _known:
        return _known[row.rule_set].rules
    config: Config = current_app.extensions["community"]
    return loader.stored(
        row.canonical or "", today=clock.now().date(), cache_dir=config.data / "cache"
    )


@use_case
def start(actor: Actor, who: Standing, rule_id: str) -> int:
    """Queue a run of one rule over the last days; return its id."""
    require(policies.may_keep(who))
    rules = ruleset.file_set()
    if rule_id not in {rule.id for rule in rules.rules}:
        raise NotFound
    return queue(begin(rules, clock.now() - timedelta(days=DAYS), rule=rule_id, actor=actor))


def queue(row: Backtest) -> int:
    """Store a run and let the worker do it, inside the caller's use case."""
    db.session.add(row)
    db.session.flush()
    if row.state == "running":
        emit(BacktestStep(backtest_id=row.id))
    else:
        row.figures, row.canonical = _with_meaning(row, trying.Figures().plain()), None
    return row.id


@use_case
def keep(row: Backtest) -> None:
    """Store the report of a run that was done at once; all that such a run writes."""
    row.state = "done"
    finish(row)
    db.session.add(row)
    db.session.flush()


def keeper(email: str) -> Actor:
    """Return the moderator or administrator with this address; raises ``NotFound``."""
    row = db.session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(
            User.email == email.strip().lower(),
            Membership.state == "active",
            RoleGrant.role.in_(("moderator", "administrator")),
        )
    ).first()
    if row is None:
        require(deny("rulebook.for_moderators"))
        raise NotFound
    return Actor(row.id, row.name)


@consumes(BacktestStep)
def _go_on(event: BacktestStep) -> None:
    """Do one piece and put off the rest, so that nobody waits for the writer's place."""
    row = db.session.get(Backtest, event.backtest_id)
    if row is None or row.state == "done" or row.canonical is None:
        return
    Run(row, _tried(row)).step()
    if row.state == "done":
        finish(row)
    else:
        emit(BacktestStep(backtest_id=row.id))


def finish(row: Backtest) -> None:
    """Keep what the run was of, without the set itself."""
    row.figures, row.canonical = _with_meaning(row, row.figures), None


def _with_meaning(row: Backtest, figures: dict[str, object]) -> dict[str, object]:
    known = versions_of(row.canonical or "{}") if row.canonical else {}
    return figures | {"meanings": {each.rule: each.meaning for each in known.values()}}


def report_of(rule_id: str, meaning: str) -> Backtest | None:
    """Return the newest finished run of this very version of a rule."""
    rows = db.session.scalars(
        select(Backtest)
        .where(Backtest.state == "done", (Backtest.rule.is_(None)) | (Backtest.rule == rule_id))
        .order_by(Backtest.id.desc())
        .limit(50)
    )
    return next(
        (row for row in rows if row.figures.get("meanings", {}).get(rule_id) == meaning), None
    )


@use_case
def promote(actor: Actor, rule_id: str) -> int:
    """Let a rule on trial act: its inline tests pass and its run over history is there (rules, §2.3)."""
    version = versions(ruleset.file_set()).get(rule_id)
    if version is None:
        raise NotFound
    if report_of(rule_id, version.meaning) is None:
        require(deny("rulebook.no_backtest"))
    if not all(each.is_kept for each in examples(ruleset.file_set(), rule_id)):
        require(deny("rulebook.tests_fail"))
    close_brakes(actor, rule_id)
    return ruleset.promote(rule_id, actor)


@use_case
def promote_by(actor: Actor, who: Standing, rule_id: str) -> int:
    """Promote by a moderator or an administrator."""
    require(policies.may_keep(who))
    return promote(actor, rule_id)


@use_case
def put_on_trial(actor: Actor, who: Standing, rule_id: str) -> int:
    """Take a rule's acts away by hand; it goes on judging."""
    require(policies.may_keep(who))
    return ruleset.put_on_trial(rule_id, "hand", actor)
