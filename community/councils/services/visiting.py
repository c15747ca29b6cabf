"""People come to a council and leave it; open pages see it by the pulse of ``panels``."""

from datetime import datetime

from sqlalchemy import bindparam, select

from community.calendar.models import Happening, HappeningVisit
from community.calendar.services import attending
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, fetch
from community.core.transactions import use_case
from community.core.verdict import require
from community.councils.models import Council
from community.councils.policies import floor as policies
from community.councils.services.holding import council_for_change


@use_case
def come(actor: Actor, council_id: int) -> None:
    """Take down that a person has come («Я здесь»); the doors must be open.

    Under the lock of the council, so that nobody comes in behind its closing.
    Raises ``Refused`` (too early, over, not expected), ``NotFound``.
    """
    council = council_for_change(council_id)
    who = standing(actor, council.community_id)
    require(policies.may_come(who, council.state, _starts_at(council), clock.now()))
    attending.come(actor, council.happening_id)


@use_case
def leave(actor: Actor, council_id: int) -> None:
    """Take down that a person has left; of a council over some days nobody needs to leave."""
    council = council_for_change(council_id)
    if council.mode == "live":
        attending.leave(actor, council.happening_id)


_HEARD = (
    select(HappeningVisit.seen_at)
    .join(Council, Council.happening_id == HappeningVisit.happening_id)
    .where(
        Council.thread_id == bindparam("id"),
        HappeningVisit.user_id == bindparam("reader"),
        HappeningVisit.left_at.is_(None),
    )
)


def heard(actor: Actor, council_id: int) -> bool:
    """Do as ``here`` does, and write nothing where the person was heard of a moment ago."""
    row = fetch(_HEARD, id=council_id, reader=actor.id).one_or_none()
    if row is not None and clock.now() < row.seen_at + attending.HEARD_EVERY:
        return True
    return here(actor, council_id)


_HELD = select(Council.happening_id, Council.state).where(Council.thread_id == bindparam("id"))


@use_case
def here(actor: Actor, council_id: int) -> bool:
    """Take down that a person is heard of; tell whether they count as present. Locks no council."""
    row = db.session.execute(_HELD, {"id": council_id}).one_or_none()
    if row is None or row.state not in ("planned", *policies.GOES_ON):
        return False
    return attending.still_here(actor, row.happening_id)


def _starts_at(council: Council) -> datetime:
    return db.session.get_one(Happening, council.happening_id).starts_at
