"""What moderators decide, why, and what people said about it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base

_WAITING = column("state") == "waiting"
_OPEN = column("state") == "open"


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
    closed_number: Mapped[int | None]
    """The decision on it: its row in the journal, which the reporter may appeal against."""
    __table_args__ = (
        CheckConstraint("state IN ('new', 'upheld', 'rejected', 'lapsed')", name="state"),
        Index("ix_reports_closed_number", "closed_number"),
        Index("ix_reports_reporter_id_created_at", "reporter_id", "created_at"),
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
    second_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who signed beside the moderator, where one signature was not enough (rules, §6)."""
    rule: Mapped[str | None] = mapped_column(String(40))
    """The live rule that had marked the text, for the figures by rule."""
    restored_at: Mapped[datetime | None]
    restored_number: Mapped[int | None]
    undone: Mapped[bool] = mapped_column(default=False)
    """Taken back at once by the one who did it: no figure counts it."""
    purged_at: Mapped[datetime | None]
    """When the words were erased for good; quotation and reason went with them."""
    __table_args__ = (
        CheckConstraint("length(trim(reason)) >= 20", name="reasoned"),
        CheckConstraint("length(trim(quote)) > 0", name="quoted"),
        CheckConstraint("milder IN ('asked', 'moved', 'folded', 'useless')", name="milder"),
        CheckConstraint("second_id IS NULL OR second_id <> moderator_id", name="two_people"),
        CheckConstraint("NOT undone OR restored_at IS NOT NULL", name="undone_is_back"),
        Index("ix_removals_community_id_at", "community_id", "at"),
        Index("ix_removals_author_id_at", "author_id", "at"),
        Index("ix_removals_entry_id", "entry_id"),
    )


class Appeal(Base):
    """An appeal against a decision on one's own text or complaint; another person answers (B07).

    new → taken → upheld | overturned | partly | rejected; withdrawn and lapsed are states too. With
    any of the last six it is closed.
    """

    __tablename__ = "appeals"
    id: Mapped[int] = mapped_column(primary_key=True)
    decision: Mapped[int]
    """The decision's row in the journal."""
    side: Mapped[str] = mapped_column(String(10), default="author")
    kind: Mapped[str] = mapped_column(String(12), default="removal")
    """What was decided: a removal, a hold, a block, a warning, a suspension, a report."""
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Who appeals."""
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="new")
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each step; an answer from a page drawn before the last step is refused."""
    created_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    escalated_at: Mapped[datetime | None]
    """When administrators were told that nobody had answered in time."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (
        UniqueConstraint("decision", "side"),
        CheckConstraint(
            "state IN ('new', 'taken', 'upheld', 'overturned', 'partly', 'rejected',"
            " 'withdrawn', 'lapsed')",
            name="state",
        ),
        CheckConstraint("side IN ('author', 'reporter')", name="side"),
        CheckConstraint("(state IN ('new', 'taken')) = (closed_at IS NULL)", name="closed"),
        CheckConstraint("state <> 'taken' OR taken_by IS NOT NULL", name="taken"),
        CheckConstraint("closed_by IS NULL OR closed_by <> author_id", name="not_own"),
        CheckConstraint(
            "state IN ('new', 'taken', 'withdrawn', 'lapsed') OR length(trim(answer)) >= 20",
            name="answered",
        ),
        Index("ix_appeals_community_id_state", "community_id", "state"),
        Index("ix_appeals_author_id", "author_id"),
    )


class Taking(Base):
    """A moderator has taken a case up for a while: others see it and do not decide meanwhile."""

    __tablename__ = "case_takings"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    kind: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[int]
    taken_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    taken_at: Mapped[datetime]
    until: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("kind", "case_id"),
        Index("ix_case_takings_community_id", "community_id"),
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


class Proposal(Base):
    """A decision that one person proposes and another signs: it does nothing until then (rules, §6)."""

    __tablename__ = "proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    kind: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(16))
    """Why one signature is not enough."""
    number: Mapped[int] = mapped_column(unique=True)
    """Its row in the journal; texts decided on together share ``bundle``, the number of the first."""
    bundle: Mapped[int]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    """Whose text it is, or who is to be suspended."""
    proposed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    article: Mapped[str] = mapped_column(String(60))
    quote: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    milder: Mapped[str] = mapped_column(String(20), default="useless")
    revision: Mapped[int] = mapped_column(default=0)
    """The revision that was read: a text changed meanwhile is proposed anew."""
    days: Mapped[int] = mapped_column(default=0)
    hidden: Mapped[bool] = mapped_column(default=False)
    """A grave text was taken out of sight until the second signature."""
    at: Mapped[datetime]
    until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (
        CheckConstraint("kind IN ('removal', 'purge', 'suspension')", name="kind"),
        CheckConstraint(
            "state IN ('waiting', 'signed', 'refused', 'lapsed', 'withdrawn')", name="state"
        ),
        CheckConstraint("(state = 'waiting') = (closed_at IS NULL)", name="closed"),
        CheckConstraint("state <> 'signed' OR closed_by <> proposed_by", name="two_people"),
        CheckConstraint("length(trim(reason)) >= 20", name="reasoned"),
        CheckConstraint("(kind = 'suspension') = (entry_id IS NULL)", name="about"),
        Index(
            "uq_proposals_waiting",
            "entry_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_proposals_community_id_state", "community_id", "state"),
        Index("ix_proposals_bundle", "bundle"),
    )


class MilderStep(Base):
    """What was tried before a removal: the author was asked to change the text, or it was folded."""

    __tablename__ = "milder_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    kind: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    moderator_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    article: Mapped[str] = mapped_column(String(60))
    quote: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(8), default="open")
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('asked', 'folded')", name="kind"),
        CheckConstraint("state IN ('open', 'done', 'lapsed', 'lifted')", name="state"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        Index(
            "uq_milder_steps_open",
            "entry_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_milder_steps_entry_id", "entry_id"),
        Index("ix_milder_steps_state_until", "state", "until"),
    )


class QuarterRow(Base):
    """A quarter's figures of one article, rule or moderator, as they stood at its end (rules, §6)."""

    __tablename__ = "quarter_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    quarter: Mapped[str] = mapped_column(String(7))
    """«2026-Q4»."""
    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(60))
    decided: Mapped[int]
    appealed: Mapped[int]
    overturned: Mapped[int]
    followed: Mapped[str] = mapped_column(String(10), default="")
    """What followed: «trial» for a rule, «second» for a moderator."""
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("kind IN ('article', 'rule', 'moderator', 'total')", name="kind"),
        CheckConstraint("overturned <= decided AND appealed <= decided", name="parts"),
        UniqueConstraint("community_id", "quarter", "kind", "code"),
    )


class SecondSignature(Base):
    """Until when everything that a moderator hides needs another's signature."""

    __tablename__ = "second_signatures"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    quarter: Mapped[str] = mapped_column(String(7))
    number: Mapped[int] = mapped_column(unique=True)
    until: Mapped[datetime]
    __table_args__ = (UniqueConstraint("community_id", "user_id", "quarter"),)
