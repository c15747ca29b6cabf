"""Standing: what a person is in a community, as a value that policies judge."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from community.communities.models import Membership, RoleGrant
from community.core.actor import Actor
from community.core.db import db


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's membership and roles in one community; a stranger has none of them."""

    user_id: int | None
    community_id: int
    is_member: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)
    joined_at: datetime | None = None
    is_system: bool = False

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


def standing(actor: Actor, community_id: int) -> Standing:
    """Return the actor's standing in the community, by one query; roles are empty for strangers."""
    if actor.kind == "system":
        return Standing(None, community_id, is_system=True)
    if actor.user_id is None:
        return Standing(None, community_id)
    rows = db.session.execute(
        select(Membership.joined_at, RoleGrant.role)
        .outerjoin(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(
            Membership.community_id == community_id,
            Membership.user_id == actor.user_id,
            Membership.state == "active",
        )
    ).all()
    if not rows:
        return Standing(actor.user_id, community_id)
    roles = frozenset(role for _, role in rows if role)
    return Standing(actor.user_id, community_id, True, roles, rows[0][0])
