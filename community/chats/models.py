"""A chat beside its thread: its hours, its pace, its pins and what was made of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base

PACES = (0, 10, 30, 60, 300)
"""Seconds between two lines of one person; 0 sets no pace."""


class Chat(Base):
    """A chat of a community; its theme and its first words are the thread's opener."""

    __tablename__ = "chat_rooms"
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("threads.id"), primary_key=True, autoincrement=False
    )
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    pace: Mapped[int] = mapped_column(default=0)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who closed it by hand; nobody where the hour did."""
    __table_args__ = (
        CheckConstraint(
            "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name="hours"
        ),
        CheckConstraint("pace IN (0, 10, 30, 60, 300)", name="pace"),
        Index("ix_chat_rooms_community_id", "community_id"),
        Index("ix_chat_rooms_closes_at", "closes_at"),
    )


class ChatPin(Base):
    """A line that stands on top of its chat."""

    __tablename__ = "chat_pins"
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("entries.id"), primary_key=True, autoincrement=False
    )
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    pinned_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    __table_args__ = (Index("ix_chat_pins_thread_id", "thread_id"),)


class ChatGathering(Base):
    """Lines of a chat were gathered into a text elsewhere, with their authors named."""

    __tablename__ = "chat_gatherings"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    """The text that was made of them."""
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    __table_args__ = (Index("ix_chat_gatherings_thread_id", "thread_id"),)
