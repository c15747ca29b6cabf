"""Seats: the one place where a person gets in or out, so that no way in makes a 151st (S3 §1).

The database is the wall: a guarded UPDATE under CHECK constraints. The cap rule of the engine is
asked first, so that a stricter rule set holds too. Everything here joins the caller's use case.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update

from community.audit import services as audit
from community.communities import ports
from community.communities.events import MemberJoined, MemberLeft
from community.communities.models import Community, Membership, RoleGrant
from community.core import outbox
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db
from community.core.errors import NotFound
from community.core.transactions import in_transaction
from community.core.verdict import Verdict, deny, require
from community.notices import services as notices

SPLIT_FROM = 140
"""From so many members on, the administrator is offered to split off an association (A07)."""


@dataclass(frozen=True, slots=True)
class Room:
    """A community's seats, read under the lock that every change of seats takes first."""

    id: int
    slug: str
    name: str
    members: int
    reserved: int
    cap: int
    offer_hours: int
    charter_version: int
    rules_version: int

    @property
    def free(self) -> int:
        """Count the seats that are neither taken nor promised."""
        return self.cap - self.members - self.reserved


def lock(community_id: int) -> Room:
    """Return the community's seats, locked until the transaction ends; raises ``NotFound``.

    Every use case that moves seats or roles takes this lock before any other, so two of them
    never wait for each other. SQLite needs no row lock: its writers stand in one line.
    """
    if not in_transaction():
        raise RuntimeError("seats are locked inside a use case")
    c = Community
    row = db.session.execute(
        select(
            c.id,
            c.slug,
            c.name,
            c.members,
            c.reserved,
            c.cap,
            c.offer_hours,
            c.charter_version,
            c.rules_version,
        )
        .where(c.id == community_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Room(*row)


def may_take(room: Room) -> Verdict:
    """Tell whether a free seat is there and the cap rule lets it be taken."""
    if room.free <= 0:
        return deny("community.full", cap=room.cap)
    return ports.may_seat(room.members, room.cap)


def take(actor: Actor, room: Room, user_id: int, *, came_by: str, agreed: tuple[int, int]) -> None:
    """Seat a person on a free seat; raises ``Refused`` with «community.full» where there is none."""
    require(may_take(room))
    _guarded(
        room,
        update(Community)
        .where(Community.id == room.id, Community.members + Community.reserved < Community.cap)
        .values(members=Community.members + 1),
    )
    _seat(actor, room, user_id, came_by=came_by, agreed=agreed)


def take_reserved(actor: Actor, room: Room, user_id: int, *, agreed: tuple[int, int]) -> None:
    """Seat a person on the seat that was kept for them; the promise becomes a membership."""
    require(ports.may_seat(room.members, room.cap))
    _guarded(
        room,
        update(Community)
        .where(Community.id == room.id, Community.reserved > 0, Community.members < Community.cap)
        .values(members=Community.members + 1, reserved=Community.reserved - 1),
    )
    _seat(actor, room, user_id, came_by="offer", agreed=agreed)


def reserve(room: Room) -> None:
    """Keep one free seat for an offer; raises ``Refused`` where there is none."""
    _guarded(
        room,
        update(Community)
        .where(Community.id == room.id, Community.members + Community.reserved < Community.cap)
        .values(reserved=Community.reserved + 1),
    )


def release(room: Room) -> None:
    """Give a kept seat back: it was declined, withdrawn, or its term ran out."""
    _guarded(
        room,
        update(Community)
        .where(Community.id == room.id, Community.reserved > 0)
        .values(reserved=Community.reserved - 1),
    )


def vacate(room: Room, membership: Membership, *, state: str, note: str = "") -> None:
    """Free the seat of a member who left or was removed; roles end with it.

    Refuses with «community.last_administrator» rather than leave a community without one.
    """
    roles = set(
        db.session.scalars(select(RoleGrant.role).where(RoleGrant.membership_id == membership.id))
    )
    if "administrator" in roles:
        drop_administrator(room)
    db.session.execute(delete(RoleGrant).where(RoleGrant.membership_id == membership.id))
    membership.state, membership.state_note, membership.left_at = state, note, now()
    membership.suspended_until = membership.suspended_number = None
    membership.suspended_article = ""
    db.session.flush()
    _guarded(
        room,
        update(Community)
        .where(Community.id == room.id, Community.members > 0)
        .values(members=Community.members - 1),
    )
    outbox.emit(MemberLeft(community_id=room.id, user_id=membership.user_id))


def drop_administrator(room: Room) -> None:
    """Count one administrator less; the last one stays (A09)."""
    _guarded(
        room,
        update(Community)
        .where(Community.id == room.id, Community.administrators > 1)
        .values(administrators=Community.administrators - 1),
        refusal=deny("community.last_administrator"),
    )


def add_administrator(room: Room) -> None:
    """Count one administrator more."""
    _guarded(
        room,
        update(Community)
        .where(Community.id == room.id)
        .values(administrators=Community.administrators + 1),
    )


def _guarded(room: Room, statement: Any, *, refusal: Verdict | None = None) -> None:
    statement = statement.execution_options(synchronize_session=False)
    if db.session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        require(deny("community.full", cap=room.cap) if refusal is None else refusal)


def _seat(actor: Actor, room: Room, user_id: int, *, came_by: str, agreed: tuple[int, int]) -> None:
    moment = now()
    membership = db.session.scalars(
        select(Membership).where(Membership.community_id == room.id, Membership.user_id == user_id)
    ).one_or_none()
    if membership is None:
        membership = Membership(community_id=room.id, user_id=user_id)
        db.session.add(membership)
    elif membership.state in ("active", "suspended"):
        require(deny("application.already_member"))
    membership.state, membership.state_note, membership.left_at = "active", "", None
    membership.came_by, membership.joined_at = came_by, moment
    membership.last_active_at, membership.asked_to_confirm_at = moment, None
    membership.charter_agreed, membership.rules_agreed = agreed
    membership.agreed_at = moment if any(agreed) else None
    db.session.flush()
    audit.record(
        actor,
        "membership.admitted",
        community_id=room.id,
        target=("user", user_id),
        body={"came_by": came_by, "members": room.members + 1},
    )
    outbox.emit(MemberJoined(community_id=room.id, user_id=user_id))
    if room.members + 1 == SPLIT_FROM:
        notices.tell(
            administrators(room.id),
            "community.split_suggested",
            community_id=room.id,
            url=f"/c/{room.slug}/admin/spin-off",
            params={"community": room.name, "members": SPLIT_FROM},
        )


def administrators(community_id: int) -> list[int]:
    """Return the user ids of the community's administrators, eldest first."""
    return list(
        db.session.scalars(
            select(Membership.user_id)
            .join(RoleGrant, RoleGrant.membership_id == Membership.id)
            .where(Membership.community_id == community_id, RoleGrant.role == "administrator")
            .order_by(RoleGrant.granted_at, RoleGrant.id)
        )
    )


def miscounted() -> list[tuple[int, int, int]]:
    """Return (community, counter, rows) wherever a counter differs from what it counts."""
    real = (
        select(Membership.community_id, func.count().label("n"))
        .where(Membership.state.in_(("active", "suspended")))
        .group_by(Membership.community_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Community.id, Community.members, func.coalesce(real.c.n, 0))
        .outerjoin(real, real.c.community_id == Community.id)
        .where(Community.members != func.coalesce(real.c.n, 0))
        .order_by(Community.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
