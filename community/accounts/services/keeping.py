"""What an operator does with accounts from the command line; every change is in the journal."""

from community.accounts import letters, queries
from community.accounts.models import User
from community.accounts.services import sessions, tokens
from community.audit import services as audit
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, NotFound
from community.core.transactions import use_case


def person(email: str) -> User:
    """Return the person with this e-mail, or raise ``NotFound``."""
    found = queries.user_by_email(email)
    if found is None:
        raise NotFound
    return found


@use_case
def reset_link(email: str) -> str:
    """Return the path of a link to a new password, to be handed over in person; no letter is sent."""
    found = person(email)
    token = tokens.issue(found.id, "reset", found.email or "", letters.RESET_HOURS, limited=False)
    return f"/password/new/{token}"


@use_case
def suspend(actor: Actor, email: str) -> None:
    """Keep a person out until ``resume``; every session ends, nothing is erased."""
    found = person(email)
    if found.state not in ("active", "new"):
        raise Conflict("account.not_active")
    found.state = "suspended"
    sessions.close_sessions(found.id)
    audit.record(actor, "account.suspended", target=("user", found.id))


@use_case
def resume(actor: Actor, email: str) -> None:
    """Let a suspended person in again."""
    found = person(email)
    if found.state != "suspended":
        raise Conflict("account.not_suspended")
    found.state = "active"
    db.session.flush()
    audit.record(actor, "account.resumed", target=("user", found.id))


@use_case
def confirm(email: str) -> None:
    """Confirm an e-mail without a letter, because the operator knows whose it is."""
    tokens.mark_confirmed(person(email).id)


@use_case
def make_operator(actor: Actor, email: str) -> None:
    """Let a person be told about the state of the installation; it gives no power over words."""
    found = person(email)
    found.is_operator = True
    audit.record(actor, "account.operator", target=("user", found.id))
