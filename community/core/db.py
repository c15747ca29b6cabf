"""The database: one base with named constraints, columns that mean the same on both engines."""

import functools
import json
from collections import namedtuple
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from community.core.prepared import alter, run, store

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite returns naive ones, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment carries its time zone")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.name == "sqlite":  # a page reads a hundred moments
            return _moment
        return super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored).replace(tzinfo=UTC)


class JSONText(TypeDecorator[Any]):
    """A JSON value stored as canonical text: sorted keys, no spaces, Unicode as is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class _Root(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=_Root, session_options={"autoflush": True, "expire_on_commit": False})

if TYPE_CHECKING:

    class Base(DeclarativeBase):
        """The base of every table of the product."""

else:
    Base = db.Model
    Base.registry.update_type_annotation_map(
        {datetime: UTCDateTime, dict[str, Any]: JSONText, list[Any]: JSONText, list[str]: JSONText}
    )


def fetch(statement: Any, **values: Any) -> Any:
    """Run a SELECT that was built once and is kept by the module, with its values.

    For reading columns (not entities) on pages: nothing is flushed before it.
    """
    return run(db.session.connection(), statement, values)


def change(statement: Any, *rows: Mapping[str, Any], **values: Any) -> int:
    """Run a change that was built once and is kept by the module; return how many rows it changed.

    With its ``values``, or once for each of ``rows``. Nothing is flushed before it and loaded
    entities are not told, so it is for rows that the use case does not hold as entities.
    """
    return alter(db.session.connection(), statement, rows or (values,))


def create(statement: Any, **values: Any) -> int:
    """Run an INSERT of one row that was built once and is kept by the module; return the row's id.

    As ``change`` does: every value is given, nothing is flushed before it.
    """
    return store(db.session.connection(), statement, values)


class Columns:
    """All columns of a table, to be read by ``fetch`` as plain values where a page needs no entity."""

    def __init__(self, model: Any) -> None:
        names = model.__table__.columns.keys()
        row: Any = namedtuple("row", names)  # type: ignore[misc]  # noqa: PYI024
        self._make = row._make
        self.asked = tuple(getattr(model, name) for name in names)

    def taken(self, values: Any, place: int) -> tuple[Any, int]:
        """Return the row that begins at ``place`` among ``values``, and where the next begins."""
        end = place + len(self.asked)
        return self._make(values[place:end]), end


def per_engine(build: Callable[[], Any]) -> Callable[[], Any]:
    """Build a statement that says ON CONFLICT once for each kind of database."""
    built: dict[str, Any] = {}

    @functools.wraps(build)
    def statement() -> Any:
        name = db.engine.dialect.name
        if name not in built:
            built[name] = build()
        return built[name]

    return statement


def insert(table: Any) -> Any:
    """Return an INSERT of this engine's dialect, so that ON CONFLICT can be said on both."""
    if db.engine.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as dialect_insert
    else:
        from sqlalchemy.dialects.sqlite import insert as dialect_insert  # type: ignore[assignment]
    return dialect_insert(table)
