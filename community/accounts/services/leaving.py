"""Leaving the installation (A11): with one's texts under one's name, or with the name taken off them."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from sqlalchemy import delete, select, update

from community.accounts import my_data, names, queries
from community.accounts.events import PersonLeft
from community.accounts.models import (
    Agreement,
    Archive,
    Consent,
    MailedToken,
    SignIn,
    User,
    UserName,
    UserSubject,
)
from community.accounts.services import credentials, second_factor, sessions
from community.audit import services as audit
from community.audit.models import AuditEntry
from community.core import clock, outbox
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import after_commit, use_case
from community.core.verdict import ALLOW, Verdict, require

Mode = Literal["keep", "anonymise"]

GONE_NAME = ("Участник", "(ушёл)")
"""Stands under the words of a person who left with their name taken off."""

_before: list[Callable[[int], Verdict]] = []
_on: list[Callable[[Actor, bool], None]] = []


def before_leaving(check: Callable[[int], Verdict]) -> Callable[[int], Verdict]:
    """Let a floor above say whether a person may leave now: the last administrator may not."""
    if check not in _before:
        _before.append(check)
    return check


def on_leaving(act: Callable[[Actor, bool], None]) -> Callable[[Actor, bool], None]:
    """Let a floor above act in the transaction of leaving; it is told whether the name goes too."""
    if act not in _on:
        _on.append(act)
    return act


def may_leave(user_id: int) -> Verdict:
    """Return the first objection to a person's leaving, or ``ALLOW``."""
    return next((verdict for check in _before if not (verdict := check(user_id))), ALLOW)


def leave(actor: Actor, *, password: str, mode: Mode) -> None:
    """Close one's account; the password is asked, the last administrator is refused with words."""
    credentials.check_password(actor, password)
    _leave(actor, anonymised=mode == "anonymise")


@use_case
def _leave(actor: Actor, *, anonymised: bool) -> None:
    queries.user_to_change(actor.id)
    require(may_leave(actor.id))
    for act in _on:
        act(actor, anonymised)
    sessions.close_sessions(actor.id)
    second_factor.forget(actor.id)
    _forget_archives(actor.id)
    db.session.execute(delete(MailedToken).where(MailedToken.user_id == actor.id))
    _withdraw(actor.id)
    if anonymised:
        _take_the_name_off(actor.id)
    person = queries.user(actor.id)
    person.state = "anonymised" if anonymised else "left"
    person.email = person.password_hash = person.email_confirmed_at = None
    person.preferences, person.consent_sha, person.is_operator = {}, "", False
    audit.record(actor, "account.left", target=("user", actor.id), body={"anonymised": anonymised})
    outbox.emit(PersonLeft(user_id=actor.id, anonymised=anonymised))


def _withdraw(user_id: int) -> None:
    """That consent was given and withdrawn must stay provable; from which address need not."""
    own = Consent.user_id == user_id
    in_force = update(Consent).where(own, Consent.withdrawn_at.is_(None))
    db.session.execute(in_force.values(withdrawn_at=clock.now()))
    db.session.execute(update(Consent).where(own).values(ip=""))


def _take_the_name_off(user_id: int) -> None:
    first, last = GONE_NAME
    db.session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            first_name=first,
            last_name=last,
            patronymic="",
            name=names.short(first, last),
            sort_name=names.fold(names.short(first, last)),
            organisation_id=None,
            post="",
            subject_line="",
        )
    )
    for table in (UserName, UserSubject, Agreement, SignIn):
        db.session.execute(delete(table).where(table.user_id == user_id))
    renames = select(AuditEntry.number).where(
        AuditEntry.kind == "account.renamed",
        AuditEntry.target_kind == "user",
        AuditEntry.target_id == user_id,
    )
    for number in db.session.scalars(renames).all():
        if audit.erase(number):
            body = {"number": number, "part": "all"}
            audit.record(Actor(user_id, ""), "words.erased", target=("user", user_id), body=body)


def _forget_archives(user_id: int) -> None:
    own = select(Archive.file).where(Archive.user_id == user_id, Archive.file != "")
    files = list(db.session.scalars(own))
    db.session.execute(delete(Archive).where(Archive.user_id == user_id))
    after_commit(partial(my_data.discard, files))
