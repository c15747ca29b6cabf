"""Ids for rows of the volume before they are stored."""

from collections.abc import Iterator, Sequence

from sqlalchemy import text

from community.core.db import db


class Ids:
    """Ids for rows before they are stored, in the open write transaction."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._free: Iterator[int] = iter(())

    def take(self) -> int:
        """Return the next free id."""
        found: int | None = next(self._free, None)
        if found is None:
            self._free = iter(self._reserve())
            found = next(self._free)
        return found

    def forget(self) -> None:
        """Ask anew after the transaction: others may write in between."""
        if db.engine.dialect.name != "postgresql":
            self._free = iter(())

    def _reserve(self) -> Sequence[int]:
        if db.engine.dialect.name != "postgresql":  # nobody else writes until the transaction ends
            last = db.session.scalar(text(f"SELECT max(id) FROM {self._table}")) or 0  # noqa: S608
            return range(last + 1, 2**31)
        statement = text(
            "SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, 1000)"
        )
        return list(db.session.scalars(statement, {"table": self._table}))
