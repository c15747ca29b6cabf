"""What a person adds to their account: a word about themselves and what they are interested in."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class Profile(Base):
    """Where a person's «обо мне» stands; the words are an entry, as all words are."""

    __tablename__ = "profiles"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id"), unique=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"), unique=True)


class Interest(Base):
    """A few words that a person is looked for by; judged by the rules, kept outside the gate as a label."""

    __tablename__ = "user_interests"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    words: Mapped[str] = mapped_column(String(40))
    folded: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    __table_args__ = (
        UniqueConstraint("user_id", "folded"),
        CheckConstraint("length(trim(words)) > 0", name="said"),
        Index("ix_user_interests_folded", "folded"),
    )
