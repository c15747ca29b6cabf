"""What every test may ask for: a site on a database of its own, with known people in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache

from tests import dbs, haste, world
from tests.dbs import LEG
from tests.world import Person, Town

pytest_plugins = ["tests.dbs", "tests.legs"]

settings.register_profile("house", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
"""The first property of a process reads every module of ours for its constants: a second or more."""

TEMPLATES = FileSystemBytecodeCache(tempfile.mkdtemp(prefix="uchitelskaya-templates-"))
"""Every test builds a site of its own; its templates need be compiled only once."""


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(TEMPLATES.directory, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _shipped_rules_are_read_once() -> Iterator[None]:
    """Every test builds a site of its own; the rule file that they share need be read only once."""
    from community.config import ROOT
    from community.rules import loader

    load, known = loader.load, {}

    def once(path: Path, **how: Any) -> Any:
        if Path(path) != ROOT / "moderation_rules.yaml":
            return load(path, **how)
        stat = Path(path).stat()
        key = (stat.st_mtime_ns, stat.st_size, how["today"])
        if key not in known:
            known[key] = load(path, **how)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "load", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _in_haste() -> Iterator[None]:
    with haste.addresses_once(), haste.cheap_passwords():
        yield


def pytest_configure(config: pytest.Config) -> None:
    """Make the catalogue before any worker draws a page: a fresh clone has none."""
    if not hasattr(config, "workerinput"):
        from community import translations

        translations.merge()


def site(database_url: str, folder: Path, **settings: str) -> Flask:
    """Build the whole site on a database and a data folder."""
    from community.app import create_app
    from community.config import Config, prepare

    environ = {"DATABASE_URL": database_url, "COMMUNITY_DATA": str(folder), **settings}
    config = Config.from_env(environ)
    prepare(config)
    app = create_app(config)
    app.jinja_env.bytecode_cache = TEMPLATES
    haste.share_statements(app)
    return app


@pytest.fixture(scope="session")
def _town_file(database_template: str, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The known people, made once: a database file to copy, or rows that PostgreSQL remembers."""
    folder = tmp_path_factory.mktemp("town")
    file = None if LEG == "postgres" else folder / "town.sqlite3"
    if file is None:
        dbs.clean(database_template)
        url = dbs.for_sqlalchemy(database_template)
    else:
        shutil.copyfile(database_template, file)
        url = f"sqlite:///{file}"
    app = site(url, folder / "data")
    world.build(app)
    _close(app)
    if file is None:
        dbs.keep(database_template, "town")
    return file


@pytest.fixture
def app(
    database_url: str, database_template: str, _town_file: Path | None, tmp_path: Path
) -> Iterator[Flask]:
    """The whole site with the known people, on this test's database."""
    if _town_file is None:
        dbs.clean(database_template)
        dbs.bring_back(database_template, "town")
    else:
        shutil.copyfile(_town_file, database_url.removeprefix("sqlite:///"))
    made = site(database_url, tmp_path / "data")
    yield made
    _close(made)


def _close(app: Flask) -> None:
    import sqlite3

    from community.core.db import db

    with app.app_context():
        db.session.remove()
        file = db.engine.url.database
        db.engine.dispose()
        if db.engine.dialect.name == "sqlite" and file:
            connection = sqlite3.connect(file)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()


@pytest.fixture
def town(app: Flask) -> Town:
    return Town(app)


@pytest.fixture
def galina(town: Town) -> Person:
    return town["galina"]


@pytest.fixture
def boris(town: Town) -> Person:
    return town["boris"]


@pytest.fixture
def vera(town: Town) -> Person:
    return town["vera"]


@pytest.fixture
def anna(town: Town) -> Person:
    return town["anna"]


@pytest.fixture
def irina(town: Town) -> Person:
    return town["irina"]


@pytest.fixture
def gleb(town: Town) -> Person:
    return town["gleb"]


@pytest.fixture
def ctx(app: Flask) -> Iterator[Flask]:
    """The site inside an application context, for tests of services."""
    with app.app_context():
        yield app
