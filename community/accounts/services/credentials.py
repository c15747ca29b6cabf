"""Passwords and e-mails changed by their owner, or recovered through the mailbox."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from community.accounts import letters, passwords, queries
from community.accounts.models import User
from community.accounts.services import delays, sessions, tokens
from community.accounts.services.registration import checked_email, send_confirmation
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid, Refused
from community.core.transactions import use_case
from community.core.verdict import deny


@use_case
def request_reset(email: str) -> None:
    """Send a link to a new password; whether there is an account is told only to the mailbox."""
    email = checked_email(email)
    person = queries.user_by_email(email)
    if person is None or person.state in ("left", "anonymised"):
        letters.no_account(email)
        return
    token = tokens.issue(person.id, "reset", email, letters.RESET_HOURS)
    if token is not None:
        letters.reset(email, token)


def reset_password(token: str, password: str) -> None:
    """Set a new password by a mailed link: the mailbox is proven, every session ends."""
    row = tokens.good(token, "reset")
    person = queries.user(row.user_id)
    _set_password_by_link(token, _hashed(password, person))


@use_case
def _set_password_by_link(token: str, password_hash: str) -> None:
    row = tokens.spend(token, "reset")
    _set_password(row.user_id, password_hash)
    tokens.mark_confirmed(row.user_id)
    sessions.close_sessions(row.user_id)


def change_password(actor: Actor, *, old: str, new: str, this_session: int | None) -> None:
    """Change one's password by the old one; every other session ends."""
    _check(actor, old)
    _change_password(actor, _hashed(new, queries.user(actor.id)), this_session)


@use_case
def _change_password(actor: Actor, password_hash: str, this_session: int | None) -> None:
    _set_password(actor.id, password_hash)
    sessions.close_sessions(actor.id, but=this_session)


def request_email(actor: Actor, *, password: str, email: str) -> None:
    """Begin a change of e-mail: a link goes to the new mailbox, or a note when it has an account."""
    _check(actor, password)
    _request_email(actor, checked_email(email))


@use_case
def _request_email(actor: Actor, email: str) -> None:
    owner = queries.user_by_email(email)
    if owner is not None and owner.id != actor.id:
        letters.already_registered(email)
        return
    token = tokens.issue(actor.id, "email", email, letters.CHANGE_HOURS)
    if token is not None:
        letters.change(email, token)


@use_case
def confirm_email(token: str) -> None:
    """Finish a change of e-mail by the link that came to the new mailbox."""
    row = tokens.spend(token, "email")
    person = queries.user(row.user_id)
    old = person.email
    if db.session.scalar(select(User.id).where(User.email == row.email, User.id != person.id)):
        raise Refused(deny("link.stale"))
    person.email = row.email
    try:
        db.session.flush()
    except IntegrityError:  # somebody else took the address in this very moment
        raise Refused(deny("link.stale")) from None
    tokens.mark_confirmed(person.id)
    tokens.void(person.id)
    if old and old != row.email:
        letters.changed(old)


@use_case
def send_confirmation_again(actor: Actor) -> None:
    """Send the link that confirms one's e-mail once more."""
    person = queries.user(actor.id)
    if person.email and person.email_confirmed_at is None:
        send_confirmation(person.id, person.email)


def check_password(actor: Actor, password: str) -> None:
    """Refuse unless the password is the actor's."""
    _check(actor, password)


def confirm_password(actor: Actor, password: str) -> None:
    """Ask a person who is signed in for the password before a weighty act, with growing pauses.

    Raises ``Refused``, or ``TooSoon`` after guesses. Slow by design: call it outside a transaction.
    """
    counted = delays.Counted.confirmation(actor.id)
    delays.count([counted])
    _check(actor, password)
    delays.forgive_one(counted)


def _check(actor: Actor, password: str) -> None:
    if not passwords.matches(queries.credentials_of(actor.id).password_hash, password):
        raise Refused(deny("account.wrong_password"))


def _hashed(password: str, person: User) -> str:
    said = passwords.fault(password, person.email or "", person.last_name, person.first_name)
    if said:
        raise Invalid({"password": [said]})
    return passwords.hashed(password)


def _set_password(user_id: int, password_hash: str) -> None:
    db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
    tokens.void(user_id, "reset")
    email = queries.user(user_id).email
    if email:
        letters.password_changed(email)
