"""Votes of a council: put by a desk under the current item, on a roll fixed at that moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import select

from community.ballots import chairs
from community.ballots.models import Ballot, BallotVoter
from community.ballots.services import casting, closing, opening
from community.ballots.services.opening import FOR_AGAINST, BallotPlan, whole_text
from community.calendar import queries as calendar
from community.calendar.models import Happening
from community.calendar.queries import Presence
from community.communities.models import Community
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.councils.models import Council, CouncilItem, CouncilVote
from community.councils.policies import voting as policies
from community.councils.services import visiting
from community.councils.services.holding import council_for_change, heard_of, item_for_change
from community.notices import services as notices
from community.publishing import drafts, threads
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.services import NO_RULES

AT_LATEST = timedelta(hours=12)
"""A desk closes the votes; one that was forgotten is closed so long after the appointed end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VotePlan:
    """How a question is voted on; ``linked`` names open votes that are closed together with it."""

    secrecy: str = "open"
    majority: str = "half"
    base: str = "present"
    linked: Sequence[int] = ()


@use_case
def put_to_vote(
    actor: Actor,
    council_id: int,
    item_id: int,
    words: Words,
    plan: VotePlan,
    *,
    seen: frozenset[str] = NO_RULES,
) -> int:
    """Put a question under the current item to the vote and return its ballot's id.

    The roll is who counts for the quorum now (``present``) or all who are expected (``all``).
    Threads and linked ballots are locked before anything is written, in one order for everybody.
    Raises ``Refused`` (not a desk, no quorum, words wait for a check), ``AskFirst``, ``Blocked``.
    """
    council = council_for_change(council_id)
    item = item_for_change(council_id, item_id)
    threads.locked({council_id, item_id})
    linked = _linked(council_id, plan.linked)
    people = calendar.presence(council.happening_id)
    require(
        policies.may_put_to_vote(
            standing(actor, council.community_id), council, item.state,
            expected=len(people.expected), counted=len(people.counted),
        )
    )  # fmt: skip
    options = [gettext(each) for each in FOR_AGAINST]
    ballot_id, made = opening.open_ballot(
        actor, council.community_id, whole_text(words, options),
        _ballot_plan(council, people, plan, options), thread_id=item_id, seen=seen,
    )  # fmt: skip
    if made.state == "held":
        require(deny("council.vote_words_wait"))
    db.session.add(
        CouncilVote(
            ballot_id=ballot_id, item_id=item_id, base=plan.base, present=len(people.counted)
        )
    )
    if linked:
        opening.link(actor, [*linked, ballot_id])
    db.session.flush()
    publishing.stir(council_id)
    drafts.drop(actor, place_of(item_id))
    _tell(council, ballot_id, words.title, actor)
    return ballot_id


@use_case
def cast(
    actor: Actor, council_id: int, ballot_id: int, place: int, *, for_id: int | None = None
) -> None:
    """Take a vote: ``place`` is for, against or abstained. Who votes has come, if they had not.

    Raises ``Refused`` (over, not on the roll, no proxy, cast already).
    """
    council, _item_id = _vote(council_id, ballot_id)
    require(policies.may_vote_now(council.state))
    _require_roll(actor, ballot_id, for_id)
    if heard_of(council.happening_id, actor.id) is None:
        visiting.come(actor, council_id)
    found = casting.ballot_for_change(ballot_id)
    options = casting.plan_of(found).options
    if not 0 <= place < len(options):
        raise NotFound
    chosen = {str(options[place]): 1}
    casting.cast(actor, ballot_id, chosen, for_id=for_id)


@use_case
def close_vote(actor: Actor, council_id: int, ballot_id: int) -> list[int]:
    """Close a vote with all that are linked to it, count them, and return which were closed.

    Raises ``Conflict`` where another has closed it meanwhile.
    """
    _led(actor, council_id, ballot_id)
    together = _group(ballot_id)
    closing.close_together(actor, together or [ballot_id])
    publishing.stir(council_id)
    return together


@use_case
def cancel_vote(actor: Actor, council_id: int, ballot_id: int) -> None:
    """Call a vote off: what was cast is neither counted nor shown."""
    _led(actor, council_id, ballot_id)
    closing.cancel(actor, ballot_id)
    publishing.stir(council_id)


@use_case
def recount(actor: Actor, council_id: int, ballot_id: int) -> bool:
    """Count the stored votes again; tell whether they give the declared result."""
    _led(actor, council_id, ballot_id)
    return closing.recount(actor, ballot_id)


def leads_votes(kind: str, thread_id: int, user_id: int) -> bool:
    """Tell whether a person leads the votes of an item: they sit at one of the two desks."""
    if kind != "council_item":
        return False
    row = db.session.execute(
        select(Council.chairman_id, Council.secretary_id)
        .join(CouncilItem, CouncilItem.council_id == Council.thread_id)
        .where(CouncilItem.thread_id == thread_id)
    ).one_or_none()
    return row is not None and user_id in tuple(row)


def place_of(item_id: int) -> str:
    """Return where a question to the vote is being written, as drafts name it."""
    return f"council-vote:{item_id}"


chairs.provide(leads_votes)
chairs.provide_minutes(lambda kind: kind == "council_item")


def _ballot_plan(
    council: Council, people: Presence, plan: VotePlan, options: Sequence[str]
) -> BallotPlan:
    roll = people.expected if plan.base == "all" else people.counted
    return BallotPlan(
        kind="decision",
        options=options,
        closes_at=_at_latest(council),
        secrecy=plan.secrecy,
        results="after_close",
        majority=plan.majority,
        base="roll",
        voters=sorted(roll),
        proxies={voter: holder for voter, holder in people.proxies.items() if voter in roll},
    )


def _at_latest(council: Council) -> datetime:
    ends_at = db.session.get_one(Happening, council.happening_id).ends_at
    return max(ends_at, clock.now()) + AT_LATEST


def _linked(council_id: int, ballot_ids: Sequence[int]) -> list[int]:
    """Return the open votes that the named ones belong to, all under their locks."""
    together: set[int] = set()
    for ballot_id in ballot_ids:
        _vote(council_id, ballot_id)
        together.update(_group(ballot_id))
    for ballot_id in sorted(together):
        casting.ballot_for_change(ballot_id)
    return sorted(together)


def _group(ballot_id: int) -> list[int]:
    """Return the open votes that are closed together with this one, itself among them."""
    group = select(Ballot.group_id).where(Ballot.id == ballot_id).scalar_subquery()
    found = select(Ballot.id).where(
        Ballot.state == "open", (Ballot.id == ballot_id) | (Ballot.group_id == group)
    )
    return sorted(db.session.scalars(found))


def _vote(council_id: int, ballot_id: int) -> tuple[Council, int]:
    row = db.session.execute(
        select(Council, CouncilVote.item_id)
        .join(CouncilItem, CouncilItem.council_id == Council.thread_id)
        .join(CouncilVote, CouncilVote.item_id == CouncilItem.thread_id)
        .where(Council.thread_id == council_id, CouncilVote.ballot_id == ballot_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.Council, row.item_id


def _led(actor: Actor, council_id: int, ballot_id: int) -> Council:
    """Return the council whose vote the actor leads, with its thread locked before any ballot."""
    council = council_for_change(council_id)
    _vote(council_id, ballot_id)
    require(policies.may_lead_votes(standing(actor, council.community_id), council))
    threads.thread_for_change(council_id)
    return council


def _require_roll(actor: Actor, ballot_id: int, for_id: int | None) -> None:
    """Say kindly why one who came after the opening has no vote; other refusals are the ballots'."""
    if for_id is not None and for_id != actor.id:
        return
    if db.session.get(BallotVoter, (ballot_id, actor.id)) is None:
        base = db.session.get_one(CouncilVote, ballot_id).base
        require(deny("council.came_later" if base == "present" else "ballot.not_on_roll"))


def _tell(council: Council, ballot_id: int, title: str, actor: Actor) -> None:
    """Tell the voters of a council that goes on for days; in a live one all see it at once."""
    if council.mode != "stretched":
        return
    roll = select(BallotVoter.user_id).where(
        BallotVoter.ballot_id == ballot_id, BallotVoter.user_id != actor.id
    )
    slug = db.session.scalar(select(Community.slug).where(Community.id == council.community_id))
    notices.tell(
        list(db.session.scalars(roll)), "council.vote_opened", community_id=council.community_id,
        url=f"/c/{slug}/councils/{council.thread_id}/hall#vote-{ballot_id}", actor_id=actor.id,
        params={"title": title},
    )  # fmt: skip
