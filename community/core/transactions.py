"""``@use_case``: one function, one transaction. Everything outside of it can only read.

SQLite takes the write lock at BEGIN IMMEDIATE, because a read that turns into a write fails at once
with «database is locked» whatever the busy timeout says; reads stay deferred, or they starve writes.
"""

import functools
import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from community.core import turns
from community.core.db import db
from community.core.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_after: ContextVar[list[Callable[[], None]] | None] = ContextVar("after", default=None)

_WRITERS_KEPT = 2

USE_CASES: dict[str, Callable[..., Any]] = {}
"""Every use case by its full name; architecture tests read it."""


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Run ``function`` in one write transaction: commit at its end, roll back whatever it raises.

    A use case called from another joins its transaction.
    """
    USE_CASES[f"{function.__module__}.{function.__qualname__}"] = function

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _writing.get():
            return function(*args, **kwargs)
        try:
            with transaction():
                return function(*args, **kwargs)
        except Refused as refusal:
            if refusal.aftermath is not None:
                with transaction():
                    refusal.aftermath()
            raise

    return run


@contextmanager
def transaction() -> Iterator[None]:
    """Open the write transaction that ``@use_case`` runs in; for the worker and the command line."""
    if _writing.get():
        raise RuntimeError("a write transaction is open already")
    db.session.rollback()  # ends the read snapshot: a write must see the present
    callbacks: list[Callable[[], None]] = []
    with turns.of(db.engine):
        writing, after = _writing.set(True), _after.set(callbacks)
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _writing.reset(writing)
            _after.reset(after)
    _call_all(callbacks)


def _call_all(callbacks: list[Callable[[], None]]) -> None:
    """Call everything that was to follow the commit; one that fails does not keep the others."""
    failed: list[Exception] = []
    for callback in callbacks:
        try:
            callback()
        except Exception as error:  # noqa: BLE001 — raised below, when the others had their turn
            failed.append(error)
    if failed:
        raise failed[0]


@contextmanager
def part() -> Iterator[None]:
    """Do a part of the open write transaction that may fail alone.

    A raise undoes what the part wrote and what it wanted to follow the commit, and nothing else.
    """
    callbacks = _after.get()
    if callbacks is None:
        raise RuntimeError("a part belongs to an open write transaction")
    before = len(callbacks)
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        del callbacks[before:]
        raise


def in_transaction() -> bool:
    """Tell whether a write transaction is open here."""
    return _writing.get()


@contextmanager
def committed() -> Iterator[Connection]:
    """Read what is committed now, on a connection of its own, even while a transaction is open here."""
    writing = _writing.set(False)
    try:
        with db.engine.connect() as connection:
            yield connection
    finally:
        _writing.reset(writing)


def after_commit(callback: Callable[[], None]) -> None:
    """Call ``callback`` once the transaction that is open now has committed; never if it fails."""
    callbacks = _after.get()
    if callbacks is None:
        raise RuntimeError("after_commit is called inside a use case")
    if callback not in callbacks:
        callbacks.append(callback)


def install(engine: Engine) -> None:
    """Give ``engine`` the begin policy: read-only by default, one writer at a time on SQLite."""
    if engine.dialect.name == "sqlite":
        turns.give(engine)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgres_connect)
        event.listen(engine, "begin", _postgres_begin)


class WritersApart(QueuePool):
    """Keeps connections that may write apart from those that only read (SQLite).

    To give one and the same connection the right and take it back makes SQLite prepare all of its
    statements anew, at each writing.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._writers: queue.LifoQueue[ConnectionPoolEntry] = queue.LifoQueue(_WRITERS_KEPT)

    def _do_get(self) -> ConnectionPoolEntry:
        if not _writing.get():
            return super()._do_get()
        try:
            return self._writers.get_nowait()
        except queue.Empty:
            return self._create_connection()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        if not record.info.get("may_write"):
            super()._do_return_conn(record)
            return
        try:
            self._writers.put_nowait(record)
        except queue.Full:
            record.close()

    def dispose(self) -> None:
        """Close what nobody uses."""
        super().dispose()
        while not self._writers.empty():
            self._writers.get_nowait().close()


def _sqlite_connect(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["may_write"] = _writing.get()
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "temp_store=MEMORY",
        "secure_delete=ON",  # what is erased by right is not left lying in free pages
        "cache_size=-4096",
        "query_only=OFF" if _writing.get() else "query_only=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    if connection.info["may_write"] != _writing.get():
        raise RuntimeError("an engine on SQLite is made with the pool WritersApart")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _postgres_connect(connection: Any, _record: Any) -> None:
    connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    connection.commit()


def _postgres_begin(connection: Any) -> None:
    if _writing.get():
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")
