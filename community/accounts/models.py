"""People, the organisations they come from, what they agreed to, and how they sign in."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.core.db import Base, JSONText

ROLES = ("teacher", "head", "methodist", "parent", "partner")
"""Participants of the educational process (S3 §1)."""


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
    is_operator: Mapped[bool] = mapped_column(default=False)
    """Keeps the installation running: told when letters land in a folder. No power over words."""
    consent_sha: Mapped[str] = mapped_column(String(64), default="")
    """Hash of the consent in force, so that the edge asks again by comparing two strings."""
    preferences: Mapped[dict[str, Any]] = mapped_column(JSONText, default=dict)
    created_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(
            "state IN ('new', 'active', 'suspended', 'left', 'anonymised')", name="state"
        ),
        CheckConstraint(
            "role IN ('teacher', 'head', 'methodist', 'parent', 'partner')", name="role"
        ),
        CheckConstraint(
            "length(trim(first_name)) > 0 AND length(trim(last_name)) > 0", name="named"
        ),
        CheckConstraint("state <> 'anonymised' OR email IS NULL", name="nameless"),
    )


class UserName(Base):
    """A former name: nobody slips out of their words by renaming (B05, S3 §4 r4)."""

    __tablename__ = "user_names"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    old: Mapped[str] = mapped_column(String(250))
    new: Mapped[str] = mapped_column(String(250))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Subject(Base):
    """A school subject; the list grows as people register."""

    __tablename__ = "subjects"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(60), unique=True)


class UserSubject(Base):
    """A subject that a person teaches."""

    __tablename__ = "user_subjects"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


class Consent(Base):
    """Consent to the processing of personal data: an act of its own, per purpose (152-ФЗ, art. 9)."""

    __tablename__ = "consents"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(16))
    text_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    ip: Mapped[str] = mapped_column(String(45), default="")
    withdrawn_at: Mapped[datetime | None]


class Agreement(Base):
    """Agreement with a version of a document: charter, rules (A04); per community where it has one."""

    __tablename__ = "agreements"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(30))
    sha256: Mapped[str] = mapped_column(String(64))
    community_id: Mapped[int | None]
    """No foreign key: communities stand a floor above accounts."""
    at: Mapped[datetime]
    __table_args__ = (Index("ix_agreements_user_id_kind", "user_id", "kind", "community_id"),)


class SignIn(Base):
    """One signed-in browser. The cookie holds the key, the row only its hash."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(String(200), default="")
    network: Mapped[str] = mapped_column(String(45), default="")
    """The beginning of the address (/24 or /48): enough to recognise a place, too little to track."""


class MailedToken(Base):
    """A link sent by mail: hashed, for one use, with an end."""

    __tablename__ = "mailed_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    email: Mapped[str] = mapped_column(String(254))
    """The mailbox that the link proves: the current one, or the new one of a change."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (CheckConstraint("purpose IN ('confirm', 'reset', 'email')", name="purpose"),)


class Attempts(Base):
    """Failures to sign in, per account and address, and registrations from an address: slowed, never shut."""

    __tablename__ = "login_attempts"
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Hash of the e-mail (known or not), of the address for either, or of a person's code step."""
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    until: Mapped[datetime | None]


class SecondFactor(Base):
    """A time-based code (TOTP); the secret is encrypted with a key that is not in the database."""

    __tablename__ = "second_factors"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(200))
    last_step: Mapped[int] = mapped_column(default=0)
    """The last step used: a code works once (ASVS 6.5.1)."""
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes for the day when the phone is lost; each works once."""

    __tablename__ = "recovery_codes"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("user_id", "hash"),)


class Archive(Base):
    """«Мои данные»: a ZIP of everything a person wrote and is recorded as, made in the background."""

    __tablename__ = "archives"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="queued")
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    file: Mapped[str] = mapped_column(String(80), default="")
    octets: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'making', 'ready', 'failed', 'gone')", name="state"),
    )


class OwnerLink(Base):
    """The one-time way in for whoever installed the site; the token itself is stored nowhere."""

    __tablename__ = "owner_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
