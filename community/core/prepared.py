"""Statements that were built once, sent to SQLite without being compiled again.

SQLAlchemy's own way costs about 20 µs a statement and 0.5 µs a value, and a page asks a dozen of
them; here it is done once for each statement: its SQL, the order and types of its values, the
types of its columns. PostgreSQL takes the ordinary way. What watches statements (the fence around
people's words, the counting in tests) is asked as always.
"""

import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite_dialect
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

Convert = Callable[[Any], Any]
_LIST = re.compile(r"\(__\[POSTCOMPILE_(\w+)\]\)")
_NONE_OF_THEM = "(SELECT 1 WHERE 1 != 1)"
_KEPT = 512


def run(connection: Connection, statement: Any, values: Mapping[str, Any]) -> Any:
    """Execute a SELECT of columns with its values; the result reads like SQLAlchemy's own."""
    if connection.dialect.name != "sqlite":
        return connection.execute(statement, values)
    try:
        return _prepared(statement).run(connection, values)
    except sqlite3.Error:
        return connection.execute(statement, values)  # the same error, in the words all know


def alter(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> int:
    """Execute an INSERT, UPDATE or DELETE once for each of ``rows``; return how many it changed.

    Every value is in the statement or in the row: the defaults of the model are not asked.
    """
    if connection.dialect.name != "sqlite":
        return _altered(connection, statement, rows)
    try:
        return _prepared(statement).alter(connection, rows)
    except sqlite3.Error:
        return _altered(connection, statement, rows)  # the same error, in the words all know


def store(connection: Connection, statement: Any, values: Mapping[str, Any]) -> int:
    """Execute an INSERT of one row with all its values; return the id that the row was given."""
    if connection.dialect.name == "sqlite":
        try:
            return _prepared(statement).store(connection, values)
        except sqlite3.Error:
            pass  # the same error comes below, in the words all know
    made: Any = connection.execute(statement, dict(values)).inserted_primary_key
    return int(made[0])


def _altered(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> int:
    values = dict(rows[0]) if len(rows) == 1 else [dict(row) for row in rows]
    made = connection.execute(statement, values, execution_options={"preserve_rowcount": True})
    changed: int = made.rowcount
    return changed


class Rows:
    """What was found: named tuples, and the ways of taking them that SQLAlchemy's result has."""

    __slots__ = ("_rows",)

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Return every row."""
        return self._rows

    def first(self) -> Any:
        """Return the first row, or None."""
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        """Return the only row, or None; raises ``MultipleResultsFound``."""
        if len(self._rows) > 1:
            raise MultipleResultsFound("several rows where one was expected")
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """Return the only row; raises ``NoResultFound``, ``MultipleResultsFound``."""
        found = self.one_or_none()
        if found is None:
            raise NoResultFound("no row where one was expected")
        return found

    def scalar(self) -> Any:
        """Return the first value of the first row, or None."""
        return self._rows[0][0] if self._rows else None

    def scalars(self) -> Iterator[Any]:
        """Return the first value of every row."""
        return map(itemgetter(0), self._rows)


class _Prepared:
    """One statement, taken apart."""

    def __init__(self, statement: Any) -> None:
        dialect: Any = sqlite_dialect()
        made = statement.compile(dialect=dialect)
        self._sql: str = made.string
        self._fixed: dict[str, Any] = dict(made.params)
        self._names: Sequence[str] = made.positiontup
        self._lists = frozenset(name for name, bind in made.binds.items() if bind.expanding)
        self._asked = frozenset(name for name, bind in made.binds.items() if bind.required)
        self._bound = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in made.binds.items()
        }
        self._read: list[tuple[int, Convert]] = []
        for place, column in enumerate(getattr(statement, "selected_columns", ())):
            convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
            if convert is not None:
                self._read.append((place, convert))
        self._opened: dict[tuple[int, ...], str] = {}
        self._row: Any = None

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Rows:
        sql, parameters = self._with(values)
        cursor = connection.connection.cursor()
        for watch in connection.dispatch.before_cursor_execute:
            watch(connection, cursor, sql, parameters, None, False)
        cursor.execute(sql, parameters)
        if self._row is None:
            names = [column[0] for column in cursor.description]
            self._row = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # noqa: PYI024
        return Rows(self._rows(cursor.fetchall()))

    def alter(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        made = [self._with(values) for values in rows]
        sql, parameters = made[0]
        cursor = connection.connection.cursor()
        for watch in connection.dispatch.before_cursor_execute:
            watch(connection, cursor, sql, parameters, None, len(made) > 1)
        if len(made) == 1:
            cursor.execute(sql, parameters)
        else:
            cursor.executemany(sql, [each for _sql, each in made])
        changed: int = cursor.rowcount
        return changed

    def store(self, connection: Connection, values: Mapping[str, Any]) -> int:
        sql, parameters = self._with(values)
        cursor = connection.connection.cursor()
        for watch in connection.dispatch.before_cursor_execute:
            watch(connection, cursor, sql, parameters, None, False)
        cursor.execute(sql, parameters)
        return int(cursor.lastrowid)

    def _with(self, values: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its values in their order; a list of values opens its place."""
        unknown = values.keys() - self._bound.keys()
        if unknown or not values.keys() >= self._asked:
            raise TypeError(f"the statement asks for {sorted(self._asked)}")
        made: list[Any] = []
        for name in self._names:
            value = values[name] if name in values else self._fixed[name]
            convert = self._bound[name]
            if name in self._lists:
                made.extend(value if convert is None else map(convert, value))
            else:
                made.append(value if convert is None else convert(value))
        if not self._lists:
            return self._sql, tuple(made)
        return self._open(values), tuple(made)

    def _open(self, values: Mapping[str, Any]) -> str:
        sizes = tuple(len(values[name] if name in values else self._fixed[name])
                      for name in sorted(self._lists))  # fmt: skip
        found = self._opened.get(sizes)
        if found is None:
            size = dict(zip(sorted(self._lists), sizes, strict=True))

            def places(match: re.Match[str]) -> str:
                many = size[match[1]]
                return f"({', '.join('?' * many)})" if many else _NONE_OF_THEM

            found = self._opened[sizes] = _LIST.sub(places, self._sql)
        return found

    def _rows(self, found: Sequence[Any]) -> list[Any]:
        if not found:
            return []
        if not self._read:
            return list(map(self._row._make, found))
        columns = list(zip(*found, strict=True))
        for place, convert in self._read:
            columns[place] = tuple(map(convert, columns[place]))
        return list(map(self._row._make, zip(*columns, strict=True)))


@lru_cache(maxsize=_KEPT)
def _prepared(statement: Any) -> _Prepared:
    return _Prepared(statement)
