"""Voting: an open vote stands under its voter's name, a secret one among all the others."""

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select

from community.ballots import counting, policies
from community.ballots.models import Ballot, BallotOption, BallotSlip, BallotVote, BallotVoter
from community.communities.models import Membership
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.errors import Invalid, NotFound, Refused
from community.core.transactions import use_case
from community.core.verdict import REASONS, deny, require
from community.publishing import services as publishing
from community.publishing import threads
from community.publishing.facts import Words
from community.publishing.models import Entry
from community.publishing.services import NO_RULES


@use_case
def cast(
    actor: Actor,
    ballot_id: int,
    choices: Mapping[str, int],
    *,
    for_id: int | None = None,
    reason: str = "",
    seen: frozenset[str] = NO_RULES,
) -> None:
    """Take a vote, or a changed one; ``reason`` is published under the question (open ballots).

    ``for_id`` names the voter who trusts the actor with their voice. Of a secret vote nothing tells
    who cast it. Raises ``Refused`` (closed, not on the roll, no proxy, cast already), ``Invalid``.
    """
    ballot = ballot_for_change(ballot_id)
    voice = _voice(actor, ballot, for_id or actor.id)
    try:
        vote = counting.checked(plan_of(ballot), choices)
    except counting.WrongVote as error:
        raise Invalid({"choices": [REASONS[str(error)]]}) from None
    if ballot.secrecy == "secret":
        _drop_in(ballot, vote)
    else:
        _sign(actor, voice, vote, _say(actor, ballot, reason, seen))
    if not voice.has_voted:
        voice.has_voted = True
        ballot.cast += 1
    threads.bump(ballot.community_id)


def _voice(actor: Actor, ballot: Ballot, voter_id: int) -> BallotVoter:
    """Return the line of the roll that the actor may cast now; raises ``Refused``."""
    who = standing(actor, ballot.community_id)
    require(policies.may_take(who, ballot, clock.now()))
    voice = db.session.get(BallotVoter, (ballot.id, voter_id), populate_existing=True)
    if voice is None:
        own = voter_id == actor.id
        raise Refused(deny("ballot.not_on_roll" if own else "ballot.not_your_proxy"))
    kept = db.session.get(BallotVote, (ballot.id, voter_id), populate_existing=True)
    require(policies.may_cast(who, ballot, voice, by_id=kept.by_id if kept else None))
    if voter_id != actor.id and not _is_member(ballot.community_id, voter_id):
        raise Refused(deny("ballot.voice_is_lost"))
    return voice


def _is_member(community_id: int, user_id: int) -> bool:
    state = select(Membership.state).where(
        Membership.community_id == community_id, Membership.user_id == user_id
    )
    return db.session.scalar(state) == "active"


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
    return plan_with(ballot, list(db.session.scalars(options.order_by(BallotOption.place))))


def plan_with(ballot: Ballot, options: Sequence[int]) -> counting.Plan:
    """Return the same where the ids of the options are known."""
    return counting.Plan(
        kind=ballot.kind,
        options=options,
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


def _sign(actor: Actor, voice: BallotVoter, vote: Mapping[str, int], reason_id: int | None) -> None:
    by_id = actor.id if actor.id != voice.user_id else None
    values = {"choices": dict(vote), "at": clock.now(), "by_id": by_id}
    if reason_id is not None:
        values["reason_id"] = reason_id
    statement = insert(BallotVote).values(
        ballot_id=voice.ballot_id, user_id=voice.user_id, **values
    )
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
