"""Boards and topics; their words are entries of threads."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base

KINDS = ("discussion", "question", "experience", "case", "initiative", "study")
"""Kinds of topics: S0 4.1, S4 7.1, S1 1.5 (C02)."""


class Board(Base):
    """A section of the forum with a purpose; readable by members or by everyone."""

    __tablename__ = "boards"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[str] = mapped_column(String(12), default="formal")
    audience: Mapped[str] = mapped_column(String(10), default="members")
    place: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("community_id", "name"),
        CheckConstraint("kind IN ('formal', 'informal', 'moderation')", name="kind"),
        CheckConstraint("audience IN ('everyone', 'members')", name="audience"),
    )


class Topic(Base):
    """A thread on a board, of one of the kinds of C02."""

    __tablename__ = "topics"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    board_id: Mapped[int] = mapped_column(ForeignKey("boards.id"))
    kind: Mapped[str] = mapped_column(String(12), default="discussion")
    subject: Mapped[str] = mapped_column(String(80), default="")
    help_wanted_at: Mapped[datetime | None]
    """«Нужна помощь»: set while the author waits for help (C07)."""
    stage: Mapped[str | None] = mapped_column(String(10))
    """Of an initiative: proposed, taken, done (C03)."""
    pinned_at: Mapped[datetime | None]
    conclusion_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    """The entry that closes the discussion with a conclusion (C04)."""
    views: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("stage IS NULL OR stage IN ('proposed', 'taken', 'done')", name="stage"),
        CheckConstraint("stage IS NULL OR kind = 'initiative'", name="stage_of_initiative"),
        Index("ix_topics_community_id_pinned_at", "community_id", "pinned_at"),
    )


class ImportedEntry(Base):
    """An entry that came from a file, under its key there: a second import changes nothing."""

    __tablename__ = "imported_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(80))
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    __table_args__ = (UniqueConstraint("community_id", "source", "key"),)
