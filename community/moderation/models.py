"""What moderators decide, why, and what people said about it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class Report(Base):
    """A member's complaint of a text, with one of the listed reasons (B02)."""

    __tablename__ = "reports"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="new")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[int]
    """The complaint's row in the journal."""
    __table_args__ = (
        CheckConstraint("state IN ('new', 'upheld', 'rejected')", name="state"),
        UniqueConstraint("entry_id", "reporter_id"),
        Index("ix_reports_community_id_state", "community_id", "state"),
    )


class Removal(Base):
    """A text hidden by a person, with grounds: article, quotation, reason (S3 §4 r5)."""

    __tablename__ = "removals"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Number of the decision: its row in the journal."""
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    moderator_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    article: Mapped[str] = mapped_column(String(60))
    quote: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    milder: Mapped[str] = mapped_column(String(20))
    was_held: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    restored_at: Mapped[datetime | None]
    restored_number: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("length(trim(reason)) >= 20", name="reasoned"),
        CheckConstraint("length(trim(quote)) > 0", name="quoted"),
        CheckConstraint("milder IN ('asked', 'moved', 'useless')", name="milder"),
        Index("ix_removals_author_id_at", "author_id", "at"),
        Index("ix_removals_entry_id", "entry_id"),
    )


class Appeal(Base):
    """An author's appeal against a decision; another person than the decider answers (B07)."""

    __tablename__ = "appeals"
    id: Mapped[int] = mapped_column(primary_key=True)
    decision: Mapped[int] = mapped_column(ForeignKey("removals.number"), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="new")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (
        CheckConstraint("state IN ('new', 'upheld', 'overturned')", name="state"),
        CheckConstraint("state = 'new' OR length(trim(answer)) >= 20", name="answered"),
        Index("ix_appeals_community_id_state", "community_id", "state"),
    )


class Warning_(Base):  # noqa: N801 — «Warning» is a built-in
    """A warning to a member, with its term (B10)."""

    __tablename__ = "warnings"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    number: Mapped[int] = mapped_column(unique=True)
    """The warning's row in the journal."""
    decision: Mapped[int | None] = mapped_column(ForeignKey("removals.number"))
    article: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    given_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]
    until: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_warnings_user_id_until", "user_id", "until"),)
