"""Who corresponds with whom; the letters themselves are entries."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class Correspondence(Base):
    """The one thread of two people, whoever of them began it."""

    __tablename__ = "correspondences"
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("threads.id"), primary_key=True, autoincrement=False
    )
    first_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="two"),
        UniqueConstraint("first_id", "second_id"),
        Index("ix_correspondences_second_id", "second_id"),
    )
