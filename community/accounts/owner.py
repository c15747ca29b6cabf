"""The one-time link for whoever installed the site: it opens the first-run page until that is done.

The token is an HMAC of a stored number with the installation's secret: it can be printed again at
each start, works once, and is of no use to a reader of the database.
"""

import hashlib
import hmac
import secrets
from typing import cast

from flask import Flask
from sqlalchemy import Connection, Table, create_engine, event, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from community.accounts.keys import config, derived
from community.accounts.models import OwnerLink
from community.config import Config
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.transactions import use_case
from community.core.verdict import deny

_links = cast("Table", OwnerLink.__table__)


def owner_link(installation: Flask | Config) -> str | None:
    """Return the one-time link, or None once the installation has its first community.

    Takes the settings alone as well, because the launcher prints the link before the site is built.
    """
    settings = (
        installation.extensions["community"] if isinstance(installation, Flask) else installation
    )
    engine = create_engine(settings.database_url)
    if settings.is_sqlite:
        _take_write_lock_at_begin(engine)
    try:
        with engine.begin() as connection:
            nonce = _open_nonce(connection)
    except SQLAlchemyError:
        return None  # no database yet: the caller migrates first
    finally:
        engine.dispose()
    return None if nonce is None else f"{settings.public_url}/first-run/{_token(settings, nonce)}"


def check(token: str) -> bool:
    """Tell whether the link may still be used."""
    row = _open_row()
    return row is not None and hmac.compare_digest(_token(config(), row.nonce), token)


@use_case
def spend(token: str) -> None:
    """Use the link up; a wrong token is not found, a spent one is refused."""
    if _is_closed():
        raise Refused(deny("owner.closed"))
    if not check(token):
        raise NotFound
    close()


@use_case
def close() -> None:
    """Let no owner link work any more: the installation has its first community."""
    moment = clock.now()
    db.session.execute(
        update(OwnerLink).where(OwnerLink.spent_at.is_(None)).values(spent_at=moment)
    )
    if not _is_closed():
        db.session.add(OwnerLink(nonce=secrets.token_hex(32), created_at=moment, spent_at=moment))
        db.session.flush()


def _is_closed() -> bool:
    return (
        db.session.scalar(select(OwnerLink.id).where(OwnerLink.spent_at.is_not(None)).limit(1))
        is not None
    )


def _open_row() -> OwnerLink | None:
    return (
        None
        if _is_closed()
        else db.session.scalar(select(OwnerLink).order_by(OwnerLink.id).limit(1))
    )


def _open_nonce(connection: Connection) -> str | None:
    rows = connection.execute(select(_links.c.nonce, _links.c.spent_at).order_by(_links.c.id)).all()
    if any(row.spent_at is not None for row in rows):
        return None
    if rows:
        return str(rows[0].nonce)
    nonce = secrets.token_hex(32)
    connection.execute(insert(_links).values(nonce=nonce, created_at=clock.now()))
    return nonce


def _token(settings: Config, nonce: str) -> str:
    key = derived(settings.secret_key(), "owner-link")
    return hmac.new(key, nonce.encode(), hashlib.sha256).hexdigest()


def _take_write_lock_at_begin(engine: object) -> None:
    event.listen(
        engine, "connect", lambda connection, _record: setattr(connection, "isolation_level", None)
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
