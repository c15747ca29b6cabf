"""Reports of trials on real history, brakes, proposals of changes, texts that rules were wrong about."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText


class Backtest(Base):
    """One run of a set over real history: counts by rule and ids of samples, never words."""

    __tablename__ = "rule_backtests"
    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set: Mapped[str] = mapped_column(String(64))
    """Hash of the set that was tried, with every rule in the mode that its file gives."""
    canonical: Mapped[str | None] = mapped_column(Text)
    """The set itself while the run goes on."""
    engine: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str | None] = mapped_column(String(12))
    """The one rule that was asked about; None for all."""
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    since: Mapped[datetime]
    last_id: Mapped[int]
    """The last verdict that belongs to the run; ``cursor`` is the last one done."""
    cursor: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    judged: Mapped[int] = mapped_column(default=0)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONText)
    state: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done')", name="state"),
        CheckConstraint("judged <= total", name="judged"),
    )


class Brake(Base):
    """A rule that hit too much after a change and was put back on trial by the machine."""

    __tablename__ = "rule_brakes"
    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(12))
    v: Mapped[int]
    hits: Mapped[int]
    messages: Mapped[int]
    since: Mapped[datetime]
    """The change after which it hit so much: its texts are those judged from then on."""
    at: Mapped[datetime]
    number: Mapped[int]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (Index("ix_rule_brakes_rule_id", "rule", "id"),)


class Proposal(Base):
    """A rule's text as somebody wants it; in force only after a second person accepts it."""

    __tablename__ = "rule_proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(12))
    v: Mapped[int]
    block: Mapped[str] = mapped_column(Text)
    """The rule as it will stand in the file."""
    before: Mapped[str] = mapped_column(Text)
    """The rule as it stood when this was proposed; empty for a new one."""
    base: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file that was changed; another file makes the proposal stale."""
    why: Mapped[str] = mapped_column(Text)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    backtest_id: Mapped[int | None] = mapped_column(ForeignKey("rule_backtests.id"))
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'accepted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint(
            "decided_by IS NULL OR decided_by <> made_by OR state = 'withdrawn'",
            name="two_people",
        ),
        Index("ix_rule_proposals_state_community_id", "state", "community_id"),
    )


class WrongHit(Base):
    """A text that a rule spoke of and a person found in order: a ready example of «miss»."""

    __tablename__ = "rule_wrong_hits"
    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(12))
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    number: Mapped[int]
    """The decision that a person cancelled."""
    outcome: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        Index("ix_rule_wrong_hits_rule_verdict_id", "rule", "verdict_id", unique=True),
    )
