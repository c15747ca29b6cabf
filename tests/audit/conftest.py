"""The journal alone: its floor and those below, on a database of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from community.audit import services, triggers
from community.config import Config, prepare
from community.core import transactions
from community.core.actor import Actor
from community.core.db import db
from tests.dbs import engine_of

BORIS = Actor(user_id=2, name="Борис Лунин")


def small_app(database_url: str, folder: Path) -> Flask:
    config = Config.from_env(
        {
            "DATABASE_URL": database_url,
            "COMMUNITY_DATA": str(folder),
            "PUBLIC_URL": "https://ped.example",
        }
    )
    prepare(config)
    app = Flask("small")
    app.extensions["community"] = config
    app.config.update(**engine_of(database_url), BABEL_DEFAULT_LOCALE="en")
    db.init_app(app)
    Babel(app)
    with app.app_context():
        transactions.install(db.engine)
    return app


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = small_app(database_url, tmp_path / "data")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def outside(app: Flask, database_url: str) -> Iterator[Connection]:
    """A connection of our own, as `community audit verify` has."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def intruder(app: Flask, database_url: str, outside: Connection) -> Iterator[Callable[..., Any]]:
    """Someone with the password of the database: runs SQL past the site."""
    waiting = {} if database_url.startswith("sqlite") else {"options": "-c lock_timeout=5000"}
    engine = create_engine(database_url, poolclass=NullPool, connect_args=waiting)

    def run(*statements: str, without_triggers: bool = False) -> None:
        _let_go(outside)
        with engine.begin() as connection:
            if without_triggers:
                triggers.drop(connection)
            for statement in statements:
                connection.exec_driver_sql(statement)
            if without_triggers:
                triggers.install(connection)

    yield run
    _let_go(outside)
    with engine.begin() as connection:  # PostgreSQL's database serves the next test too
        triggers.drop(connection)
        triggers.install(connection)
        if engine.dialect.name == "postgresql":
            name = "ck_audit_entries_counted"
            connection.exec_driver_sql(
                f"ALTER TABLE audit_entries DROP CONSTRAINT IF EXISTS {name}"
            )
            connection.exec_driver_sql(
                f"ALTER TABLE audit_entries ADD CONSTRAINT {name} CHECK (number >= 1) NOT VALID"
            )
    engine.dispose()


def _let_go(outside: Connection) -> None:
    """On PostgreSQL an open reader would hold up whoever drops a trigger."""
    outside.rollback()
    db.session.rollback()


@pytest.fixture
def write(app: Flask) -> Callable[..., int]:
    """Write one act as Борис does."""

    def act(kind: str = "entry.removed", **more: Any) -> int:
        given = {
            "actor_role": "moderator",
            "community_id": 1,
            "target": ("entry", 7),
            "author_id": 1,
        }
        given |= {"body": {"article": "4.1-оскорбления"}, "sealed": "Ну вы и грубиян"} | more
        with transactions.transaction():
            return services.record(BORIS, kind, **given)

    return act


@pytest.fixture
def six(write: Callable[..., int]) -> list[int]:
    """A journal of six acts."""
    acts = ("entry.held", "entry.released", *["entry.removed"] * 3, "entry.restored")
    return [write(kind) for kind in acts]
