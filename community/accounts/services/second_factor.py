"""The second step: a code from an app (TOTP, RFC 6238), ten recovery codes for a lost phone."""

import hmac
import re
import secrets

import pyotp
from sqlalchemy import delete, update

from community.accounts import passwords, queries
from community.accounts.keys import config, keyed_digest, seal, unseal
from community.accounts.models import RecoveryCode, SecondFactor
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Refused
from community.core.transactions import use_case
from community.core.verdict import deny

STEP = 30
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@use_case
def prepare(actor: Actor) -> None:
    """Make a new secret that waits for its first code; the one in force cannot be overwritten."""
    queries.user_to_change(actor.id)
    row = db.session.get(SecondFactor, actor.id)
    if row is not None and row.confirmed_at is not None:
        raise Refused(deny("factor.on"))
    if row is None:
        row = SecondFactor(user_id=actor.id, last_step=0)
        db.session.add(row)
    row.secret = seal("totp", pyotp.random_base32())


def setup(actor: Actor) -> tuple[str, str] | None:
    """Return the secret that waits for its first code, and its address for the app; None without one."""
    row = db.session.get(SecondFactor, actor.id)
    if row is None or row.confirmed_at is not None:
        return None
    secret: str = unseal("totp", row.secret)
    who = queries.user(actor.id).email or actor.name
    return secret, pyotp.TOTP(secret).provisioning_uri(name=who, issuer_name=config().site_name)


@use_case
def switch_on(actor: Actor, code: str) -> list[str]:
    """Put the second step in force by its first code; return the recovery codes, shown only now."""
    queries.user_to_change(actor.id)
    row = db.session.get(SecondFactor, actor.id)
    if row is None or row.confirmed_at is not None:
        raise Refused(deny("factor.on" if row else "factor.off"))
    if not _fits(row, code):
        raise Refused(deny("login.wrong_code"))
    row.confirmed_at = clock.now()
    return _new_recovery_codes(actor.id)


def switch_off(actor: Actor, *, password: str, code: str) -> None:
    """Take the second step away; asks for the password and for a code."""
    _check_password(actor, password)
    _switch_off(actor, code)


@use_case
def _switch_off(actor: Actor, code: str) -> None:
    row = _in_force(actor.id)
    if not _accept(actor.id, code):
        raise Refused(deny("login.wrong_code"))
    forget(row.user_id)


def renew_recovery_codes(actor: Actor, *, password: str) -> list[str]:
    """Return ten new recovery codes; the old ones stop working."""
    _check_password(actor, password)
    return _renew(actor)


@use_case
def _renew(actor: Actor) -> list[str]:
    _in_force(actor.id)
    return _new_recovery_codes(actor.id)


@use_case
def accept(user_id: int, code: str) -> bool:
    """Tell whether the code fits, and use it up: neither kind works a second time."""
    return _accept(user_id, code)


def forget(user_id: int) -> None:
    """Delete a person's second step with its recovery codes; inside a use case."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))


def unused_recovery_codes(user_id: int) -> int:
    """Count the recovery codes a person has left."""
    return db.session.query(RecoveryCode).filter_by(user_id=user_id, used_at=None).count()


def _check_password(actor: Actor, password: str) -> None:
    if not passwords.matches(queries.credentials_of(actor.id).password_hash, password):
        raise Refused(deny("account.wrong_password"))


def _in_force(user_id: int) -> SecondFactor:
    row = db.session.get(SecondFactor, user_id)
    if row is None or row.confirmed_at is None:
        raise Refused(deny("factor.off"))
    return row


def _accept(user_id: int, code: str) -> bool:
    row = db.session.get(SecondFactor, user_id)
    if row is None or row.confirmed_at is None:
        return False
    return _fits(row, code) or _spend_recovery_code(user_id, code)


def _fits(row: SecondFactor, code: str) -> bool:
    """Tell whether a code of the last, this or the next half-minute fits and was not used before."""
    typed = re.sub(r"\D", "", code)
    totp = pyotp.TOTP(unseal("totp", row.secret))
    now = int(clock.now().timestamp()) // STEP
    for step in (now - 1, now, now + 1):
        if step > row.last_step and hmac.compare_digest(totp.at(step * STEP), typed):
            return _use_step(row, step)
    return False


def _use_step(row: SecondFactor, step: int) -> bool:
    used = update(SecondFactor).where(
        SecondFactor.user_id == row.user_id, SecondFactor.last_step < step
    )
    return bool(db.session.execute(used.values(last_step=step)).rowcount)  # type: ignore[attr-defined]


def _spend_recovery_code(user_id: int, code: str) -> bool:
    spent = update(RecoveryCode).where(
        RecoveryCode.user_id == user_id,
        RecoveryCode.hash == _recovery_hash(code),
        RecoveryCode.used_at.is_(None),
    )
    return bool(db.session.execute(spent.values(used_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def _new_recovery_codes(user_id: int) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = ["-".join(_letters(5) for _part in range(2)) for _number in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(user_id=user_id, hash=_recovery_hash(code)) for code in codes)
    return codes


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _letter in range(count))


def _recovery_hash(code: str) -> str:
    return keyed_digest("recovery", re.sub(r"[^a-z0-9]", "", code.lower()))
