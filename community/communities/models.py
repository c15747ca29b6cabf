"""Communities, memberships and roles; the cap is kept by the database itself (S3 §1)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText

CAP = 150
"""Permitted size of a community: everyone with access counts, administrators too (S3 §1)."""


class Community(Base):
    """A community of at most 150 people; a spin-off has a parent and a cap of its own (S3 §4)."""

    __tablename__ = "communities"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30), default="community")
    district: Mapped[str] = mapped_column(String(120), default="")
    goals: Mapped[str] = mapped_column(Text, default="")
    tasks: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    members: Mapped[int] = mapped_column(default=0)
    services: Mapped[dict[str, Any]] = mapped_column(JSONText, default=dict)
    """Service code -> switched on (T02)."""
    created_at: Mapped[datetime]
    __table_args__ = (CheckConstraint(f"members BETWEEN 0 AND {CAP}", name="cap"),)


class Membership(Base):
    """A person's place in a community; the row stays when they leave, the state tells."""

    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(12), default="active")
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    last_active_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("community_id", "user_id"),
        CheckConstraint("state IN ('active', 'suspended', 'left', 'removed')", name="state"),
        Index("ix_memberships_user_id_state", "user_id", "state"),
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
    order_date: Mapped[datetime | None]
    order_file_id: Mapped[int | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime]
    audit_number: Mapped[int]
    __table_args__ = (
        UniqueConstraint("membership_id", "role"),
        CheckConstraint("role IN ('administrator', 'moderator', 'expert')", name="role"),
    )
