"""SQLite may leave the writing to the system while an empty installation is being filled.

A machine that loses its power meanwhile loses a demonstration that is made anew, and no word of
anybody. In an installation with people in it this must never be used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from community.core.db import db


@contextmanager
def unhurried_disk() -> Iterator[None]:
    """Commit without waiting for the disk inside, and wait for all of it at the end."""
    engine = db.engine
    if engine.dialect.name != "sqlite":
        yield
        return
    event.listen(engine, "checkout", _relax)
    try:
        yield
    finally:
        event.remove(engine, "checkout", _relax)
        db.session.remove()
        engine.dispose()
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _relax(connection: Any, _record: Any, _proxy: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
