"""Fixtures of this floor's tests: the edge and this floor as a site of their own, and its letters."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.routing import IntegerConverter

from community.accounts import passwords
from community.assets import Assets
from community.config import ROOT, Config, prepare
from community.core import clock, transactions
from community.core.db import db
from tests import haste
from tests.accounts.stories import Letters, Visitor
from tests.dbs import engine_of

Build = Callable[..., Flask]

NOON = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def build(database_url: str, tmp_path: Path) -> Build:
    """Build the site with the given settings, on this test's database."""

    def made(**settings: str) -> Flask:
        environ = {
            "DATABASE_URL": database_url,
            "COMMUNITY_DATA": str(tmp_path / "data"),
            **settings,
        }
        config = Config.from_env(environ)
        prepare(config)
        return floor_site(config)

    return made


@pytest.fixture
def site(build: Build) -> Flask:
    return build()


@pytest.fixture
def mailing_site(build: Build) -> Flask:
    """A mail server is configured: one signs in only after confirming the e-mail."""
    return build(SMTP_URL="smtp://127.0.0.1:9")


@pytest.fixture
def visitor(site: Flask) -> Visitor:
    return Visitor(site)


@pytest.fixture
def letters(site: Flask) -> Letters:
    return Letters(site)


class Id(IntegerConverter):
    """Ids as the site's addresses have them."""

    def __init__(self, url_map, *args):
        super().__init__(url_map, max=2**31 - 1)


def floor_site(config: Config) -> Flask:
    """Compose this floor as the site does, without the rooms above it."""
    from community.web import access, errors, filters, page, security, statics, view

    app = Flask(
        "floor", root_path=str(ROOT), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.url_map.converters["int"] = Id
    app.static_folder = str(ROOT / "static")
    app.extensions["community"] = config
    app.config.update(
        SECRET_KEY=config.secret_key(),
        PUBLIC_HTTPS=config.is_secure,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="ru",
        BABEL_DEFAULT_TIMEZONE="Europe/Moscow",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "community" / "translations"),
        **engine_of(config.database_url),
    )
    db.init_app(app)
    with app.app_context():
        transactions.install(db.engine)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["asset"] = Assets(ROOT / "static")
    CSRFProtect(app)
    Babel(app, locale_selector=_language)
    for module in (statics, view, filters, security, errors):
        module.install(app)
    for name in ("audit.models", "accounts.reasons", "accounts.models", "accounts.consumers"):
        importlib.import_module(f"community.{name}")
    routes = importlib.import_module("community.accounts.routes")
    app.register_blueprint(routes.bp)
    login = importlib.import_module("community.accounts.login")
    login.install(app)
    access.install(app, login.load_actor)
    page.install(app, lambda: login.fill(page.Page()))
    app.add_url_rule("/", "front", access.public(lambda: "front"))
    return app


def _language() -> str | None:
    from flask import g

    language: str | None = g.get("language")
    return language


@pytest.fixture(autouse=True)
def _passwords_at_their_real_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", haste.REAL_HASHER)


@pytest.fixture
def noon() -> Iterator[None]:
    """A moment that stands still until the test lets time pass."""
    with clock.frozen(NOON):
        yield
