"""Signing in: the same way and the same words for a known and an unknown e-mail."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from community.accounts import names, passwords, queries
from community.accounts.keys import digest, seal, unseal
from community.accounts.models import User
from community.accounts.queries import Credentials
from community.accounts.services import delays, second_factor, sessions, tokens
from community.accounts.services.registration import confirmation_is_needed, send_confirmation
from community.accounts.services.sessions import Place
from community.core.db import db
from community.core.errors import Refused
from community.core.transactions import use_case
from community.core.verdict import deny

_STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session was opened; ``key`` goes into the cookie."""

    user_id: int
    key: str


@dataclass(frozen=True, slots=True)
class SecondStep:
    """The password fits and a code is asked for; ``sealed`` remembers that for five minutes."""

    sealed: str


def sign_in(*, email: str, password: str, place: Place, device: str = "") -> Opened | SecondStep:
    """Open a session for whoever knows the password, or ask for the second step.

    Refuses with ``login.wrong`` or ``login.wrong_or_unconfirmed``; raises ``TooSoon`` while the
    pause after failures lasts.
    """
    email = names.tidy(email).lower()[:254]
    account = delays.Counted.account(email, device if _is_known(device, email) else "")
    address = delays.Counted.address(place.counted)
    delays.count([account, address])
    found = queries.credentials(email)
    fits = passwords.matches(found.password_hash if found else None, password)
    if found is None or not fits or found.state in ("left", "anonymised"):
        raise _wrong()
    _admit(found, email)
    delays.forgive(account, address)
    _keep_fresh(found, password)
    if found.has_second_factor:
        return SecondStep(seal("second-step", [found.user_id, _mark(found)], lasts=_STEP))
    return Opened(found.user_id, sessions.open_session(found.user_id, place))


def finish(*, sealed: str, code: str, place: Place) -> Opened:
    """Open the session when the code from the app, or a recovery code, fits."""
    step = unseal("second-step", sealed)
    found = None if step is None else queries.credentials_of(step[0])
    if found is None or step[1] != _mark(found) or found.state != "active":
        raise Refused(deny("login.step_lapsed"))
    account, address = delays.Counted.code(found.user_id), delays.Counted.address(place.counted)
    delays.count([account, address])
    if not second_factor.accept(found.user_id, code):
        raise Refused(deny("login.wrong_code"))
    delays.forgive(account, address)
    return Opened(found.user_id, sessions.open_session(found.user_id, place))


def confirm_and_sign_in(*, token: str, password: str, place: Place) -> Opened | SecondStep:
    """Confirm the mailbox of a registration and open the first session.

    The password is asked for as well: a link that answers somebody else's registration with this
    e-mail must not hand the account over to them.
    """
    row = tokens.good(token, "confirm")
    counted = [delays.Counted.account(row.email), delays.Counted.address(place.counted)]
    delays.count(counted)
    found = queries.credentials_of(row.user_id)
    if not passwords.matches(found.password_hash, password):
        raise Refused(deny("account.wrong_password"))
    delays.forgive(*counted)
    _confirm(token)
    return sign_in(email=row.email, password=password, place=place)


@use_case
def _confirm(token: str) -> None:
    tokens.mark_confirmed(tokens.spend(token, "confirm").user_id)


def device_mark(email: str) -> str:
    """Return what the browser keeps to be recognised by this account's counter of failures."""
    return seal("device", digest(email))


def _is_known(device: str, email: str) -> bool:
    mark = unseal("device", device) if device else None
    return mark == digest(email)


def _mark(found: Credentials) -> str:
    return digest(found.password_hash or "")


def _admit(found: Credentials, email: str) -> None:
    if found.state == "suspended":
        raise Refused(deny("login.suspended"))
    if found.state == "new":
        _remind(found.user_id, email)
        raise _wrong()


def _wrong() -> Refused:
    """One refusal for an unknown e-mail, a wrong password and an unconfirmed mailbox."""
    needed = confirmation_is_needed()
    return Refused(deny("login.wrong_or_unconfirmed" if needed else "login.wrong"))


@use_case
def _remind(user_id: int, email: str) -> None:
    send_confirmation(user_id, email)


def _keep_fresh(found: Credentials, password: str) -> None:
    if found.password_hash and passwords.outdated(found.password_hash):
        _rehash(found.user_id, passwords.hashed(password))


@use_case
def _rehash(user_id: int, password_hash: str) -> None:
    db.session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
