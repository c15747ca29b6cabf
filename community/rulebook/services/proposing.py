"""A change of a rule by two people: one proposes, another accepts; only then the file is written."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from community.audit import services as audit
from community.communities.models import Membership, RoleGrant
from community.communities.ports import check_words
from community.communities.standing import Standing
from community.config import Config
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.transactions import after_commit, use_case
from community.core.verdict import deny, require
from community.notices import services as notices
from community.publishing import ruleset
from community.rulebook import policies, queries, rulefile
from community.rulebook.models import Backtest, Proposal, WrongHit
from community.rulebook.proposals import Draft, digest, drafted
from community.rulebook.services import trials
from community.rulebook.services.braking import address


@use_case
def propose(actor: Actor, who: Standing, typed: str, why: str, rule_id: str | None) -> int:
    """Keep a change that loads, and let the worker try it on real history; return its id.

    Raises ``Invalid`` where the text cannot stand in the file: nothing is kept then.
    """
    require(policies.may_keep(who))
    check_words(actor, why=why)
    draft = _sound(drafted(typed, rule_id))
    row = Proposal(
        rule=draft.rule, v=draft.v, block=draft.block, before=draft.before, base=draft.base, why=why,
        community_id=who.community_id, backtest_id=_try(draft, actor), state="waiting",
        made_at=clock.now(), made_by=actor.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _journal(actor, who, row, "rules.proposed")
    _tell_others(actor, who, row)
    return row.id


@use_case
def accept(actor: Actor, who: Standing, proposal_id: int) -> None:
    """Write the change into the file as a new version, on trial first; signed by a second person."""
    row = _waiting(who, proposal_id)
    require(policies.may_accept(who, row.made_by))
    text = queries.file_text()
    if digest(text) != row.base:
        raise Conflict("rulebook.stale")
    run = db.session.get(Backtest, row.backtest_id) if row.backtest_id else None
    if run is None or run.state != "done":
        raise Conflict("rulebook.being_tried")
    draft = _sound(drafted(row.block, row.rule if row.before else None))
    _decide(actor, row, "accepted")
    _journal(
        actor, who, row, "rules.accepted", file_before=row.base, file_after=digest(draft.whole)
    )
    _tell_proposer(actor, who, row)
    config: Config = current_app.extensions["community"]
    rulefile.write(config.rules_file, draft.whole)
    after_commit(ruleset.take_in)


@use_case
def refuse(actor: Actor, who: Standing, proposal_id: int, reason: str) -> None:
    """Leave the file as it is, with a reason for whoever proposed."""
    row = _waiting(who, proposal_id)
    require(policies.may_accept(who, row.made_by))
    check_words(actor, reason=reason)
    row.reason = reason
    _decide(actor, row, "refused")
    _journal(actor, who, row, "rules.declined")
    _tell_proposer(actor, who, row)


@use_case
def withdraw(actor: Actor, who: Standing, proposal_id: int) -> None:
    """Take one's own proposal back."""
    row = _waiting(who, proposal_id)
    if row.made_by != actor.id:
        require(deny("rulebook.not_yours"))
    _decide(actor, row, "withdrawn")


@use_case
def move(actor: Actor, who: Standing, proposal_id: int) -> None:
    """Put a stale proposal upon the file as it is now; it is tried on history anew."""
    row = _waiting(who, proposal_id)
    require(policies.may_keep(who))
    draft = _sound(drafted(row.block, row.rule if row.before else None))
    row.block, row.v, row.before, row.base = draft.block, draft.v, draft.before, draft.base
    row.backtest_id = _try(draft, actor)


@use_case
def dismiss(actor: Actor, who: Standing, rule_id: str, wrong_id: int) -> None:
    """Say that a text found in order is no example for the rule."""
    require(policies.may_keep(who))
    row = db.session.get(WrongHit, wrong_id)
    if row is None or row.rule != rule_id:
        raise NotFound
    row.closed_at, row.closed_by = clock.now(), actor.id


def _sound(draft: Draft) -> Draft:
    if draft.complaints or draft.rules is None:
        raise Invalid({"block": [each.words for each in draft.complaints]})
    return draft


def _try(draft: Draft, actor: Actor) -> int:
    assert draft.rules is not None
    since = clock.now() - timedelta(days=trials.DAYS)
    return trials.queue(trials.begin(draft.rules, since, rule=draft.rule, actor=actor))


def _waiting(who: Standing, proposal_id: int) -> Proposal:
    """The proposal, held until the transaction ends, so that two people do not decide at once."""
    audit.hold()
    row: Proposal | None = db.session.scalar(
        select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    )
    if row is None or row.community_id != who.community_id:
        raise NotFound
    if row.state != "waiting":
        raise Conflict("rulebook.decided")
    return row


def _decide(actor: Actor, row: Proposal, state: str) -> None:
    row.state, row.decided_at, row.decided_by = state, clock.now(), actor.id


def _journal(actor: Actor, who: Standing, row: Proposal, kind: str, **more: str) -> None:
    body = {"rule": row.rule, "rule_version": row.v, "proposal_id": row.id, **more}
    if kind != "rules.proposed":
        body["proposed_by"] = row.made_by
    audit.record(actor, kind, actor_role=who.role, community_id=row.community_id, body=body)


def _tell_others(actor: Actor, who: Standing, row: Proposal) -> None:
    people = db.session.scalars(
        select(Membership.user_id)
        .join(RoleGrant)
        .where(
            Membership.community_id == who.community_id,
            Membership.state == "active",
            RoleGrant.role.in_(("moderator", "administrator")),
            Membership.user_id != actor.id,
        )
    )
    notices.tell(
        people, "rulebook.proposed", community_id=who.community_id, actor_id=actor.id,
        url=proposal_address(row), params={"rule": row.rule},
    )  # fmt: skip


def _tell_proposer(actor: Actor, who: Standing, row: Proposal) -> None:
    notices.tell(
        [row.made_by], f"rulebook.{row.state}", community_id=who.community_id, actor_id=actor.id,
        url=proposal_address(row), params={"rule": row.rule},
    )  # fmt: skip


def proposal_address(row: Proposal) -> str:
    """Return the page of a proposal."""
    return address(row.community_id, f"proposals/{row.id}")
