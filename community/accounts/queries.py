"""What is known about people, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from community.accounts import names
from community.accounts.devices import device_name
from community.accounts.models import (
    Agreement,
    Archive,
    Consent,
    Organisation,
    SecondFactor,
    SignIn,
    Subject,
    User,
    UserName,
    UserSubject,
)
from community.core.db import db
from community.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in needs to know of a person."""

    user_id: int
    password_hash: str | None
    state: str
    has_second_factor: bool


def credentials(email: str) -> Credentials | None:
    """Return the credentials behind an e-mail, or None."""
    return _credentials(User.email == email)


def credentials_of(user_id: int) -> Credentials:
    """Return the credentials of a person who is known to exist."""
    found = _credentials(User.id == user_id)
    if found is None:
        raise NotFound
    return found


def _credentials(which: object) -> Credentials | None:
    row = db.session.execute(
        select(User.id, User.password_hash, User.state, SecondFactor.confirmed_at)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(which)  # type: ignore[arg-type]
    ).one_or_none()
    return None if row is None else Credentials(row[0], row[1], row[2], row[3] is not None)


def user(user_id: int) -> User:
    """Return a person's row, or raise ``NotFound``."""
    found = db.session.get(User, user_id)
    if found is None:
        raise NotFound
    return found


def user_to_change(user_id: int) -> User:
    """Return a person's row, locked until the transaction ends: two changes come one after another."""
    found = db.session.get(User, user_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def user_by_email(email: str) -> User | None:
    """Return the person with this e-mail, or None."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def former_names(user_id: int) -> list[str]:
    """Return the names a person had before, the latest first (B05, S3 §4 r4)."""
    rows = db.session.scalars(
        select(UserName.old).where(UserName.user_id == user_id).order_by(UserName.id.desc())
    )
    return list(dict.fromkeys(rows))


def school_name(user_id: int) -> str:
    """Return the full name of a person's organisation, or «»."""
    statement = select(Organisation.name).join(User, User.organisation_id == Organisation.id)
    return db.session.scalar(statement.where(User.id == user_id)) or ""


def school_names(limit: int = 500) -> list[str]:
    """Return the organisations known so far, those with more people first."""
    count = func.count(User.id)
    return list(
        db.session.scalars(
            select(Organisation.name)
            .outerjoin(User, User.organisation_id == Organisation.id)
            .group_by(Organisation.id, Organisation.name)
            .order_by(count.desc(), Organisation.name)
            .limit(limit)
        )
    )


def subject_names(user_id: int) -> list[str]:
    """Return a person's subjects in their own order."""
    return list(
        db.session.scalars(
            select(Subject.name)
            .join(UserSubject, UserSubject.subject_id == Subject.id)
            .where(UserSubject.user_id == user_id)
            .order_by(UserSubject.position)
        )
    )


def common_subjects(limit: int = 60) -> list[str]:
    """Return the subjects known so far, the most taught first."""
    count = func.count(UserSubject.user_id)
    return list(
        db.session.scalars(
            select(Subject.name)
            .outerjoin(UserSubject, UserSubject.subject_id == Subject.id)
            .group_by(Subject.id, Subject.name)
            .order_by(count.desc(), Subject.name)
            .limit(limit)
        )
    )


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser as its owner sees it."""

    id: int
    agent: str
    network: str
    created_at: datetime
    seen_at: datetime
    is_this: bool

    @property
    def device(self) -> str:
        """Return «Firefox · Windows»."""
        return device_name(self.agent)


def open_sessions(user_id: int, this: int | None, after: datetime) -> list[OpenSession]:
    """Return a person's sessions seen after ``after``, the one in use first."""
    rows = db.session.execute(
        select(SignIn.id, SignIn.agent, SignIn.network, SignIn.created_at, SignIn.seen_at)
        .where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None), SignIn.seen_at > after)
        .order_by(SignIn.seen_at.desc())
    )
    return sorted(
        (OpenSession(*row, row[0] == this) for row in rows), key=lambda each: not each.is_this
    )


def consents(user_id: int) -> Sequence[Consent]:
    """Return every consent a person gave, the latest first."""
    own = select(Consent).where(Consent.user_id == user_id)
    return db.session.scalars(own.order_by(Consent.id.desc())).all()


def needs_agreement(
    user_id: int, kind: str, sha256: str, *, community_id: int | None = None
) -> bool:
    """Tell whether a person has yet to agree to this version of a document (A04)."""
    return not agreed([user_id], kind, sha256, community_id=community_id)


def agreed(
    user_ids: Sequence[int], kind: str, sha256: str, *, community_id: int | None = None
) -> set[int]:
    """Return those of ``user_ids`` who agreed to this version of a document (A04)."""
    place = Agreement.community_id
    rows = db.session.scalars(
        select(Agreement.user_id).where(
            Agreement.user_id.in_(list(user_ids)),
            Agreement.kind == kind,
            Agreement.sha256 == sha256,
            place.is_(None) if community_id is None else place == community_id,
        )
    )
    return set(rows)


def archives(user_id: int) -> Sequence[Archive]:
    """Return a person's archives that still matter, the latest first."""
    return db.session.scalars(
        select(Archive)
        .where(Archive.user_id == user_id, Archive.state != "gone")
        .order_by(Archive.id.desc())
    ).all()


def archive(user_id: int, archive_id: int) -> Archive:
    """Return one archive of this person; another's answers ``NotFound``."""
    found = db.session.get(Archive, archive_id)
    if found is None or found.user_id != user_id:
        raise NotFound
    return found


def operators() -> list[User]:
    """Return the people who keep the installation running."""
    return list(db.session.scalars(select(User).where(User.is_operator, User.state == "active")))


def find_people(words: str, limit: int = 50) -> list[User]:
    """Return people whose name or e-mail contains ``words``; for the operator's command line."""
    wanted = names.fold(words)
    found = User.sort_name.contains(wanted, autoescape=True) | User.email.contains(
        wanted, autoescape=True
    )
    statement = select(User).where(found)
    return list(db.session.scalars(statement.order_by(User.sort_name).limit(limit)))
