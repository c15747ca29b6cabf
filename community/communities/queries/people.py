"""People of a community: who holds a role, who is a member, who has been silent for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from community.accounts.models import Organisation, User
from community.communities.models import Community, Membership, RoleGrant
from community.communities.queries.roles import HELD, ORDER, Held
from community.core.clock import now
from community.core.db import db
from community.web.page import hue, initials

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the macros of people.html draw them."""

    id: int
    name: str
    school: str
    post: str
    subjects: str
    photo_url: str | None = None
    role_name: str = ""

    @property
    def initials(self) -> str:
        """Return «АС»."""
        return initials(self.name)

    @property
    def hue(self) -> int:
        """Return the colour of the initials."""
        return hue(self.id)

    @property
    def url(self) -> str:
        """Return the address of the profile."""
        return f"/people/{self.id}"


PERSON = (
    User.id,
    User.name,
    func.coalesce(Organisation.short_name, "").label("school"),
    User.post,
    User.subject_line,
)


def with_school(statement: Any) -> Any:
    """Join the person's organisation to a statement about ``User``."""
    return statement.outerjoin(Organisation, Organisation.id == User.organisation_id)


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the administrators' page shows them."""

    person: Person
    state: str
    state_note: str
    suspended_until: datetime | None
    joined_at: datetime
    last_active_at: datetime | None
    asked_at: datetime | None
    has_agreed: bool
    roles: tuple[Held, ...] = ()

    def holds(self, role: str) -> bool:
        """Tell whether the member holds the role."""
        return any(each.role == role for each in self.roles)


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One numbered page of members."""

    rows: Sequence[Member]
    number: int
    last: int
    total: int


def officers(community_id: int) -> dict[str, list[tuple[Person, Held]]]:
    """Return the holders of each role, eldest first; for the community's face."""
    rows = db.session.execute(
        with_school(
            select(*PERSON, *HELD)
            .join(Membership, Membership.user_id == User.id)
            .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        )
        .where(Membership.community_id == community_id, Membership.state == "active")
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    ).all()
    found: dict[str, list[tuple[Person, Held]]] = {role: [] for role in ORDER}
    row: Any
    for row in rows:
        found[row.role].append((Person(*row[:5]), Held(*row[5:])))
    return found


def members(
    community_id: int, *, which: str = "all", months: int = 3, words: str = "", number: int = 1
) -> MemberPage:
    """Return members by name: ``all``, ``roles``, ``silent`` for N months, ``not_agreed``, ``suspended``."""
    wanted = _narrowed(_members(community_id), which, months)
    if words:
        folded = words.replace("\0", "").lower().replace("ё", "е")
        wanted = wanted.where(User.sort_name.contains(folded, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    last = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), last)
    rows = db.session.execute(
        wanted.order_by(User.sort_name, User.id).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    ).all()
    return MemberPage(_with_roles(rows), number, last, total)


def member(community_id: int, user_id: int) -> Member | None:
    """Return one member, suspended ones among them, or None."""
    rows = db.session.execute(_members(community_id).where(User.id == user_id)).all()
    return next(iter(_with_roles(rows)), None)


def names(community_id: int) -> list[tuple[int, str]]:
    """Return (id, full name) of every active member by name; for choosing one of them."""
    rows = db.session.execute(
        select(User.id, User.last_name, User.first_name, User.patronymic)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.community_id == community_id, Membership.state == "active")
        .order_by(User.sort_name, User.id)
    )
    return [(row[0], " ".join(part for part in row[1:] if part)) for row in rows]


def silent_ids(community_id: int, months: int) -> list[int]:
    """Return the members with no activity for ``months``."""
    statement = _narrowed(_members(community_id), "silent", months)
    return [row.id for row in db.session.execute(statement)]


def not_agreed(community_id: int) -> int:
    """Count the members who have yet to agree with the texts in force (A04)."""
    wanted = _narrowed(_members(community_id), "not_agreed", 0)
    return db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _members(community_id: int) -> Any:
    agreed = (Membership.charter_agreed == Community.charter_version) & (
        Membership.rules_agreed == Community.rules_version
    )
    return with_school(
        select(
            *PERSON,
            Membership.state,
            Membership.state_note,
            Membership.suspended_until,
            Membership.joined_at,
            Membership.last_active_at,
            Membership.asked_to_confirm_at,
            agreed.label("agreed"),
            Membership.id.label("membership_id"),
        )
        .join(Membership, Membership.user_id == User.id)
        .join(Community, Community.id == Membership.community_id)
    ).where(Membership.community_id == community_id, Membership.state.in_(("active", "suspended")))


def _narrowed(statement: Any, which: str, months: int) -> Any:
    match which:
        case "silent":
            since = now() - timedelta(days=30 * months)
            return statement.where(
                Membership.state == "active",
                func.coalesce(Membership.last_active_at, Membership.joined_at) < since,
            )
        case "not_agreed":
            return statement.where(
                Membership.state == "active",
                (Membership.charter_agreed != Community.charter_version)
                | (Membership.rules_agreed != Community.rules_version),
            )
        case "suspended":
            return statement.where(Membership.state == "suspended")
        case "roles":
            return statement.where(
                select(RoleGrant.id).where(RoleGrant.membership_id == Membership.id).exists()
            )
        case _:
            return statement


def _with_roles(rows: Sequence[Any]) -> list[Member]:
    held: dict[int, list[Held]] = {}
    row: Any
    ids = [row.membership_id for row in rows]
    if ids:
        found = db.session.execute(
            select(RoleGrant.membership_id, *HELD).where(RoleGrant.membership_id.in_(ids))
        )
        for row in found:
            held.setdefault(row[0], []).append(Held(*row[1:]))
    return [
        Member(
            person=Person(*row[:5]),
            state=row.state,
            state_note=row.state_note,
            suspended_until=row.suspended_until,
            joined_at=row.joined_at,
            last_active_at=row.last_active_at,
            asked_at=row.asked_to_confirm_at,
            has_agreed=bool(row.agreed),
            roles=tuple(sorted(held.get(row.membership_id, ()), key=lambda each: ORDER[each.role])),
        )
        for row in rows
    ]
