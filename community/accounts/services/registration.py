"""How a person gets an account (A03): real full name, school, post, subjects, role, consent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import email_validator
from flask_babel import gettext as _
from sqlalchemy import delete, select

from community.accounts import judging, letters, names, passwords, queries
from community.accounts.events import PersonRegistered
from community.accounts.keys import config
from community.accounts.models import ROLES, Organisation, Subject, User, UserSubject
from community.accounts.services import consents, tokens
from community.core import clock, outbox
from community.core.db import db, insert
from community.core.errors import Invalid
from community.core.transactions import use_case

MOST_SUBJECTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A checked registration with the password hashed: safe to keep between two pages."""

    email: str
    password_hash: str = field(repr=False)
    last_name: str
    first_name: str
    patronymic: str = ""
    school: str = ""
    post: str = ""
    subjects: tuple[str, ...] = ()
    role: str = "teacher"

    def as_json(self) -> dict[str, Any]:
        """Return the registration as JSON can hold it."""
        return asdict(self) | {"subjects": list(self.subjects)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Registration":
        """Return the registration that ``as_json`` gave."""
        return cls(**value | {"subjects": tuple(value["subjects"])})


def prepared(
    *,
    email: str,
    password: str,
    last_name: str,
    first_name: str,
    patronymic: str = "",
    school: str = "",
    post: str = "",
    subjects: Sequence[str] = (),
    role: str = "teacher",
) -> Registration:
    """Check a registration and hash its password; raises ``Invalid`` with words for each field.

    Slow by design: call it outside a write transaction.
    """
    wrong: dict[str, Sequence[str]] = {}
    made: dict[str, Any] = {"school": names.tidy(school)[:200], "post": names.tidy(post)[:120]}
    try:
        last_name, first_name, patronymic = names.checked(last_name, first_name, patronymic)
    except Invalid as invalid:
        wrong.update(invalid.fields)
    try:
        email = checked_email(email)
        made["subjects"] = checked_subjects(subjects)
    except Invalid as invalid:
        wrong.update(invalid.fields)
    if said := passwords.fault(password, email, last_name, first_name):
        wrong["password"] = [said]
    wrong.update(judged(made["school"], made["post"], made.get("subjects", ())))
    if role not in ROLES:
        wrong["role"] = [_("Please choose who you are.")]
    if wrong:
        raise Invalid(wrong)
    return Registration(
        email=email,
        password_hash=passwords.hashed(password),
        last_name=last_name,
        first_name=first_name,
        patronymic=patronymic,
        role=role,
        **made,
    )


def judged(school: str, post: str, subjects: Sequence[str]) -> dict[str, list[str]]:
    """Return what the rules say of the lines that colleagues will read under every word."""
    return judging.faults({"school": school, "post": post, "subjects": ", ".join(subjects)})


def checked_email(email: str) -> str:
    """Return the e-mail as it is stored (lower case), or raise ``Invalid``."""
    try:
        known = email_validator.validate_email(
            names.tidy(email), check_deliverability=False, test_environment=True
        )
    except email_validator.EmailNotValidError:
        raise Invalid(
            {"email": [_("This does not look like an e-mail. Example: anna@school.ru")]}
        ) from None
    return known.normalized.lower()[:254]


def checked_subjects(subjects: Sequence[str]) -> tuple[str, ...]:
    """Return the subjects tidied and without doubles, or raise ``Invalid``."""
    tidied = [names.tidy(each) for each in subjects]
    kept = tuple({names.fold(each): each for each in reversed(tidied) if each}.values())[::-1]
    if len(kept) > MOST_SUBJECTS:
        raise Invalid(
            {"subjects": [_("Please name at most %(count)s subjects.", count=MOST_SUBJECTS)]}
        )
    if any(len(each) > 60 for each in kept):
        raise Invalid(
            {"subjects": [_("The name of a subject is too long; please put commas between them.")]}
        )
    return kept


@use_case
def register(registration: Registration, *, consent_sha: str, ip: str = "") -> int | None:
    """Open an account and send the link that confirms its e-mail; return the person's id.

    When the e-mail has an account already, nobody learns it but the owner, who gets a letter: the
    result is None and the page must be the same. An account that was never confirmed gives way.
    """
    user_id = _store(registration, state="new" if confirmation_is_needed() else "active")
    if user_id is None:
        owner = queries.user_by_email(registration.email)
        if owner is None or owner.state != "new":
            letters.already_registered(registration.email)
            return None
        user_id = _replace(owner, registration)
    consents.give_consent(user_id, sha256=consent_sha, ip=ip)
    send_confirmation(user_id, registration.email)
    return user_id


def confirmation_is_needed() -> bool:
    """Tell whether one signs in only after confirming the e-mail: yes, where letters are delivered.

    Without a mail server letters land in a folder that only the operator reads, and waiting for
    them would shut everybody out.
    """
    return config().smtp_url is not None


@use_case
def create_account(
    registration: Registration, *, consent_sha: str = "", is_operator: bool = False
) -> int:
    """Open a confirmed account at once, for the first-run page, the command line and imports.

    Without ``consent_sha`` the person is asked for consent at the first sign-in.
    """
    user_id = _store(registration, state="active")
    if user_id is None:
        raise Invalid({"email": [_("There is an account with this e-mail already.")]})
    person = queries.user(user_id)
    person.email_confirmed_at = clock.now()
    person.is_operator = is_operator
    if consent_sha:
        consents.give_consent(user_id, sha256=consent_sha)
    return user_id


def send_confirmation(user_id: int, email: str) -> None:
    """Send the link that confirms an e-mail, unless too many letters went there this hour."""
    token = tokens.issue(user_id, "confirm", email, letters.CONFIRM_HOURS)
    if token is not None:
        letters.confirm(email, token)


def _store(new: Registration, *, state: str) -> int | None:
    values = _columns(new) | {
        "state": state,
        "is_operator": False,
        "consent_sha": "",
        "subject_line": "",
        "preferences": {},
        "created_at": clock.now(),
    }
    statement = insert(User).values(values).on_conflict_do_nothing(index_elements=["email"])
    user_id: int | None = db.session.scalar(statement.returning(User.id))
    if user_id is not None:
        teach(user_id, new.subjects)
        outbox.emit(PersonRegistered(user_id=user_id))
    return user_id


def _replace(unconfirmed: User, new: Registration) -> int:
    for column, value in _columns(new).items():
        setattr(unconfirmed, column, value)
    teach(unconfirmed.id, new.subjects)
    return unconfirmed.id


def _columns(new: Registration) -> dict[str, Any]:
    return {
        "email": new.email,
        "password_hash": new.password_hash,
        "last_name": new.last_name,
        "first_name": new.first_name,
        "patronymic": new.patronymic,
        "name": names.short(new.first_name, new.last_name),
        "sort_name": names.fold(names.full(new.last_name, new.first_name, new.patronymic)),
        "organisation_id": organisation(new.school),
        "post": new.post,
        "role": new.role,
    }


def organisation(
    name: str, *, short_name: str = "", kind: str = "school", settlement: str = ""
) -> int | None:
    """Return the id of the organisation with this name, growing the list where it is new (R01)."""
    name = names.tidy(name)[:200]
    if not name:
        return None
    folded = names.fold(name)
    db.session.execute(
        insert(Organisation)
        .values(
            name=name,
            short_name=(names.tidy(short_name) or name)[:80],
            folded=folded,
            kind=kind,
            settlement=settlement,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["folded"])
    )
    return db.session.scalar(select(Organisation.id).where(Organisation.folded == folded))


def teach(user_id: int, subjects: Sequence[str]) -> None:
    """Set a person's subjects, growing the list where one is new, and keep the signature in step."""
    db.session.execute(delete(UserSubject).where(UserSubject.user_id == user_id))
    known: list[str] = []
    for position, name in enumerate(subjects):
        folded = names.fold(name)
        row = insert(Subject).values(name=name, folded=folded)
        db.session.execute(row.on_conflict_do_nothing(index_elements=["folded"]))
        found = db.session.execute(
            select(Subject.id, Subject.name).where(Subject.folded == folded)
        ).one()
        db.session.add(UserSubject(user_id=user_id, subject_id=found.id, position=position))
        known.append(found.name)
    person = queries.user(user_id)
    person.subject_line = ", ".join(known)[:200]
    db.session.flush()
