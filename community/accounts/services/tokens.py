"""Links sent by mail: random, stored as a hash, for one use, with an end."""

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update

from community.accounts.keys import digest
from community.accounts.models import MailedToken, User
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.verdict import deny

_LETTERS_AN_HOUR = 5


def issue(
    user_id: int, purpose: str, email: str, hours: int, *, limited: bool = True
) -> str | None:
    """Store a new token and return it; None when this person was sent too many letters this hour.

    An older link of the same purpose stops working.
    """
    moment = clock.now()
    recent = select(func.count()).where(
        MailedToken.user_id == user_id, MailedToken.created_at > moment - timedelta(hours=1)
    )
    if limited and (db.session.scalar(recent) or 0) >= _LETTERS_AN_HOUR:
        return None
    void(user_id, purpose)
    token = secrets.token_urlsafe(32)
    db.session.add(
        MailedToken(
            hash=digest(token),
            user_id=user_id,
            purpose=purpose,
            email=email,
            created_at=moment,
            expires_at=moment + timedelta(hours=hours),
        )
    )
    db.session.flush()
    return token


def void(user_id: int, *purposes: str) -> None:
    """Make a person's unused links of these purposes (all, when none is named) stop working."""
    statement = update(MailedToken).where(
        MailedToken.user_id == user_id, MailedToken.used_at.is_(None)
    )
    if purposes:
        statement = statement.where(MailedToken.purpose.in_(purposes))
    db.session.execute(statement.values(used_at=clock.now()))


def good(token: str, *purposes: str) -> MailedToken:
    """Return the row of a token that may still be used, or refuse with ``link.stale``."""
    row = db.session.scalar(
        select(MailedToken).where(
            MailedToken.hash == digest(token),
            MailedToken.purpose.in_(purposes),
            MailedToken.used_at.is_(None),
            MailedToken.expires_at > clock.now(),
        )
    )
    if row is None:
        raise Refused(deny("link.stale"))
    return row


def spend(token: str, *purposes: str) -> MailedToken:
    """Use a token up: of two at the same time one gets it, the other is refused."""
    row = good(token, *purposes)
    taken = update(MailedToken).where(MailedToken.id == row.id, MailedToken.used_at.is_(None))
    if db.session.execute(taken.values(used_at=clock.now())).rowcount == 0:  # type: ignore[attr-defined]
        raise Refused(deny("link.stale"))
    return row


def mark_confirmed(user_id: int) -> None:
    """Note that the person's mailbox is proven; a waiting account becomes active."""
    db.session.execute(
        update(User).where(User.id == user_id).values(email_confirmed_at=clock.now())
    )
    db.session.execute(
        update(User).where(User.id == user_id, User.state == "new").values(state="active")
    )
