"""A council, its agenda, the speakers' queue, the questions and the votes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, column, or_
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base

_RUNNING = column("state") == "current"
_ASKED = or_(column("state") == "waiting", column("state") == "speaking")
_SPEAKING = column("state") == "speaking"


class Council(Base):
    """A council: who leads it, by what quorum, where it stands now."""

    __tablename__ = "councils"
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("threads.id"), primary_key=True, autoincrement=False
    )
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    happening_id: Mapped[int] = mapped_column(ForeignKey("happenings.id"), unique=True)
    mode: Mapped[str] = mapped_column(String(9), default="live")
    """live: at an hour; stretched: over some days, who came once is counted till the end."""
    state: Mapped[str] = mapped_column(String(9), default="planned")
    chairman_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    secretary_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who takes the chair when the chairman drops out; the secretary where nobody is named."""
    quorum: Mapped[str] = mapped_column(String(10), default="half")
    proposals_until: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each move of the desk; a move from a page drawn before the last one is refused."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("councils.thread_id"))
    """The council whose decisions this one begins with."""
    __table_args__ = (
        CheckConstraint("mode IN ('live', 'stretched')", name="mode"),
        CheckConstraint(
            "state IN ('planned', 'open', 'break', 'closed', 'cancelled')", name="state"
        ),
        CheckConstraint("quorum IN ('half', 'two_thirds')", name="quorum"),
        CheckConstraint("chairman_id <> secretary_id", name="two_people"),
        CheckConstraint(
            "(state IN ('open', 'break', 'closed')) = (opened_at IS NOT NULL)", name="opened"
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_councils_community_id_state", "community_id", "state"),
    )


class CouncilItem(Base):
    """An item of the agenda; its words, documents and talk are its thread."""

    __tablename__ = "council_items"
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("threads.id"), primary_key=True, autoincrement=False
    )
    council_id: Mapped[int] = mapped_column(ForeignKey("councils.thread_id"))
    place: Mapped[int | None]
    """Its number in the agenda; none while it is only proposed, was declined or taken off."""
    state: Mapped[str] = mapped_column(String(9), default="listed")
    rapporteur_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    minutes: Mapped[int] = mapped_column(default=10)
    began_at: Mapped[datetime | None]
    """Since when it is talked of now; none while another item or a break is."""
    spent: Mapped[int] = mapped_column(default=0)
    """Seconds that were spent on it before ``began_at``."""
    is_review: Mapped[bool] = mapped_column(default=False)
    """The item that follows up the decisions of the council before."""
    declined_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    """Why a proposal was declined: the text under it that says so."""
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'declined', 'withdrawn', 'listed', 'current', 'done', 'put_off')",
            name="state",
        ),
        CheckConstraint(
            "(place IS NULL) = (state IN ('proposed', 'declined', 'withdrawn'))", name="placed"
        ),
        CheckConstraint("(state = 'declined') = (declined_id IS NOT NULL)", name="declined"),
        CheckConstraint("minutes BETWEEN 1 AND 240", name="minutes"),
        CheckConstraint("spent >= 0", name="spent"),
        UniqueConstraint("council_id", "place"),
        Index(
            "uq_council_items_current",
            "council_id",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
    )


class CouncilReading(Base):
    """A person has read the documents of an item («ознакомлен»)."""

    __tablename__ = "council_readings"
    item_id: Mapped[int] = mapped_column(ForeignKey("council_items.thread_id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    at: Mapped[datetime]


class CouncilTurn(Base):
    """A raised hand: a remark («реплика») goes before a speech («выступление»)."""

    __tablename__ = "council_turns"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("council_items.thread_id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(String(9), default="waiting")
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('remark', 'speech')", name="kind"),
        CheckConstraint("state IN ('waiting', 'speaking', 'done', 'withdrawn')", name="state"),
        CheckConstraint("state <> 'speaking' OR began_at IS NOT NULL", name="began"),
        Index(
            "uq_council_turns_asked",
            "item_id",
            "user_id",
            unique=True,
            sqlite_where=_ASKED,
            postgresql_where=_ASKED,
        ),
        Index(
            "uq_council_turns_speaking",
            "item_id",
            unique=True,
            sqlite_where=_SPEAKING,
            postgresql_where=_SPEAKING,
        ),
    )


class CouncilQuestion(Base):
    """A text of the item's talk that asks the rapporteur something, and how many ask it too."""

    __tablename__ = "council_questions"
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("entries.id"), primary_key=True, autoincrement=False
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("council_items.thread_id"))
    votes: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_council_questions_item_id", "item_id"),)


class CouncilQuestionVote(Base):
    """Somebody asks it too."""

    __tablename__ = "council_question_votes"
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("council_questions.entry_id"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class CouncilVote(Base):
    """A ballot put to a council under an item of its agenda."""

    __tablename__ = "council_votes"
    ballot_id: Mapped[int] = mapped_column(
        ForeignKey("ballots.id"), primary_key=True, autoincrement=False
    )
    item_id: Mapped[int] = mapped_column(ForeignKey("council_items.thread_id"))
    base: Mapped[str] = mapped_column(String(7))
    """Of whom the majority is counted: of those present when it was opened, or of all members."""
    present: Mapped[int]
    """How many counted for the quorum when it was opened."""
    __table_args__ = (
        CheckConstraint("base IN ('present', 'all')", name="base"),
        Index("ix_council_votes_item_id", "item_id"),
    )
