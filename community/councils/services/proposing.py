"""Members propose items to the agenda; the desk takes them, or declines with a reason in words."""

from collections.abc import Sequence

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.councils.events import ProposalAnswered
from community.councils.models import Council, CouncilItem
from community.councils.policies import holding as policies
from community.councils.policies import planning as before
from community.councils.services.agenda import require_rapporteur
from community.councils.services.holding import council_for_change, item_for_change
from community.councils.services.planning import (
    ItemPlan,
    agenda_changed,
    last_place,
    open_item,
)
from community.publishing import access, drafts
from community.publishing import queries as words_of
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.services import NO_RULES, Published


@use_case
def propose(
    actor: Actor,
    council_id: int,
    words: Words,
    plan: ItemPlan,
    *,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Propose an item to the agenda; the desk is told (I01). Raises as the gate does."""
    council = council_for_change(council_id)
    words_of.thread(access.viewer(actor), council_id)
    who = standing(actor, council.community_id)
    require(before.may_propose(who, council, clock.now()))
    require_rapporteur(council, plan.rapporteur_id)
    made = open_item(actor, council, words, file_ids, seen)
    item = CouncilItem(
        thread_id=made.thread_id,
        council_id=council_id,
        state="proposed",
        rapporteur_id=plan.rapporteur_id,
        minutes=plan.minutes,
    )
    db.session.add(item)
    db.session.flush()
    publishing.stir(council_id)
    drafts.drop(actor, place_of(council_id))
    return made


@use_case
def accept(actor: Actor, council_id: int, item_id: int) -> None:
    """Put a proposal on the agenda, after the others, and so again what was taken off; its author is told."""
    council, item = _answered(actor, council_id, item_id)
    require(before.can_list(item.state))
    item.place, item.state, item.declined_id = last_place(council_id) + 1, "listed", None
    _journal(actor, council, item_id, "council.proposal_accepted")
    agenda_changed(council)
    emit(ProposalAnswered(item_id=item_id, answered_by=actor.id))


@use_case
def decline(
    actor: Actor, council_id: int, item_id: int, words: Words, *, seen: frozenset[str] = NO_RULES
) -> Published:
    """Decline a proposal; why stands under it, in the talk of the item, and its author is told."""
    council, item = _answered(actor, council_id, item_id)
    require(before.can_answer_proposal(item.state))
    made = publishing.publish(actor, item_id, words, seen=seen)
    item.state, item.declined_id = "declined", made.entry_id
    _journal(actor, council, item_id, "council.proposal_declined")
    db.session.flush()
    publishing.stir(council_id)
    drafts.drop(actor, place_of_answer(item_id))
    emit(ProposalAnswered(item_id=item_id, answered_by=actor.id))
    return made


def place_of(council_id: int) -> str:
    """Return where a proposal is being written, as drafts name it."""
    return f"council-proposal:{council_id}"


def place_of_answer(item_id: int) -> str:
    """Return where the reason of a refusal is being written."""
    return f"council-answer:{item_id}"


def _answered(actor: Actor, council_id: int, item_id: int) -> tuple[Council, CouncilItem]:
    council = council_for_change(council_id)
    require(policies.may_prepare(standing(actor, council.community_id), council))
    item = item_for_change(council_id, item_id)
    if words_of.thread(access.viewer(actor), item_id).Thread.state == "held":
        require(deny("thread.waits"))
    return council, item


def _journal(actor: Actor, council: Council, item_id: int, kind: str) -> None:
    audit.record(
        actor, kind, actor_role=standing(actor, council.community_id).role or "member",
        community_id=council.community_id, target=("council", council.thread_id),
        body={"council_id": council.thread_id, "item_id": item_id},
    )  # fmt: skip
