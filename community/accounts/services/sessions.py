"""Signed-in browsers: rows on the server that can be listed and ended one by one."""

import ipaddress
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from community.accounts.keys import digest
from community.accounts.models import SignIn, User
from community.core import clock, ripples
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.markup import clean
from community.core.transactions import use_case

ABSOLUTE, IDLE = timedelta(days=30), timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request comes from: the address and what the browser calls itself."""

    address: str = ""
    agent: str = ""

    @property
    def network(self) -> str:
        """Return the beginning of the address: /24, or /48 of the newer kind."""
        return self._network(24, 48)

    @property
    def counted(self) -> str:
        """Return what failures are counted by: the address, or the /64 of the newer kind."""
        return self._network(32, 64)

    def _network(self, older: int, newer: int) -> str:
        try:
            address = ipaddress.ip_address(self.address)
        except ValueError:
            return ""
        bits = older if address.version == 4 else newer
        return str(ipaddress.ip_network(f"{address}/{bits}", strict=False).network_address)


@use_case
def open_session(user_id: int, place: Place) -> str:
    """Store a new session and return its key, which only the browser's cookie will hold."""
    key = secrets.token_urlsafe(32)
    moment = clock.now()
    db.session.add(
        SignIn(
            key_hash=digest(key),
            user_id=user_id,
            created_at=moment,
            seen_at=moment,
            agent=clean(place.agent)[:200],
            network=place.network,
        )
    )
    return key


@use_case
def touch(session_id: int) -> None:
    """Note that the session is in use."""
    db.session.execute(update(SignIn).where(SignIn.id == session_id).values(seen_at=clock.now()))


@use_case
def close_session(actor: Actor, session_id: int) -> None:
    """End one of one's own sessions; another person's is not found."""
    own = update(SignIn).where(SignIn.id == session_id, SignIn.user_id == actor.id)
    if db.session.execute(own.values(revoked_at=clock.now())).rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound
    ripples.access_changed(actor.id)


@use_case
def close_sessions(user_id: int, *, but: int | None = None) -> None:
    """End every session of a person, ``but`` one where it is named."""
    statement = update(SignIn).where(SignIn.user_id == user_id, SignIn.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(SignIn.id != but)
    db.session.execute(statement.values(revoked_at=clock.now()))
    ripples.access_changed(user_id)


def alive(session_ids: Collection[int]) -> set[int]:
    """Return those of the sessions that still let their person in."""
    now = clock.now()
    found = (
        select(SignIn.id)
        .join(User, User.id == SignIn.user_id)
        .where(
            SignIn.id.in_(session_ids),
            SignIn.revoked_at.is_(None),
            SignIn.created_at > now - ABSOLUTE,
            SignIn.seen_at > now - IDLE,
            User.state == "active",
        )
    )
    return set(db.session.scalars(found))


@use_case
def sweep() -> None:
    """Delete sessions that ended or lapsed a month ago."""
    past = clock.now() - ABSOLUTE
    over = or_(SignIn.revoked_at < past, SignIn.created_at < past - ABSOLUTE, SignIn.seen_at < past)
    db.session.execute(delete(SignIn).where(over))
