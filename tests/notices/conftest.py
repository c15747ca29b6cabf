"""Notices and letters: their floors and those below."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from community.config import ROOT, Config, prepare
from community.core import clock, outbox, transactions
from community.core.actor import Actor
from community.core.db import db
from community.notices import sentences
from tests.dbs import engine_of


def small_app(database_url: str, folder: Path, **settings: str) -> Flask:
    given = {
        "DATABASE_URL": database_url,
        "COMMUNITY_DATA": str(folder),
        "PUBLIC_URL": "https://ped.example",
    }
    config = Config.from_env(given | settings)
    prepare(config)
    app = Flask("small", template_folder=str(ROOT / "templates"))
    app.extensions["community"] = config
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    translations = str(ROOT / "community" / "translations")
    app.config.update(
        **engine_of(database_url),
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=translations,
    )
    db.init_app(app)
    Babel(app)
    with app.app_context():
        transactions.install(db.engine)
    importlib.import_module("community.notices.consumers")
    return app


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = small_app(database_url, tmp_path / "data")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def letters(app: Flask) -> Callable[[], list[str]]:
    """Drain the outbox and read every letter of the folder, eldest first."""
    config: Config = app.extensions["community"]

    def read() -> list[str]:
        outbox.drain()
        return [file.read_text("utf-8") for file in sorted(config.mail_dir.glob("*.txt"))]

    return read


@pytest.fixture
def person(app: Flask) -> Callable[..., Actor]:
    """Store an account without a password: a hash would prove nothing here."""
    from community.accounts.models import User

    made: list[int] = []

    def make(**more: object) -> Actor:
        number = len(made) + 1
        given: dict[str, object] = {
            "last_name": f"Соколова{number}", "first_name": "Анна", "patronymic": "Сергеевна",
            "name": f"Анна Соколова{number}", "sort_name": f"соколова{number} анна",
            "email": f"anna{number}@example.org", "email_confirmed_at": clock.now(),
            "created_at": clock.now(), "preferences": {"language": "en"},
        }  # fmt: skip
        with transactions.transaction():
            user = User(**(given | more))
            db.session.add(user)
            db.session.flush()
            actor = Actor(user.id, user.name)
        made.append(actor.id)
        return actor

    return make


@pytest.fixture(autouse=True)
def vocabulary() -> Iterator[None]:
    """Sentences registered by a test stay with the test."""
    sentences.register({"test.admitted": "You are admitted to “%(community)s”."})
    sentences.register({"test.reply": "%(person)s answered you."}, group="talk")
    yield
    for code in [each for each in sentences.SENTENCES if each.startswith("test.")]:
        del sentences.SENTENCES[code]
