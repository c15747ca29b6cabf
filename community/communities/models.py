"""Communities, memberships and roles; the cap is kept by the database itself (S3 §1)."""

import hashlib
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText

CAP = 150
"""Permitted size of a community: everyone with access counts, administrators too (S3 §1)."""

OPEN_STATES = ("new", "waitlisted", "offered")
"""States of an application that still awaits something."""

_OPEN = text("state IN ('new', 'waitlisted', 'offered')")


class Community(Base):
    """A community of at most 150 people; a spin-off has a parent and a cap of its own (S3 §4)."""

    __tablename__ = "communities"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30), default="community")
    scope: Mapped[str] = mapped_column(String(10), default="multi")
    """Надпредметное, мультипредметное, предметное (S3 §1)."""
    subjects: Mapped[list[str]] = mapped_column(JSONText, default=list)
    district: Mapped[str] = mapped_column(String(120), default="")
    tagline: Mapped[str] = mapped_column(String(200), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    goals: Mapped[str] = mapped_column(Text, default="")
    """One goal a line; so are the tasks."""
    tasks: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    cap: Mapped[int] = mapped_column(default=CAP)
    members: Mapped[int] = mapped_column(default=0)
    """Seats taken: active and suspended members."""
    reserved: Mapped[int] = mapped_column(default=0)
    """Seats offered to people of the waiting list and not answered yet."""
    administrators: Mapped[int] = mapped_column(default=0)
    offer_hours: Mapped[int] = mapped_column(default=72)
    charter_version: Mapped[int] = mapped_column(default=0)
    rules_version: Mapped[int] = mapped_column(default=0)
    services: Mapped[dict[str, Any]] = mapped_column(JSONText, default=dict)
    """Service code -> switched on (T02); a code that is missing is on."""
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"members BETWEEN 0 AND {CAP}", name="cap"),
        CheckConstraint(f"cap BETWEEN 2 AND {CAP}", name="own_cap"),
        CheckConstraint("reserved >= 0 AND members + reserved <= cap", name="seats"),
        CheckConstraint("administrators BETWEEN 0 AND members", name="administrators"),
        CheckConstraint("scope IN ('above', 'multi', 'subject')", name="scope"),
        CheckConstraint("offer_hours BETWEEN 1 AND 720", name="offer_hours"),
    )


class Membership(Base):
    """A person's place in a community; the row stays when they leave, the state tells."""

    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(12), default="active")
    state_note: Mapped[str] = mapped_column(Text, default="")
    """Why the person is suspended or was removed, as they were told."""
    suspended_until: Mapped[datetime | None]
    """When a suspension ends by itself; none for one without a term."""
    suspended_number: Mapped[int | None]
    """The suspension's row in the journal: the number of the decision."""
    suspended_article: Mapped[str] = mapped_column(String(60), default="")
    came_by: Mapped[str] = mapped_column(String(12), default="application")
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    last_active_at: Mapped[datetime | None]
    asked_to_confirm_at: Mapped[datetime | None]
    charter_agreed: Mapped[int] = mapped_column(default=0)
    """Number of the charter's version that the member agreed to; 0 for none yet (A04)."""
    rules_agreed: Mapped[int] = mapped_column(default=0)
    agreed_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    """The end of the latest pause that a rule asked of the member here; the pauses tell the rest."""
    __table_args__ = (
        UniqueConstraint("community_id", "user_id"),
        CheckConstraint("state IN ('active', 'suspended', 'left', 'removed')", name="state"),
        CheckConstraint(
            "came_by IN ('application', 'invitation', 'offer', 'founding', 'admission')",
            name="came_by",
        ),
        CheckConstraint("suspended_until IS NULL OR state = 'suspended'", name="suspended_until"),
        Index("ix_memberships_user_id_state", "user_id", "state"),
        Index("ix_memberships_community_id_state", "community_id", "state"),
    )


class RoleGrant(Base):
    """A role held by a member; a moderator's is an appointment by order (B11: number, date, file)."""

    __tablename__ = "role_grants"
    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    role: Mapped[str] = mapped_column(String(16))
    fields: Mapped[str] = mapped_column(String(300), default="")
    """Fields of an expert."""
    order_number: Mapped[str | None] = mapped_column(String(40))
    order_date: Mapped[date | None] = mapped_column(Date)
    order_file_id: Mapped[int | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime]
    audit_number: Mapped[int]
    __table_args__ = (
        UniqueConstraint("membership_id", "role"),
        CheckConstraint("role IN ('administrator', 'moderator', 'expert')", name="role"),
        CheckConstraint(
            "role <> 'moderator' OR (order_number IS NOT NULL AND order_date IS NOT NULL)",
            name="order",
        ),
    )


class Application(Base):
    """A person's wish to join: in the queue, on the waiting list, or with a seat kept for them."""

    __tablename__ = "applications"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    why: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="new")
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"))
    charter_version: Mapped[int]
    rules_version: Mapped[int]
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    """When the waiting list took them; the order of the list."""
    offer_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (
        CheckConstraint(
            "state IN ('new', 'waitlisted', 'offered', 'approved', 'refused', 'withdrawn',"
            " 'declined', 'lapsed')",
            name="state",
        ),
        CheckConstraint("state <> 'offered' OR offer_until IS NOT NULL", name="term"),
        CheckConstraint("state <> 'waitlisted' OR queued_at IS NOT NULL", name="place"),
        CheckConstraint("state <> 'refused' OR length(reason) >= 10", name="reason"),
        Index(
            "uq_applications_open",
            "community_id",
            "user_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_applications_community_id_state", "community_id", "state", "queued_at"),
        Index("ix_applications_user_id", "user_id"),
    )


class ApplicationStep(Base):
    """One change of an application's state: the history that applicant and administrator see."""

    __tablename__ = "application_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class Invitation(Base):
    """A link (or one letter) that invites; an administrator's admits, a member's recommends (A14)."""

    __tablename__ = "invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    admits: Mapped[bool]
    note: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    uses_limit: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    """How many have applied or come in by it."""
    opened: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("uses BETWEEN 0 AND uses_limit", name="uses"),
        CheckConstraint("uses_limit BETWEEN 1 AND 150", name="uses_limit"),
    )

    @staticmethod
    def hash_of(code: str) -> str:
        """Return what is stored of a code: a reader of the database cannot come in with it."""
        return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


class DocumentVersion(Base):
    """A version of the community's charter or rules: what exactly people agreed to (A04)."""

    __tablename__ = "document_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    kind: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        UniqueConstraint("community_id", "kind", "number"),
        CheckConstraint("kind IN ('charter', 'rules')", name="kind"),
    )
