"""Roles: granted and taken openly, each change in the journal and told to the person (A09, B11)."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, select

from community.audit import services as audit
from community.communities import policies, ports
from community.communities.events import StandingChanged
from community.communities.models import Membership, RoleGrant
from community.communities.services import seats
from community.communities.services.members import member
from community.communities.services.seats import Room
from community.communities.standing import standing
from community.core import outbox
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db
from community.core.errors import Invalid
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.notices import services as notices


@use_case
def grant(
    actor: Actor,
    community_id: int,
    user_id: int,
    role: str,
    *,
    fields: str = "",
    order_number: str | None = None,
    order_date: date | None = None,
    order_file_id: int | None = None,
) -> None:
    """Give a member a role; a moderator is appointed by an order with number and date (B11)."""
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    found = member(room, user_id)
    if found.state != "active":
        require(deny("member.not_found"))
    _check(actor, role, fields, order_number, order_date)
    if order_file_id is not None:
        ports.claim_paper(actor, order_file_id, room.id)
    bestow(
        actor,
        room,
        found,
        role,
        fields=fields.strip(),
        order_number=order_number,
        order_date=order_date,
        order_file_id=order_file_id,
    )
    notices.tell(
        [user_id],
        f"role.granted.{role}",
        community_id=room.id,
        url=f"/c/{room.slug}/",
        params={"community": room.name},
    )


def bestow(
    actor: Actor,
    room: Room,
    found: Membership,
    role: str,
    *,
    fields: str = "",
    order_number: str | None = None,
    order_date: date | None = None,
    order_file_id: int | None = None,
) -> None:
    """Store a role with its journal row; the caller has asked whether it may."""
    if role in roles_of(found):
        require(deny("role.held_already"))
    order = f"{order_number}, {order_date.isoformat()}" if order_number and order_date else ""
    number = audit.record(
        actor,
        "role.granted",
        actor_role=standing(actor, room.id).role,
        community_id=room.id,
        target=("user", found.user_id),
        body={"role": role},
        sealed={"order": order} if order else None,
    )
    if role == "administrator":
        seats.add_administrator(room)
    db.session.add(
        RoleGrant(
            membership_id=found.id,
            role=role,
            fields=fields,
            order_number=order_number,
            order_date=order_date,
            order_file_id=order_file_id,
            granted_by=actor.user_id,
            granted_at=now(),
            audit_number=number,
        )
    )
    db.session.flush()
    outbox.emit(StandingChanged(community_id=room.id, user_id=found.user_id))


@use_case
def revoke(actor: Actor, community_id: int, user_id: int, role: str) -> None:
    """Take a role off; a community never stays without an administrator."""
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    _take_off(actor, room, member(room, user_id), role)
    notices.tell(
        [user_id],
        f"role.revoked.{role}",
        community_id=room.id,
        url=f"/c/{room.slug}/",
        params={"community": room.name},
    )


@use_case
def hand_over(actor: Actor, community_id: int, user_id: int) -> None:
    """Pass one's own administrator's role to another member, in one step (A09)."""
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    if user_id == actor.id:
        require(deny("member.not_yourself"))
    heir = member(room, user_id)
    if "administrator" not in roles_of(heir):
        grant(actor, community_id, user_id, "administrator")
    _take_off(actor, room, member(room, actor.id), "administrator")


def roles_of(found: Membership) -> frozenset[str]:
    """Return the roles that a member holds."""
    return frozenset(
        db.session.scalars(select(RoleGrant.role).where(RoleGrant.membership_id == found.id))
    )


def _take_off(actor: Actor, room: Room, found: Membership, role: str) -> None:
    if role not in roles_of(found):
        require(deny("role.not_held"))
    acting_as = standing(actor, room.id).role
    if role == "administrator":
        seats.drop_administrator(room)
    db.session.execute(
        delete(RoleGrant).where(RoleGrant.membership_id == found.id, RoleGrant.role == role)
    )
    audit.record(
        actor,
        "role.removed",
        actor_role=acting_as,
        community_id=room.id,
        target=("user", found.user_id),
        body={"role": role},
    )
    outbox.emit(StandingChanged(community_id=room.id, user_id=found.user_id))


def _check(
    actor: Actor, role: str, fields: str, order_number: str | None, order_date: date | None
) -> None:
    if role not in ("administrator", "moderator", "expert"):
        raise Invalid({"role": [_("There is no such role.")]})
    said: dict[str, list[str]] = {}
    if role == "moderator" and not (order_number or "").strip():
        said["order_number"] = [_("A moderator is appointed by an order: give its number.")]
    if role == "moderator" and order_date is None:
        said["order_date"] = [_("Give the date of the order.")]
    if role == "expert" and not fields.strip():
        said["fields"] = [_("Say in which fields this person is an expert.")]
    if said:
        raise Invalid(said)
    ports.check_words(actor, fields=fields, order_number=order_number or "")
