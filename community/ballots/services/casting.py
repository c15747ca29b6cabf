"""Voting: an open vote stands under its voter's name, a secret one among all the others."""

import secrets
from collections.abc import Mapping

from sqlalchemy import delete, select, update

from community.ballots import counting, policies
from community.ballots.models import Ballot, BallotOption, BallotSlip, BallotVote, BallotVoter
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.errors import Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import REASONS, require
from community.publishing import services as publishing
from community.publishing import threads
from community.publishing.facts import Words
from community.publishing.models import Entry

NOTHING_SEEN: frozenset[str] = frozenset()


@use_case
def cast(
    actor: Actor,
    ballot_id: int,
    choices: Mapping[str, int],
    *,
    reason: str = "",
    seen: frozenset[str] = NOTHING_SEEN,
) -> None:
    """Take a vote, or a changed one; ``reason`` is published under the question (open ballots).

    Raises ``Refused`` (closed, not on the roll, voted secretly already), ``Invalid``.
    """
    ballot = ballot_for_change(ballot_id)
    voter = db.session.get(BallotVoter, (ballot.id, actor.id), populate_existing=True)
    on_roll, has_voted = voter is not None, bool(voter and voter.has_voted)
    require(policies.may_vote(ballot, clock.now(), on_roll=on_roll, has_voted=has_voted))
    try:
        vote = counting.checked(plan_of(ballot), choices)
    except counting.WrongVote as error:
        raise Invalid({"choices": [REASONS[str(error)]]}) from None
    if ballot.secrecy == "secret":
        _drop_in(ballot, vote)
    else:
        _sign(actor, ballot, vote, _say(actor, ballot, reason, seen))
    if not has_voted:
        mine = (BallotVoter.ballot_id == ballot.id, BallotVoter.user_id == actor.id)
        db.session.execute(update(BallotVoter).where(*mine).values(has_voted=True))
        ballot.cast += 1
    threads.bump(ballot.community_id)


def ballot_for_change(ballot_id: int) -> Ballot:
    """Load a ballot under its lock, so that a vote and the closing come one after the other."""
    ballot = db.session.scalars(
        select(Ballot)
        .where(Ballot.id == ballot_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if ballot is None or not _is_out(ballot):
        raise NotFound
    return ballot


def _is_out(ballot: Ballot) -> bool:
    state = db.session.scalar(select(Entry.state).where(Entry.id == ballot.entry_id))
    return state == "published"


def plan_of(ballot: Ballot) -> counting.Plan:
    """Return what counting needs of a ballot."""
    options = select(BallotOption.id).where(BallotOption.ballot_id == ballot.id)
    return counting.Plan(
        kind=ballot.kind,
        options=list(db.session.scalars(options.order_by(BallotOption.place))),
        most=ballot.most,
        majority=ballot.majority,
        base=ballot.base,
        quorum=ballot.quorum,
        voters=ballot.voters,
    )


def _drop_in(ballot: Ballot, vote: Mapping[str, int]) -> None:
    """Put a slip among the others and write all of them anew: none is older than another."""
    slips = list(
        db.session.scalars(select(BallotSlip.choices).where(BallotSlip.ballot_id == ballot.id))
    )
    db.session.execute(delete(BallotSlip).where(BallotSlip.ballot_id == ballot.id))
    rows = [
        {"id": secrets.token_hex(16), "ballot_id": ballot.id, "choices": dict(each)}
        for each in (*slips, vote)
    ]
    db.session.execute(insert(BallotSlip), sorted(rows, key=lambda row: str(row["id"])))


def _sign(actor: Actor, ballot: Ballot, vote: Mapping[str, int], reason_id: int | None) -> None:
    values = {"choices": dict(vote), "at": clock.now()}
    if reason_id is not None:
        values["reason_id"] = reason_id
    statement = insert(BallotVote).values(ballot_id=ballot.id, user_id=actor.id, **values)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["ballot_id", "user_id"], set_=values)
    )


def _say(actor: Actor, ballot: Ballot, reason: str, seen: frozenset[str]) -> int | None:
    """Publish why the person votes so, as an answer to the question; through the gate as any word."""
    if not reason.strip():
        return None
    made = publishing.publish(
        actor, ballot.thread_id, Words(body=reason), parent_id=ballot.entry_id, seen=seen
    )
    return made.entry_id
