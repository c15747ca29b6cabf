"""Alembic's entry: one transaction for the whole way, with what SQLite needs around it."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

LOCK = 4_150_150
"""The advisory lock that lets one of several starting processes migrate on PostgreSQL."""


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would not open a transaction before DDL
    connection.execute("PRAGMA busy_timeout=10000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    # Batch mode drops and recreates a parent table: with keys on, its children would go with it.
    connection.execute("PRAGMA foreign_keys=OFF")


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _render(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what they are in the database: a step outlives the code."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


def migrate(connection: Connection) -> None:
    """Run every step inside the open transaction; a broken reference undoes them all."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    context.configure(
        connection=connection,
        target_metadata=context.config.attributes.get("metadata"),
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
        render_item=_render,
    )
    context.run_migrations()
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration breaks references: {broken[:5]}")


def run() -> None:
    """Open a connection of our own, outside the read-only policy of the pages."""
    engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()


run()
