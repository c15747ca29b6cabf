"""Closing: the count, its check against the roll, the outcome in words, the recount."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from community.audit import services as audit
from community.ballots import chairs, counting, policies
from community.ballots.events import BallotClosed
from community.ballots.models import Ballot, BallotSlip, BallotVote, BallotVoter
from community.ballots.services.casting import ballot_for_change, plan_of
from community.communities.standing import standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import Conflict
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import require
from community.publishing import services as publishing
from community.publishing import threads
from community.publishing.facts import Words
from community.publishing.services import NO_RULES, Published


@use_case
def close(actor: Actor, ballot_id: int) -> None:
    """Close a ballot and count it; raises ``Refused``, or ``Conflict`` when it is closed already."""
    ballot = ballot_for_change(ballot_id)
    require_lead(actor, ballot)
    if ballot.state != "open":
        raise Conflict("ballot.not_open")
    _close(actor, ballot)


@use_case
def close_together(actor: Actor, ballot_ids: list[int]) -> None:
    """Close linked ballots in one act, so that no result is known before the others are in."""
    for ballot_id in sorted(ballot_ids):
        close(actor, ballot_id)


@use_case
def close_in_term(ballot_id: int) -> None:
    """Close a ballot whose term has run out; nothing happens to one that is closed already."""
    ballot = ballot_for_change(ballot_id)
    if ballot.state == "open" and ballot.closes_at <= clock.now():
        _close(SYSTEM, ballot)


@use_case
def cancel(actor: Actor, ballot_id: int) -> None:
    """Call a ballot off: what was cast is not counted and not shown."""
    ballot = ballot_for_change(ballot_id)
    require_lead(actor, ballot)
    if ballot.state != "open":
        raise Conflict("ballot.not_open")
    ballot.state, ballot.closed_at, ballot.closed_by = "cancelled", clock.now(), actor.user_id
    _journal(actor, ballot, "ballot.cancelled", {"cast": ballot.cast})


@use_case
def write_outcome(
    actor: Actor, ballot_id: int, words: Words, *, seen: frozenset[str] = NO_RULES
) -> Published:
    """Write down what was decided, who does it and by when; a decision is not over without it."""
    ballot = ballot_for_change(ballot_id)
    require_lead(actor, ballot)
    if ballot.state != "closed":
        raise Conflict("ballot.nothing_to_count")
    if ballot.outcome_id is not None:
        raise Conflict("ballot.has_outcome")
    made = publishing.publish(
        actor, ballot.thread_id, words, parent_id=ballot.entry_id, event="post", seen=seen
    )
    ballot.outcome_id = made.entry_id
    return made


@use_case
def recount(actor: Actor, ballot_id: int) -> bool:
    """Count the stored votes again and tell whether they give the result that was declared."""
    ballot = ballot_for_change(ballot_id)
    require_lead(actor, ballot)
    if ballot.state != "closed":
        raise Conflict("ballot.nothing_to_count")
    agrees = _counted(ballot) == ballot.result
    body = {"result_hash": fingerprint(ballot.result or {}), "agrees": agrees}
    _journal(actor, ballot, "ballot.recounted", body)
    return agrees


def require_lead(actor: Actor, ballot: Ballot) -> None:
    """Raise ``Refused`` unless the actor leads this vote: its author, a moderator, the chair."""
    leads = chairs.leads(ballot.thread_id, actor.user_id)
    require(policies.may_close(standing(actor, ballot.community_id), ballot, leads=leads))


def fingerprint(result: dict[str, Any]) -> str:
    """Return the SHA-256 of a result, by which the journal ties it."""
    return hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()


def _close(actor: Actor, ballot: Ballot) -> None:
    ballot.result = _counted(ballot)
    ballot.state, ballot.closed_at, ballot.closed_by = "closed", clock.now(), actor.user_id
    ballot.number = _journal(
        actor,
        ballot,
        "ballot.closed",
        {
            "cast": ballot.cast,
            "voters": ballot.voters,
            "outcome": ballot.result["outcome"],
            "reconciled": ballot.result["reconciled"],
            "result_hash": fingerprint(ballot.result),
        },
    )
    db.session.flush()
    emit(BallotClosed(ballot_id=ballot.id))


def _counted(ballot: Ballot) -> dict[str, Any]:
    kept = BallotSlip if ballot.secrecy == "secret" else BallotVote
    votes = db.session.scalars(select(kept.choices).where(kept.ballot_id == ballot.id)).all()
    voted = select(func.count()).where(
        BallotVoter.ballot_id == ballot.id, BallotVoter.has_voted.is_(True)
    )
    counted = asdict(counting.count(plan_of(ballot), votes))
    counted["reconciled"] = len(votes) == db.session.scalar(voted) == ballot.cast
    made: dict[str, Any] = json.loads(json.dumps(counted))
    return made


def _journal(actor: Actor, ballot: Ballot, kind: str, body: dict[str, Any]) -> int:
    threads.bump(ballot.community_id)
    role = standing(actor, ballot.community_id).role or "member"
    return audit.record(
        actor,
        kind,
        actor_role="system" if not actor.is_person else role,
        community_id=ballot.community_id,
        target=("ballot", ballot.id),
        author_id=ballot.author_id,
        body={"ballot_id": ballot.id} | body,
    )
