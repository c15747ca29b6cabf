"""A survey, its questions, and answers that nobody signs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText

KINDS = ("one", "many", "scale", "text")
SCALE = 5


class Survey(Base):
    """Questions to people outside. Its words, questions and options included, are one entry."""

    __tablename__ = "surveys"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), unique=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """The address that lets in; whoever has it may answer."""
    state: Mapped[str] = mapped_column(String(6), default="open")
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        Index("ix_surveys_community_id_state", "community_id", "state", "id"),
    )


class SurveyQuestion(Base):
    """One question; its words are part of the survey's entry."""

    __tablename__ = "survey_questions"
    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(5))
    label: Mapped[str] = mapped_column(String(300))
    options: Mapped[list[str]] = mapped_column(JSONText)
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("ix_survey_questions_survey_id", "survey_id", "place", unique=True),
    )


class SurveyAnswer(Base):
    """What one device sent: no name, no address, no time; the key is drawn at random."""

    __tablename__ = "survey_answers"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id"))
    given: Mapped[dict[str, Any]] = mapped_column(JSONText)
    """Question id -> numbers of the chosen options, a number of the scale, or words."""
    __table_args__ = (
        Index("ix_survey_answers_survey_id", "survey_id"),
        {"sqlite_with_rowid": False},
    )
