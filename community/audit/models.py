"""The journal's tables: the chain itself, its head, and the texts that may be erased."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class AuditEntry(Base):
    """One act, under the number of its decision; never changed and never deleted (triggers)."""

    __tablename__ = "audit_entries"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(Text)
    """UTC text as it was hashed: 2026-03-01T08:15:00.000000Z."""
    kind: Mapped[str] = mapped_column(Text)
    community_id: Mapped[int | None]
    actor_id: Mapped[int | None]
    actor_role: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None]
    """Whose text or case it is."""
    target_kind: Mapped[str | None] = mapped_column(Text)
    target_id: Mapped[int | None]
    previous: Mapped[int | None]
    """Number of the decision that this one answers: a restoration its removal, an appeal its cause."""
    body: Mapped[str] = mapped_column(Text)
    """Canonical JSON; the columns above repeat a part of it so that pages can filter."""
    body_hash: Mapped[str] = mapped_column(Text)
    prev: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        CheckConstraint("number >= 1", name="counted"),
        CheckConstraint("length(at) = 27", name="at"),
        CheckConstraint(
            "length(body_hash) = 64 AND length(prev) = 64 AND length(hash) = 64", name="hashes"
        ),
        CheckConstraint("(target_kind IS NULL) = (target_id IS NULL)", name="target"),
        Index("ix_audit_entries_community_id_number", "community_id", "number"),
        Index("ix_audit_entries_target_kind_target_id", "target_kind", "target_id"),
        Index("ix_audit_entries_author_id_number", "author_id", "number"),
        Index("ix_audit_entries_previous", "previous"),
        {"sqlite_strict": True},
    )


class AuditHead(Base):
    """One row: the last number and its hash, so that a cut tail is seen at once."""

    __tablename__ = "audit_heads"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int]
    at: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)
    __table_args__ = (CheckConstraint("id = 1", name="single"), {"sqlite_strict": True})


class Sealed(Base):
    """Words behind a salted hash in the chain; erasing them leaves the chain valid (152-ФЗ)."""

    __tablename__ = "audit_seals"
    number: Mapped[int] = mapped_column(ForeignKey("audit_entries.number"), primary_key=True)
    part: Mapped[str] = mapped_column(Text, primary_key=True)
    """What the words are: «text» of the author, «reason» of the one who decided."""
    salt: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    __table_args__ = (CheckConstraint("length(salt) = 32", name="salt"), {"sqlite_strict": True})


class Checkpoint(Base):
    """A signed state of the journal; copies of it lie with the people who got it by mail."""

    __tablename__ = "audit_checkpoints"
    size: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """How many entries it covers: 1 … size."""
    at: Mapped[str] = mapped_column(Text)
    root: Mapped[str] = mapped_column(Text)
    head: Mapped[str] = mapped_column(Text)
    peaks: Mapped[str] = mapped_column(Text)
    """Roots of the full subtrees as JSON, so that the next checkpoint reads only what is new."""
    public_key: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        CheckConstraint("size >= 1", name="counted"),
        CheckConstraint("length(root) = 64 AND length(head) = 64", name="hashes"),
        {"sqlite_strict": True},
    )


class RefusalCount(Base):
    """How often a code refused within an hour, until the journal has it."""

    __tablename__ = "refusal_counts"
    hour: Mapped[str] = mapped_column(Text, primary_key=True)
    """UTC: 2026-03-01T08."""
    community_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """0 where the refusal belongs to no community."""
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int]
    __table_args__ = (
        CheckConstraint("count >= 1", name="counted"),
        CheckConstraint("length(hour) = 13", name="hour"),
        {"sqlite_strict": True},
    )
