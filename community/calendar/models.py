"""A dated happening, the people who are expected, and who was there from when till when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, column
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base

_HERE = column("left_at").is_(None)


class Happening(Base):
    """Something with a beginning and an end; its thread names it and says who may know of it."""

    __tablename__ = "happenings"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    """A room, an address, a link; judged by the gate before it is stored."""
    attendance: Mapped[str] = mapped_column(String(5), default="live")
    """live: one is present while one is here; whole: who came once is counted till the end."""
    state: Mapped[str] = mapped_column(String(9), default="planned")
    takes_proxies: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    """Rises when the time or the place changes or it is called off: iCal's SEQUENCE."""
    changed_at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who appointed a meeting, and may move it; rooms with rules of their own name nobody."""
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="begins_first"),
        CheckConstraint("attendance IN ('live', 'whole')", name="attendance"),
        CheckConstraint("state IN ('planned', 'cancelled', 'over')", name="state"),
        Index("ix_happenings_community_id_starts_at", "community_id", "starts_at"),
        Index("ix_happenings_state_starts_at", "state", "starts_at"),
    )


class HappeningPerson(Base):
    """One who is expected, and what they answered: «буду», «не буду», «доверенность»."""

    __tablename__ = "happening_people"
    happening_id: Mapped[int] = mapped_column(ForeignKey("happenings.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(5), default="")
    proxy_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who votes in their name while they are away."""
    answered_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    """How many reminders of this time were sent: the day before, the hour before."""
    __table_args__ = (
        CheckConstraint("answer IN ('', 'yes', 'no', 'proxy')", name="answer"),
        CheckConstraint("(answer = 'proxy') = (proxy_id IS NOT NULL)", name="proxy_named"),
        CheckConstraint("proxy_id IS NULL OR proxy_id <> user_id", name="not_oneself"),
        Index("ix_happening_people_user_id", "user_id"),
        Index("ix_happening_people_proxy_id", "proxy_id"),
    )


class HappeningVisit(Base):
    """One stay of a person: came, was last heard of, left; several where one went and came back."""

    __tablename__ = "happening_visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    happening_id: Mapped[int] = mapped_column(ForeignKey("happenings.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    came_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_by: Mapped[str] = mapped_column(String(7), default="")
    """self: took leave; silence: was not heard of any more; end: the happening was over."""
    __table_args__ = (
        CheckConstraint("left_by IN ('', 'self', 'silence', 'end')", name="left_by"),
        CheckConstraint("(left_at IS NULL) = (left_by = '')", name="left"),
        CheckConstraint("left_at IS NULL OR left_at >= came_at", name="came_first"),
        Index(
            "uq_happening_visits_here",
            "happening_id",
            "user_id",
            unique=True,
            sqlite_where=_HERE,
            postgresql_where=_HERE,
        ),
        Index("ix_happening_visits_user_id", "user_id"),
    )
