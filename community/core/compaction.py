"""Erased words leave the file too: SQLite keeps what a row held in free pages and in its log."""

import logging
import sqlite3

from community.core.db import db
from community.core.transactions import in_transaction

log = logging.getLogger(__name__)
_PATIENCE = 30.0


def compact() -> None:
    """Write the database file anew without what was erased.

    PostgreSQL sweeps by itself (autovacuum); a busy SQLite is left as it is and told to the operator.
    """
    if in_transaction():
        raise RuntimeError("a database is compacted outside of transactions")
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    connection = sqlite3.connect(
        str(db.engine.url.database), timeout=_PATIENCE, isolation_level=None
    )
    try:
        connection.execute("VACUUM")
        busy, *_pages = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        busy = 1
    finally:
        connection.close()
    if busy:
        log.warning("erased words may still stand in free pages of the database: it was busy")
