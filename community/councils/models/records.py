"""What stays of a council: notes of the secretary, minutes, objections, tasks.

They live on after the meeting.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText


class CouncilMinutes(Base):
    """The minutes of a council («протокол»): their thread holds the notes and the objections."""

    __tablename__ = "council_minutes"
    council_id: Mapped[int] = mapped_column(
        ForeignKey("councils.thread_id"), primary_key=True, autoincrement=False
    )
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    school_year: Mapped[int]
    """The year in which the school year began, on the first of September."""
    state: Mapped[str] = mapped_column(String(10), default="draft")
    """draft, then objections (shown to all, till a date), then signing, then sealed."""
    number: Mapped[int]
    """Its number among the minutes of the school year."""
    objections_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    secretary_signed_at: Mapped[datetime | None]
    secretary_signed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    chairman_signed_at: Mapped[datetime | None]
    chairman_signed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    """The minutes as they were signed; the page, the print and the file are drawn from it."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Hash of the canonical form of ``content``; the journal's row keeps it too."""
    sealed_number: Mapped[int | None]
    """The journal's row of the sealing."""
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'objections', 'signing', 'sealed')", name="state"),
        CheckConstraint(
            "(state = 'sealed') = (sha256 IS NOT NULL AND content IS NOT NULL"
            " AND sealed_number IS NOT NULL AND secretary_signed_at IS NOT NULL"
            " AND chairman_signed_at IS NOT NULL)",
            name="sealed",
        ),
        CheckConstraint("secretary_signed_by <> chairman_signed_by", name="two_hands"),
        UniqueConstraint("community_id", "school_year", "number"),
    )


class CouncilNote(Base):
    """What the secretary wrote down of an item: whom they heard, who spoke, what was decided."""

    __tablename__ = "council_notes"
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("entries.id"), primary_key=True, autoincrement=False
    )
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.thread_id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("council_items.thread_id"))
    kind: Mapped[str] = mapped_column(String(8))
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    turn_id: Mapped[int | None] = mapped_column(ForeignKey("council_turns.id"))
    ballot_id: Mapped[int | None] = mapped_column(ForeignKey("ballots.id"))
    """The vote by which a decision was taken; one may be taken without."""
    place: Mapped[int]
    """Its turn among the notes of the item; a note written anew keeps the place of the old one."""
    dropped_at: Mapped[datetime | None]
    """Since when it is not part of the minutes: taken out, or written anew by another secretary."""
    __table_args__ = (
        CheckConstraint("kind IN ('heard', 'spoke', 'resolved')", name="kind"),
        Index("ix_council_notes_item_id", "item_id"),
        Index("ix_council_notes_council_id", "council_id"),
    )


class CouncilObjection(Base):
    """A remark of a participant on the minutes, and what became of it."""

    __tablename__ = "council_objections"
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("entries.id"), primary_key=True, autoincrement=False
    )
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.thread_id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("council_items.thread_id"))
    """The item that it is about; the minutes as a whole where none is named."""
    state: Mapped[str] = mapped_column(String(8), default="open")
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        CheckConstraint("state IN ('open', 'accepted', 'declined')", name="state"),
        CheckConstraint("(state = 'open') = (answered_by IS NULL)", name="answered"),
        Index("ix_council_objections_council_id", "council_id"),
    )


class CouncilTask(Base):
    """A decision to be carried out: nobody's until a member takes it (A12, S3 §6 rights 3).

    It is a thread of its own: the words open it, refusals and the report follow.
    """

    __tablename__ = "council_tasks"
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("entries.id"), primary_key=True, autoincrement=False
    )
    """Its words, which open its thread."""
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.thread_id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("council_items.thread_id"))
    state: Mapped[str] = mapped_column(String(8), default="offered")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """To whom it is offered, or who took it; nobody where anyone may."""
    offered_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date]
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    report_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    """What its owner says of how it was done."""
    reminded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        CheckConstraint(
            "state IN ('offered', 'taken', 'declined', 'done', 'dropped')", name="state"
        ),
        CheckConstraint("state <> 'taken' OR owner_id IS NOT NULL", name="owned"),
        CheckConstraint(
            "(taken_at IS NULL) = (state IN ('offered', 'declined')) OR state = 'dropped'",
            name="accepted",
        ),
        CheckConstraint("(state IN ('done', 'dropped')) = (closed_at IS NOT NULL)", name="ended"),
        Index("ix_council_tasks_council_id", "council_id"),
        Index("ix_council_tasks_owner_id_state", "owner_id", "state"),
        Index("ix_council_tasks_community_id_state", "community_id", "state"),
    )
