"""A moderator proposes to suspend a member after strikes; only an administrator does it (B10)."""

from datetime import timedelta

from sqlalchemy import select

from community.audit import services as audit
from community.communities.services import members
from community.communities.services.members import Term
from community.communities.standing import standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import N_, deny, require
from community.moderation import code, policies
from community.moderation.events import ProposalMade
from community.moderation.models import Proposal
from community.moderation.queries import proposals, warnings
from community.notices import services as notices

TERM = timedelta(hours=72)
SHORTEST = 20


@use_case
def propose_suspension(
    actor: Actor, community_id: int, user_id: int, *, article: str, days: int, reason: str
) -> int:
    """Propose to suspend a member for a term; nothing happens until an administrator signs."""
    who = standing(actor, community_id)
    strikes = warnings.in_force(user_id, community_id)
    require(policies.may_propose_suspension(who, user_id, strikes))
    if proposals.suspension_of(user_id, community_id) is not None:
        raise Conflict("suspension.waits")
    if article not in code.articles():
        require(deny("moderation.no_such_article"))
    if not 0 < days <= members.LONGEST:
        require(deny("member.bad_term"))
    if len(" ".join(reason.split())) < SHORTEST:
        raise Invalid({"reason": [N_("At least 20 characters: the member will read it.")]})
    number = audit.record(
        actor,
        "membership.suspension_proposed",
        actor_role=who.role,
        community_id=community_id,
        target=("user", user_id),
        author_id=user_id,
        body={"days": days, "article": article},
        sealed={"reason": reason},
    )
    db.session.add(
        Proposal(
            community_id=community_id,
            kind="suspension",
            why="strikes",
            number=number,
            bundle=number,
            user_id=user_id,
            proposed_by=actor.id,
            article=article,
            reason=reason.strip(),
            days=days,
            at=clock.now(),
            until=clock.now() + TERM,
        )
    )
    emit(ProposalMade(number=number))
    return number


@use_case
def sign_suspension(actor: Actor, number: int) -> int:
    """Suspend the member as proposed; only an administrator, and not the one who proposed it."""
    made = _waiting(number)
    require(policies.may_sign(actor.id, made.proposed_by))
    _close(made, "signed", actor)
    term = Term(made.days, made.article, number)
    decided = members.suspend(actor, made.community_id, made.user_id, reason=made.reason, term=term)
    _answer(made, "moderation.proposal_signed")
    return decided


@use_case
def refuse_suspension(actor: Actor, number: int, *, reason: str) -> None:
    """Leave the member as they are, with a reason that the moderator reads."""
    made = _waiting(number)
    who = standing(actor, made.community_id)
    require(policies.may_sign(actor.id, made.proposed_by))
    if not who.is_administrator:
        require(deny("community.administrators_only"))
    if len(" ".join(reason.split())) < SHORTEST:
        raise Invalid({"reason": [N_("Write at least 20 characters: why you do not sign.")]})
    made.answer = reason.strip()
    _close(made, "refused", actor)
    _record(actor, who.role, made, "refused", reason)
    _answer(made, "moderation.proposal_refused")


@use_case
def withdraw_suspension(actor: Actor, number: int) -> None:
    """Take one's own proposal back."""
    made = _waiting(number)
    require(policies.may_withdraw_proposal(actor.id, made.proposed_by))
    _close(made, "withdrawn", actor)
    _record(actor, standing(actor, made.community_id).role, made, "withdrawn")


@use_case
def lapse_suspension(number: int) -> None:
    """End a proposal that no administrator has answered in its term."""
    made = _waiting(number)
    if made.until <= clock.now():
        _close(made, "lapsed", SYSTEM)
        _record(SYSTEM, "system", made, "term")
        _answer(made, "moderation.proposal_lapsed")


def _waiting(number: int) -> Proposal:
    made = db.session.scalars(
        select(Proposal)
        .where(Proposal.number == number, Proposal.kind == "suspension")
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if made is None:
        raise NotFound
    if made.state != "waiting":
        raise Conflict("proposal.closed")
    return made


def _close(made: Proposal, state: str, actor: Actor) -> None:
    made.state, made.closed_at, made.closed_by = state, clock.now(), actor.user_id
    db.session.flush()


def _record(actor: Actor, role: str, made: Proposal, outcome: str, reason: str = "") -> None:
    audit.record(
        actor,
        "membership.suspension_refused",
        actor_role=role,
        community_id=made.community_id,
        target=("user", made.user_id),
        author_id=made.user_id,
        body={"previous": made.number, "code": outcome},
        sealed={"reason": reason} if reason else None,
    )


def _answer(made: Proposal, notice: str) -> None:
    notices.tell(
        [made.proposed_by],
        notice,
        community_id=made.community_id,
        url=f"/proposals/{made.number}",
        params={"number": made.number},
    )
