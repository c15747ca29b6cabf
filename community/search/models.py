"""What waits to be indexed; and, on PostgreSQL, the index itself."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class SearchTask(Base):
    """Something changed and is to be read again: «e12» an entry, «t3» a thread, «p7» a person.

    Rows are only added and deleted, never changed: a change during the work is a row of its own.
    """

    __tablename__ = "search_tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    key: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    __table_args__ = (Index("ix_search_tasks_community_id_id", "community_id", "id"),)


class SearchDocument(Base):
    """One thing that can be found, by its stems; filled on PostgreSQL alone."""

    __tablename__ = "search_documents"
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(24), primary_key=True)
    number: Mapped[int]
    """The entry's id: newer texts have higher ones."""
    day: Mapped[date | None] = mapped_column(Date)
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    __table_args__ = (
        Index("ix_search_documents_community_id_number", "community_id", "number"),
        Index("ix_search_documents_words", "words", postgresql_using="gin").ddl_if("postgresql"),
    )


class SearchWord(Base):
    """A stem that is or was in some document: where a slip of the finger is looked up."""

    __tablename__ = "search_words"
    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(60), primary_key=True)
