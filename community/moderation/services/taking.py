"""Two moderators do not decide one case at once: a case is taken up for a while, or free."""

from datetime import timedelta

from sqlalchemy import or_, select

from community.accounts.models import User
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.errors import Conflict, NotFound
from community.core.transactions import use_case
from community.core.verdict import require
from community.moderation import policies
from community.moderation.models import Taking
from community.moderation.services.settling import release_case
from community.publishing import waiting

TERM = timedelta(hours=2)
"""So long a case is kept for who took it up; then it is free again."""


@use_case
def take(actor: Actor, community_id: int, kind: str, case_id: int, *, version: int) -> None:
    """Take up a case of the queue; raises ``Conflict`` when another has it, or it is gone or changed."""
    who = standing(actor, community_id)
    require(policies.may_see_queue(who))
    case = next(
        (each for each in waiting.waiting(who) if (each.kind, each.id) == (kind, case_id)), None
    )
    if case is None:
        raise Conflict("case.gone")
    if case.version != version:
        raise Conflict("case.changed")
    claim(actor, community_id, kind, case_id)


@use_case
def give_back(actor: Actor, community_id: int, kind: str, case_id: int) -> None:
    """Return a case that one has taken up, undecided."""
    held = _held(kind, case_id)
    if held is None or held.community_id != community_id:
        raise NotFound
    if held.taken_by != actor.user_id:
        raise Conflict("case.not_yours")
    release_case(kind, case_id)


def claim(actor: Actor, community_id: int, kind: str, case_id: int) -> None:
    """Keep a case for the actor; raises ``Conflict`` with the name of who has it."""
    moment = clock.now()
    row = {"taken_by": actor.id, "taken_at": moment, "until": moment + TERM}
    statement = insert(Taking).values(community_id=community_id, kind=kind, case_id=case_id, **row)
    free = or_(Taking.taken_by == actor.id, Taking.until <= moment)
    taken = statement.on_conflict_do_update(
        index_elements=["kind", "case_id"], set_=row, where=free
    ).returning(Taking.id)
    if db.session.execute(taken).first() is None:
        require_mine(actor, kind, case_id)


def require_mine(actor: Actor, kind: str, case_id: int) -> None:
    """Raise ``Conflict`` while another person has the case; a free one may be decided at once."""
    held = _held(kind, case_id)
    if held is None or held.taken_by == actor.user_id or held.until <= clock.now():
        return
    name = db.session.scalar(select(User.name).where(User.id == held.taken_by)) or ""
    raise Conflict("case.taken", name=name)


def _held(kind: str, case_id: int) -> Taking | None:
    return db.session.scalar(
        select(Taking)
        .where(Taking.kind == kind, Taking.case_id == case_id)
        .execution_options(populate_existing=True)
    )


@use_case
def forget(entry_id: int) -> None:
    """Forget who had the case of a text: it is decided."""
    for kind in ("hold", "report"):
        release_case(kind, entry_id)
