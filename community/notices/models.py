"""What people were told, and what they want by mail."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText


class Notice(Base):
    """One thing told to one person: a code with its values; words are made when it is read."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    code: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]] = mapped_column(JSONText, default=dict)
    url: Mapped[str | None] = mapped_column(String(400))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_state: Mapped[str] = mapped_column(String(8), default="none")
    __table_args__ = (
        CheckConstraint("mail_state IN ('none', 'due', 'sent', 'skipped')", name="mail_state"),
        Index("ix_notices_user_id_read_at", "user_id", "read_at"),
        Index("ix_notices_user_id_id", "user_id", "id"),
    )


class MailChoice(Base):
    """A person switched letters of one group off; without a row they are on."""

    __tablename__ = "mail_choices"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    group: Mapped[str] = mapped_column("topic_group", String(20), primary_key=True)
    chosen_at: Mapped[datetime]
