"""Uploads; what is inside lies in the storage under its own digest. Who shows a file knows so itself."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class StoredFile(Base):
    """One upload of one person; two uploads of the same content share a blob in the storage."""

    __tablename__ = "files"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(String(120))
    """The name it came with, cleaned; on the list of user text outside the gate: a label of a download."""
    kind: Mapped[str] = mapped_column(String(10))
    mime: Mapped[str] = mapped_column(String(100))
    octets: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    thumb_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    thumb_octets: Mapped[int] = mapped_column(default=0)
    width: Mapped[int | None]
    height: Mapped[int | None]
    licence: Mapped[str] = mapped_column(String(12), default="")
    """By what right it is published; empty until its owner says so (S3 §4 r1)."""
    author: Mapped[str] = mapped_column(String(120), default="")
    """Whose work it is, where it is not the owner's own."""
    state: Mapped[str] = mapped_column(String(8), default="loose")
    loose_since: Mapped[datetime | None]
    """Since when nothing uses it; a day later the sweep takes it away."""
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("kind IN ('image', 'document', 'other')", name="kind"),
        CheckConstraint("state IN ('loose', 'used')", name="state"),
        CheckConstraint("(state = 'loose') = (loose_since IS NOT NULL)", name="loose_since"),
        CheckConstraint("octets > 0 AND thumb_octets >= 0", name="octets"),
        CheckConstraint("kind <> 'image' OR thumb_sha256 IS NOT NULL", name="image_has_thumb"),
        Index("ix_files_owner_id_created_at", "owner_id", "created_at"),
        Index("ix_files_state_loose_since", "state", "loose_since"),
    )


class Portrait(Base):
    """The photo of a person, square and small."""

    __tablename__ = "portraits"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), unique=True)
