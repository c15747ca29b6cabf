"""Applications, the waiting list and invitations, as pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from community.accounts.models import User
from community.communities.models import (
    OPEN_STATES,
    Application,
    ApplicationStep,
    Community,
    Invitation,
)
from community.communities.queries.people import PERSON, Person, with_school
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db
from community.core.errors import NotFound

CLOSED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an application's state."""

    state: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """An application with its applicant and its history."""

    id: int
    person: Person
    role: str
    email_confirmed: bool
    why: str
    state: str
    created_at: datetime
    offer_until: datetime | None
    reason: str
    invited: bool
    place: int | None
    steps: Sequence[Step]

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to happen."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Queue:
    """The administrators' queue: to decide, offered, waiting with places, decided lately."""

    new: Sequence[Case]
    offered: Sequence[Case]
    waiting: Sequence[Case]
    closed: Sequence[Case]


def queue(community_id: int) -> Queue:
    """Return everything about a community's admissions, oldest first; decided ones newest first."""
    still = Application.state.in_(OPEN_STATES)
    here = Application.community_id == community_id
    opened = _cases(_select().where(here, still).order_by(Application.created_at, Application.id))
    closed = _cases(
        _select()
        .where(here, ~still)
        .order_by(Application.decided_at.desc(), Application.id.desc())
        .limit(CLOSED_SHOWN)
    )
    waiting = sorted(
        (each for each in opened if each.state == "waitlisted"), key=lambda each: each.place or 0
    )
    return Queue(
        [each for each in opened if each.state == "new"],
        [each for each in opened if each.state == "offered"],
        waiting,
        closed,
    )


def waiting_count(_actor: Actor, community_id: int) -> int:
    """Count the applications that await a decision; for the rail."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Application.community_id == community_id, Application.state == "new"
            )
        )
        or 0
    )


def last_case(community_id: int, user_id: int) -> Case | None:
    """Return the person's open application, or else the latest one, or None."""
    rows = _cases(
        _select()
        .where(Application.community_id == community_id, Application.user_id == user_id)
        .order_by(Application.id.desc())
        .limit(5)
    )
    return next((each for each in rows if each.is_open), rows[0] if rows else None)


def case_in(community_id: int, application_id: int) -> int:
    """Return the id when the application belongs to the community, else raise ``NotFound``."""
    found = db.session.scalar(
        select(Application.id).where(
            Application.id == application_id, Application.community_id == community_id
        )
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as its maker and the administrators follow it (A14)."""

    id: int
    maker: str
    admits: bool
    note: str
    email: str | None
    uses: int
    uses_limit: int
    opened: int
    accepted: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def state(self) -> str:
        """Return ``open``, ``revoked``, ``used_up`` or ``expired``."""
        if self.revoked_at is not None:
            return "revoked"
        if self.uses >= self.uses_limit:
            return "used_up"
        return "expired" if now() >= self.expires_at else "open"


def invitations(community_id: int, *, maker_id: int | None = None) -> list[Invited]:
    """Return the invitations of a community, or one member's, the newest first."""
    accepted = (
        select(func.count())
        .where(Application.invitation_id == Invitation.id, Application.state == "approved")
        .scalar_subquery()
    )
    statement = (
        select(
            Invitation.id, User.name, Invitation.admits, Invitation.note, Invitation.email,
            Invitation.uses, Invitation.uses_limit, Invitation.opened, accepted,
            Invitation.created_at, Invitation.expires_at, Invitation.revoked_at,
        )
        .join(User, User.id == Invitation.made_by)
        .where(Invitation.community_id == community_id)
        .order_by(Invitation.id.desc())
        .limit(200)
    )  # fmt: skip
    if maker_id is not None:
        statement = statement.where(Invitation.made_by == maker_id)
    return [Invited(*row) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Door:
    """What an invitation's page needs to know before anybody signs in."""

    community_id: int
    slug: str
    maker: str
    note: str
    admits: bool
    revoked: bool
    expires_at: datetime
    uses: int
    uses_limit: int


def door(code: str) -> Door:
    """Return what stands behind an invitation's code, or raise ``NotFound``."""
    row = db.session.execute(
        select(
            Invitation.community_id, Community.slug, User.name, Invitation.note,
            Invitation.admits, Invitation.revoked_at.is_not(None), Invitation.expires_at,
            Invitation.uses, Invitation.uses_limit,
        )
        .join(Community, Community.id == Invitation.community_id)
        .join(User, User.id == Invitation.made_by)
        .where(Invitation.code_hash == Invitation.hash_of(code))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return Door(*row)


def _select() -> Any:
    return with_school(
        select(
            *PERSON, User.role, User.email_confirmed_at, Application.id.label("case_id"),
            Application.community_id, Application.why, Application.state, Application.created_at,
            Application.queued_at, Application.offer_until, Application.reason,
            Application.invitation_id,
        ).join(User, User.id == Application.user_id)
    )  # fmt: skip


def _cases(statement: Any) -> list[Case]:
    rows = db.session.execute(statement).all()
    steps = _steps([row.case_id for row in rows])
    order = _waiting_order({row.community_id for row in rows if row.state == "waitlisted"})
    return [
        Case(
            id=row.case_id,
            person=Person(*row[:5]),
            role=row.role,
            email_confirmed=row.email_confirmed_at is not None,
            why=row.why,
            state=row.state,
            created_at=row.created_at,
            offer_until=row.offer_until,
            reason=row.reason,
            invited=row.invitation_id is not None,
            place=order.get(row.case_id),
            steps=steps.get(row.case_id, ()),
        )
        for row in rows
    ]


def _waiting_order(communities: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for each in communities:
        ids = db.session.scalars(
            select(Application.id)
            .where(Application.community_id == each, Application.state == "waitlisted")
            .order_by(Application.queued_at, Application.id)
        )
        found |= {application_id: place for place, application_id in enumerate(ids, start=1)}
    return found


def _steps(ids: Sequence[int]) -> dict[int, list[Step]]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(
            ApplicationStep.application_id, ApplicationStep.state, ApplicationStep.at,
            func.coalesce(User.name, ""), ApplicationStep.reason,
        )
        .outerjoin(User, User.id == ApplicationStep.actor_id)
        .where(ApplicationStep.application_id.in_(ids))
        .order_by(ApplicationStep.id)
    )  # fmt: skip
    found: dict[int, list[Step]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Step(*row[1:]))
    return found
