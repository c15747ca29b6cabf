"""People and the organisations they come from."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base


class Organisation(Base):
    """A school or another organisation; the list grows as people register (A03, R01)."""

    __tablename__ = "organisations"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(30), default="school")
    settlement: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]


class User(Base):
    """A person with a real full name (S3 §4 r4); one account, a membership in each community."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    email_confirmed_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    last_name: Mapped[str] = mapped_column(String(80))
    first_name: Mapped[str] = mapped_column(String(80))
    patronymic: Mapped[str] = mapped_column(String(80), default="")
    name: Mapped[str] = mapped_column(String(170))
    """«Анна Соколова»: first and last name, as it stands under every word."""
    sort_name: Mapped[str] = mapped_column(String(250), index=True)
    """Folded «соколова анна сергеевна»: lower case, ё as е; for order and completion."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    post: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(20), default="teacher")
    subject_line: Mapped[str] = mapped_column(String(200), default="")
    """«математика, физика», kept in step with the subjects of the person."""
    state: Mapped[str] = mapped_column(String(12), default="active")
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("state IN ('new', 'active', 'suspended', 'left', 'anonymised')", name="state"),
        CheckConstraint("role IN ('teacher', 'head', 'methodist', 'parent', 'partner')", name="role"),
        CheckConstraint("length(trim(first_name)) > 0 AND length(trim(last_name)) > 0", name="named"),
    )
