"""The agenda of a planned council: minutes, rapporteurs, the order; what is taken off it."""

from sqlalchemy import select, update

from community.audit import services as audit
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import N_, deny, require
from community.councils.events import RapporteurAsked, ReportDeclined
from community.councils.models import Council, CouncilItem
from community.councils.policies import holding as policies
from community.councils.policies import planning as before
from community.councils.queries.people import expected
from community.councils.services.holding import advance, council_for_change, item_for_change
from community.councils.services.planning import ItemPlan, agenda_changed
from community.publishing.models import Thread


@use_case
def change_item(actor: Actor, council_id: int, item_id: int, plan: ItemPlan) -> None:
    """Give an item another rapporteur, who is told, or other minutes; raises ``Invalid``."""
    council, item = _prepared(actor, council_id, item_id)
    require_rapporteur(council, plan.rapporteur_id)
    if (item.rapporteur_id, item.minutes) == (plan.rapporteur_id, plan.minutes):
        return
    asked = plan.rapporteur_id if plan.rapporteur_id != item.rapporteur_id else None
    item.rapporteur_id, item.minutes = plan.rapporteur_id, plan.minutes
    agenda_changed(council)
    if asked is not None:
        emit(RapporteurAsked(item_id=item_id, user_id=asked, asked_by=actor.id))


@use_case
def move_item(actor: Actor, council_id: int, item_id: int, step: int, version: int) -> None:
    """Let an item change places with the one before it (``step`` -1) or after it (1)."""
    council, item = _prepared(actor, council_id, item_id)
    advance(council, version)
    if item.place is None:
        require(deny("council.item_not_now"))
    places = select(CouncilItem).where(CouncilItem.council_id == council_id)
    beside = CouncilItem.place < item.place if step < 0 else CouncilItem.place > item.place
    order = CouncilItem.place.desc() if step < 0 else CouncilItem.place
    other = db.session.scalars(places.where(beside).order_by(order).limit(1)).one_or_none()
    if other is not None:
        _swap(item, other)
        agenda_changed(council)


@use_case
def take_off(actor: Actor, council_id: int, item_id: int, version: int) -> None:
    """Take an item off the agenda; its words and its talk stay, the others close up."""
    council, item = _prepared(actor, council_id, item_id)
    advance(council, version)
    _close_up(council, item)
    _journal(actor, council, item_id)
    agenda_changed(council)


@use_case
def take_back(actor: Actor, council_id: int, item_id: int) -> None:
    """Let the author of a proposal take it back before it is answered."""
    council = council_for_change(council_id)
    item = item_for_change(council_id, item_id)
    require(before.can_answer_proposal(item.state))
    if author_of(item_id) != actor.id:
        require(deny("council.not_yours"))
    item.state = "withdrawn"
    agenda_changed(council)


@use_case
def drop_wordless(item_id: int) -> None:
    """Take an item off whose author took its words back, or whose words were hidden."""
    found = select(CouncilItem.council_id).where(CouncilItem.thread_id == item_id)
    council_id = db.session.scalar(found)
    if council_id is None:
        return
    council, item = council_for_change(council_id), item_for_change(council_id, item_id)
    if council.state == "planned" and before.can_change_item(item.state):
        _close_up(council, item)
        agenda_changed(council)


@use_case
def decline_report(actor: Actor, council_id: int, item_id: int) -> None:
    """Let the rapporteur say that they cannot report; the desk is told and finds another."""
    council = council_for_change(council_id)
    item = item_for_change(council_id, item_id)
    if item.rapporteur_id != actor.id:
        require(deny("council.not_the_rapporteur"))
    if council.state != "planned":
        require(deny("council.has_begun"))
    item.rapporteur_id = None
    agenda_changed(council)
    emit(ReportDeclined(item_id=item_id, user_id=actor.id))


def author_of(item_id: int) -> int | None:
    """Return who put an item forward."""
    author: int | None = db.session.scalar(select(Thread.author_id).where(Thread.id == item_id))
    return author


def require_rapporteur(council: Council, user_id: int | None) -> None:
    """Refuse a rapporteur who is not expected at the council; raises ``Invalid``."""
    if user_id is not None and user_id not in expected(council.happening_id):
        raise Invalid({"rapporteur_id": [N_("This person is not among those expected.")]})


def _prepared(actor: Actor, council_id: int, item_id: int) -> tuple[Council, CouncilItem]:
    """Return a locked council with an item that the actor may change now."""
    council = council_for_change(council_id)
    require(policies.may_prepare(standing(actor, council.community_id), council))
    item = item_for_change(council_id, item_id)
    require(before.can_change_item(item.state))
    return council, item


def _swap(item: CouncilItem, other: CouncilItem) -> None:
    """Change places of two items; a number is never held by two."""
    mine, theirs = item.place, other.place
    item.place = 0
    db.session.flush()
    other.place = mine
    db.session.flush()
    item.place = theirs
    db.session.flush()


def _close_up(council: Council, item: CouncilItem) -> None:
    place, item.place, item.state = item.place, None, "withdrawn"
    db.session.flush()
    if place is None:
        return
    after = select(CouncilItem.thread_id).where(
        CouncilItem.council_id == council.thread_id, CouncilItem.place > place
    )
    for thread_id in list(db.session.scalars(after.order_by(CouncilItem.place))):
        one = update(CouncilItem).where(CouncilItem.thread_id == thread_id)
        db.session.execute(one.values(place=CouncilItem.place - 1))


def _journal(actor: Actor, council: Council, item_id: int) -> None:
    audit.record(
        actor, "council.item_withdrawn",
        actor_role=standing(actor, council.community_id).role or "member",
        community_id=council.community_id, target=("council", council.thread_id),
        body={"council_id": council.thread_id, "item_id": item_id},
    )  # fmt: skip
