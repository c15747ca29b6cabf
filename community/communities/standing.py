"""Standing: what a person is in a community, as a value that policies judge."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import bindparam, select

from community.communities.models import Membership, RoleGrant
from community.core.actor import Actor
from community.core.db import db, fetch
from community.core.transactions import in_transaction


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's membership and roles in one community; a stranger has none of them."""

    user_id: int | None
    community_id: int
    is_member: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)
    joined_at: datetime | None = None
    is_system: bool = False
    is_suspended: bool = False
    """A suspended member keeps the seat and reads; words are for members in good standing."""
    suspended_until: datetime | None = None
    suspended_number: int | None = None
    """The decision, to be read and appealed against."""
    charter_agreed: int = 0
    rules_agreed: int = 0
    last_active_at: datetime | None = None
    paused_until: datetime | None = None
    """Until when a rule may keep the member from writing; publishing knows to whom and why."""

    @property
    def is_administrator(self) -> bool:
        """Tell whether the person administers the community."""
        return "administrator" in self.roles

    @property
    def is_moderator(self) -> bool:
        """Tell whether the person may moderate: a moderator, or an administrator standing in."""
        return bool(self.roles & {"moderator", "administrator"})

    @property
    def is_expert(self) -> bool:
        """Tell whether the person is an acknowledged expert of the community."""
        return "expert" in self.roles

    @property
    def reads(self) -> bool:
        """Tell whether the person may read inside: a member, suspended or not."""
        return self.is_member or self.is_suspended

    @property
    def role(self) -> str:
        """Return the strongest role, as the journal names who acted."""
        if self.is_system:
            return "system"
        for role in ("administrator", "moderator", "expert"):
            if role in self.roles:
                return role
        return "member" if self.is_member else ""


COLUMNS = (
    Membership.state,
    Membership.joined_at,
    Membership.charter_agreed,
    Membership.rules_agreed,
    Membership.last_active_at,
    Membership.suspended_until,
    Membership.suspended_number,
    Membership.paused_until,
    RoleGrant.role,
)


def standing_of(user_id: int, community_id: int, rows: Iterable[Any]) -> Standing:
    """Return the standing that rows of ``COLUMNS`` tell (one row per role, none for a stranger)."""
    found = [row for row in rows if row.state in ("active", "suspended")]
    if not found:
        return Standing(user_id, community_id)
    first = found[0]
    if first.state == "suspended":
        return Standing(
            user_id,
            community_id,
            joined_at=first.joined_at,
            is_suspended=True,
            suspended_until=first.suspended_until,
            suspended_number=first.suspended_number,
        )
    return Standing(
        user_id,
        community_id,
        is_member=True,
        roles=frozenset(row.role for row in found if row.role),
        joined_at=first.joined_at,
        charter_agreed=first.charter_agreed,
        rules_agreed=first.rules_agreed,
        last_active_at=first.last_active_at,
        paused_until=first.paused_until,
    )


_STANDING = (
    select(*COLUMNS)
    .outerjoin(RoleGrant, RoleGrant.membership_id == Membership.id)
    .where(Membership.community_id == bindparam("community"))
    .where(Membership.user_id == bindparam("user"))
)


def standing(actor: Actor, community_id: int) -> Standing:
    """Return the actor's standing in the community; asked once per request, and fresh in use cases."""
    if actor.kind == "system":
        return Standing(None, community_id, is_system=True)
    if actor.user_id is None:
        return Standing(None, community_id)
    kept = _kept()
    key = (actor.user_id, community_id)
    if kept is not None and key in kept:
        return kept[key]
    if in_transaction():
        db.session.flush()  # what the use case has changed already counts
    rows = fetch(_STANDING, community=community_id, user=actor.user_id).all()
    found = standing_of(actor.user_id, community_id, rows)
    if kept is not None:
        kept[key] = found
    return found


def keep(found: Standing) -> None:
    """Keep a standing that another query has already told, for the rest of this request."""
    kept = _kept()
    if kept is not None and found.user_id is not None:
        kept[found.user_id, found.community_id] = found


def _kept() -> dict[tuple[int, int], Standing] | None:
    """Return this request's standings; a write transaction reads the present and forgets them."""
    if not has_request_context():
        return None
    if in_transaction():
        g.pop("standings", None)
        return None
    kept: dict[tuple[int, int], Standing] = g.setdefault("standings", {})
    return kept
