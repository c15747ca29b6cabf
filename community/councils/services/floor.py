"""The speakers' queue: hands are raised and lowered, the floor is given and taken back."""

from sqlalchemy import select

from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, NotFound
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.councils.models import Council, CouncilItem, CouncilTurn
from community.councils.policies import floor as policies
from community.councils.services.holding import council_for_change, heard_of, item_for_change
from community.publishing import services as publishing

KINDS = ("remark", "speech")


@use_case
def raise_hand(actor: Actor, council_id: int, item_id: int, kind: str) -> None:
    """Ask for the floor on the current item; who asks again for the other kind changes places."""
    if kind not in KINDS:
        raise NotFound
    council = council_for_change(council_id)
    item = item_for_change(council_id, item_id)
    is_here = heard_of(council.happening_id, actor.id) is not None
    who = standing(actor, council.community_id)
    require(policies.may_raise_hand(who, council.state, item.state, is_here=is_here))
    turn = _asked(item_id, actor.id)
    if turn is not None and (turn.state == "speaking" or turn.kind == kind):
        return
    if turn is None:
        turn = CouncilTurn(item_id=item_id, user_id=actor.id, kind=kind, asked_at=clock.now())
        db.session.add(turn)
    turn.kind, turn.asked_at = kind, clock.now()
    db.session.flush()
    publishing.stir(council_id)


@use_case
def withdraw_hand(actor: Actor, council_id: int, turn_id: int) -> None:
    """Lower one's own hand; nothing happens to one that is down already."""
    council_for_change(council_id)
    turn = _turn(council_id, turn_id)
    if turn.user_id != actor.id:
        require(deny("council.not_your_hand"))
    if turn.state == "waiting":
        turn.state, turn.ended_at = "withdrawn", clock.now()
        publishing.stir(council_id)


@use_case
def give_floor(actor: Actor, council_id: int, turn_id: int, after: int) -> None:
    """Give the floor to a raised hand; ``after`` is who spoke on the page that asked (0: nobody).

    Raises ``Conflict`` where somebody else has the floor meanwhile, or the hand is down.
    """
    council = _led(actor, council_id)
    turn = _turn(council_id, turn_id)
    _hand_over(council, turn, after)


@use_case
def give_next(actor: Actor, council_id: int, after: int) -> None:
    """Give the floor to the next in the order: remarks first, then speeches, as they were asked."""
    council = _led(actor, council_id)
    item_id = db.session.scalar(
        select(CouncilItem.thread_id).where(
            CouncilItem.council_id == council_id, CouncilItem.state == "current"
        )
    )
    waiting = _of(item_id or 0, "waiting")
    if not waiting:
        raise Conflict("council.nobody_asks")
    _hand_over(council, policies.in_order(waiting)[0], after)


@use_case
def end_turn(actor: Actor, council_id: int, turn_id: int) -> None:
    """End a turn: its speaker has finished, or a desk takes the floor back."""
    council = council_for_change(council_id)
    turn = _turn(council_id, turn_id)
    if turn.user_id != actor.id:
        require(policies.may_give_floor(standing(actor, council.community_id), council))
    if turn.state != "speaking":
        raise Conflict("council.turn_is_over")
    turn.state, turn.ended_at = "done", clock.now()
    publishing.stir(council_id)


def _hand_over(council: Council, turn: CouncilTurn, after: int) -> None:
    item = item_for_change(council.thread_id, turn.item_id)
    if item.state != "current" or turn.state != "waiting":
        raise Conflict("council.turn_is_over")
    speaking = _of(turn.item_id, "speaking")
    if after != (speaking[0].id if speaking else 0):
        raise Conflict("council.floor_is_given")
    moment = clock.now()
    for each in speaking:
        each.state, each.ended_at = "done", moment
    db.session.flush()
    turn.state, turn.began_at = "speaking", moment
    publishing.stir(council.thread_id)


def _led(actor: Actor, council_id: int) -> Council:
    council = council_for_change(council_id)
    require(policies.may_give_floor(standing(actor, council.community_id), council))
    return council


def _turn(council_id: int, turn_id: int) -> CouncilTurn:
    found = db.session.get(CouncilTurn, turn_id, populate_existing=True)
    if found is None or item_for_change(council_id, found.item_id).council_id != council_id:
        raise NotFound
    return found


def _of(item_id: int, state: str) -> list[CouncilTurn]:
    found = select(CouncilTurn).where(CouncilTurn.item_id == item_id, CouncilTurn.state == state)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def _asked(item_id: int, user_id: int) -> CouncilTurn | None:
    found = select(CouncilTurn).where(
        CouncilTurn.item_id == item_id,
        CouncilTurn.user_id == user_id,
        CouncilTurn.state.in_(("waiting", "speaking")),
    )
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
