"""Moves of the desk: opening, items, breaks, closing; each is made once, from the page that is current.

Every move names the ``version`` of the council that its page showed. Of two moves from the same page
the first is made and the second is refused with what has become of the council.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from community.audit import services as audit
from community.ballots.models import Ballot
from community.calendar import queries as calendar
from community.calendar.models import Happening, HappeningPerson, HappeningVisit
from community.calendar.services import appointing, attending
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.councils.events import CouncilCancelled, CouncilClosed
from community.councils.models import Council, CouncilItem, CouncilTurn, CouncilVote
from community.councils.policies import holding as policies
from community.councils.services import minutes, signing
from community.publishing import services as publishing
from community.publishing.models import Entry


@use_case
def begin(actor: Actor, council_id: int, version: int) -> None:
    """Open the council; the chairman counts as having come. A quorum is asked for by votes alone."""
    council = _moved(actor, council_id, version, "open")
    happening = db.session.get_one(Happening, council.happening_id)
    require(policies.may_open(happening.starts_at, clock.now()))
    attending.come(actor, council.happening_id)
    council.state, council.opened_at = "open", clock.now()
    minutes.begin(actor, council)
    counted = calendar.presence(council.happening_id)
    _journal(actor, council, "council.opened",
             expected=len(counted.expected), present=len(counted.counted))  # fmt: skip


@use_case
def pause(actor: Actor, council_id: int, version: int) -> None:
    """Announce a break: the time of the current item stands still."""
    council = _moved(actor, council_id, version, "pause")
    council.state = "break"
    for item in _current(council_id):
        _stop_clock(item)


@use_case
def resume(actor: Actor, council_id: int, version: int) -> None:
    """Go on after a break."""
    council = _moved(actor, council_id, version, "resume")
    council.state = "open"
    for item in _current(council_id):
        item.began_at = clock.now()


@use_case
def close(actor: Actor, council_id: int, version: int) -> None:
    """Close the council: votes must be over; the current item is done, the queue goes home."""
    council = _moved(actor, council_id, version, "close")
    _require_no_vote(council_id)
    for item in _current(council_id):
        _end_item(item, "done")
    council.state, council.closed_at = "closed", clock.now()
    attending.empty(council.happening_id)
    appointing.settle(council.happening_id, "over")
    _journal(actor, council, "council.closed")
    db.session.flush()
    emit(CouncilClosed(council_id=council_id))


@use_case
def cancel(actor: Actor, council_id: int, version: int) -> None:
    """Call a planned council off; the administrator and the moderators may do it too."""
    council = council_for_change(council_id)
    require(policies.may_prepare(standing(actor, council.community_id), council))
    advance(council, version)
    council.state = "cancelled"
    appointing.settle(council.happening_id, "cancelled")
    _journal(actor, council, "council.cancelled")
    emit(CouncilCancelled(council_id=council_id))


@use_case
def take_item(actor: Actor, council_id: int, item_id: int, version: int) -> None:
    """Go to an item; the one before is done, if its votes are over."""
    _moved(actor, council_id, version, "take")
    item = item_for_change(council_id, item_id)
    require(policies.can_move_item(item.state, "take"))
    for before in _current(council_id):
        _require_no_vote(council_id)
        _end_item(before, "done")
    db.session.flush()
    item.state, item.began_at = "current", clock.now()


@use_case
def finish_item(actor: Actor, council_id: int, item_id: int, version: int) -> None:
    """Finish the current item; its votes must be over."""
    _moved(actor, council_id, version, "finish")
    item = item_for_change(council_id, item_id)
    require(policies.can_move_item(item.state, "finish"))
    _require_no_vote(council_id)
    _end_item(item, "done")


@use_case
def put_off(actor: Actor, council_id: int, item_id: int, version: int) -> None:
    """Put an item off: it may be taken up again while the council is open."""
    _moved(actor, council_id, version, "put_off")
    item = item_for_change(council_id, item_id)
    require(policies.can_move_item(item.state, "put_off"))
    _require_no_vote(council_id)
    _end_item(item, "put_off")


@use_case
def pass_chair(actor: Actor, council_id: int, to_id: int, version: int) -> None:
    """Hand the chair to another who is expected; the secretary and the chairman change places."""
    council = council_for_change(council_id)
    who = standing(actor, council.community_id)
    require(policies.may_pass_chair(who, council))
    signing.require_unsealed(council_id)
    _require_expected(council, to_id)
    advance(council, version)
    _seat(actor, council, to_id)


@use_case
def take_chair(actor: Actor, council_id: int, version: int) -> None:
    """Take the chair of a chairman who is not heard of any more."""
    council = council_for_change(council_id)
    heard = heard_of(council.happening_id, council.chairman_id)
    who = standing(actor, council.community_id)
    require(policies.may_take_chair(who, council, heard, clock.now()))
    advance(council, version)
    _seat(actor, council, actor.id)


@use_case
def appoint_secretary(actor: Actor, council_id: int, to_id: int, version: int) -> None:
    """Let another write the minutes, for the secretary who dropped out."""
    council = council_for_change(council_id)
    require(policies.may_pass_chair(standing(actor, council.community_id), council))
    signing.require_unsealed(council_id)
    _require_expected(council, to_id)
    if to_id == council.chairman_id:
        require(deny("council.two_people"))
    advance(council, version)
    was, council.secretary_id = council.secretary_id, to_id
    minutes.seat(council)
    signing.fell(actor, council)
    _journal(actor, council, "council.secretary_changed", was=was, now=to_id)


def heard_of(happening_id: int, user_id: int) -> datetime | None:
    """Return when a person was last heard of at a happening; None for one who is not there."""
    moment: datetime | None = db.session.scalar(
        select(HappeningVisit.seen_at).where(
            HappeningVisit.happening_id == happening_id,
            HappeningVisit.user_id == user_id,
            HappeningVisit.left_at.is_(None),
        )
    )
    return moment


def council_for_change(council_id: int) -> Council:
    """Load a council under its lock; raises ``NotFound``."""
    found = db.session.scalars(
        select(Council)
        .where(Council.thread_id == council_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def item_for_change(council_id: int, item_id: int) -> CouncilItem:
    """Load an item of a locked council; raises ``NotFound``."""
    found = db.session.get(CouncilItem, item_id, populate_existing=True)
    if found is None or found.council_id != council_id:
        raise NotFound
    return found


def _moved(actor: Actor, council_id: int, version: int, move: str) -> Council:
    """Return the locked council after its policy and its version allowed the move."""
    council = council_for_change(council_id)
    require(policies.may_move(standing(actor, council.community_id), council, move))
    advance(council, version)
    return council


def advance(council: Council, version: int) -> None:
    """Count a move of the desk and tell open pages; raises ``Conflict`` for one from an old page."""
    if council.version != version:
        raise Conflict("council.moved_on")
    council.version += 1
    publishing.stir(council.thread_id)


def _current(council_id: int) -> list[CouncilItem]:
    found = select(CouncilItem).where(
        CouncilItem.council_id == council_id, CouncilItem.state == "current"
    )
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def _stop_clock(item: CouncilItem) -> None:
    """Add the time since the item began; a clock that was set back takes nothing away."""
    if item.began_at is not None:
        item.spent += max(0, int((clock.now() - item.began_at).total_seconds()))
    item.began_at = None


def _end_item(item: CouncilItem, state: str) -> None:
    _stop_clock(item)
    item.state = state
    moment = clock.now()
    asked = select(CouncilTurn).where(
        CouncilTurn.item_id == item.thread_id, CouncilTurn.state.in_(("waiting", "speaking"))
    )
    for turn in db.session.scalars(asked):
        turn.state = "done" if turn.state == "speaking" else "withdrawn"
        turn.ended_at = moment
    db.session.flush()


def _require_no_vote(council_id: int) -> None:
    open_votes = (
        select(Ballot.id)
        .join(CouncilVote, CouncilVote.ballot_id == Ballot.id)
        .join(CouncilItem, CouncilItem.thread_id == CouncilVote.item_id)
        .join(Entry, Entry.id == Ballot.entry_id)
        .where(
            CouncilItem.council_id == council_id,
            Ballot.state == "open",
            Entry.state == "published",  # a question that a moderator hid must not hold the council
        )
        .limit(1)
    )
    if db.session.scalar(open_votes) is not None:
        require(deny("council.vote_goes_on"))


def _require_expected(council: Council, user_id: int) -> None:
    if db.session.get(HappeningPerson, (council.happening_id, user_id)) is None:
        raise NotFound


def _seat(actor: Actor, council: Council, to_id: int) -> None:
    was = council.chairman_id
    if to_id == council.secretary_id:
        council.secretary_id = was
    council.chairman_id = to_id
    minutes.seat(council)
    signing.fell(actor, council)
    _journal(actor, council, "council.chair_passed", was=was, now=to_id)


def _journal(actor: Actor, council: Council, kind: str, **body: Any) -> None:
    audit.record(
        actor, kind, actor_role=standing(actor, council.community_id).role or "member",
        community_id=council.community_id, target=("council", council.thread_id),
        body={"council_id": council.thread_id, **body},
    )  # fmt: skip
