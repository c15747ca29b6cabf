"""What this floor does when others act or time passes: leaving, archives, offers, counters."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from community.accounts.models import User
from community.accounts.my_data import DataFile, as_json, provider
from community.accounts.services.leaving import before_leaving, on_leaving
from community.audit.checkpoints import on_checkpoint
from community.communities.models import Application, Community, Membership, RoleGrant
from community.communities.services import lapse_due, leave_all, members, seats
from community.core.actor import SYSTEM, Actor
from community.core.clock import now
from community.core.db import db
from community.core.verdict import ALLOW, Verdict, deny
from community.core.worker import duty

log = logging.getLogger(__name__)
_COUNT_EVERY = timedelta(hours=24)
_counted: list[datetime] = []


@duty
def end_offers() -> None:
    """Offer seats on whose term has run out; each in a transaction of its own, so N workers agree."""
    lapse_due()


@duty
def end_suspensions() -> None:
    """Let members write again when the term of their suspension is over."""
    for community_id, user_id in members.suspensions_due():
        members.resume(SYSTEM, community_id, user_id)


@duty
def count_members() -> None:
    """Once a day compare each counter with its rows; a difference is for the operator to see."""
    if _counted and now() - _counted[-1] < _COUNT_EVERY:
        return
    _counted[:] = [now()]
    for community_id, counter, rows in seats.miscounted():
        log.error(
            "community %s counts %s members and has %s: run `community doctor`",
            community_id, counter, rows,
        )  # fmt: skip


@before_leaving
def not_the_last_administrator(user_id: int) -> Verdict:
    """A person who is the only administrator somewhere hands the role over before leaving (A09)."""
    name = db.session.scalar(
        select(Community.name)
        .join(Membership, Membership.community_id == Community.id)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(
            Membership.user_id == user_id,
            RoleGrant.role == "administrator",
            Community.administrators == 1,
        )
        .limit(1)
    )
    return ALLOW if name is None else deny("community.only_administrator_of", community=name)


@on_leaving
def leave_communities(actor: Actor, anonymised: bool) -> None:  # noqa: FBT001 — the hook's shape
    """Free the person's seats; words of their applications go with the name (152-ФЗ)."""
    leave_all(actor)
    if anonymised:
        for each in db.session.scalars(select(Application).where(Application.user_id == actor.id)):
            each.why = "—"


@on_checkpoint
def witnesses() -> list[str]:
    """Send checkpoints of the journal to every administrator and moderator (rules, §7)."""
    rows = db.session.scalars(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(RoleGrant.role.in_(("administrator", "moderator")), Membership.state == "active")
        .distinct()
    )
    return [email for email in rows if email]


@provider("communities")
def my_communities(user_id: int) -> Iterator[DataFile]:
    """Gather memberships and applications for the archive «Мои данные»."""
    members = db.session.execute(
        select(
            Community.name, Membership.state, Membership.state_note, Membership.joined_at,
            Membership.left_at, Membership.charter_agreed, Membership.rules_agreed,
        )
        .join(Community, Community.id == Membership.community_id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.id)
    )  # fmt: skip
    rows = [dict(row) for row in members.mappings()]
    yield DataFile("memberships.json", as_json(rows), "Участие в сообществах")
    applied = db.session.execute(
        select(
            Community.name, Application.why, Application.state, Application.reason,
            Application.created_at, Application.decided_at,
        )
        .join(Community, Community.id == Application.community_id)
        .where(Application.user_id == user_id)
        .order_by(Application.id)
    )  # fmt: skip
    rows = [dict(row) for row in applied.mappings()]
    yield DataFile("applications.json", as_json(rows), "Заявки")
