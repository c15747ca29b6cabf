"""The composition root: the one file that names all rooms."""

import importlib.util
import logging
from importlib import import_module
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from community import config as settings
from community import frame
from community.config import ROOT, Config
from community.core import transactions
from community.core.db import db
from community.live import channel
from community.publishing import guard, ruleset
from community.web import errors, filters, security, statics

FLOORS = (
    "audit", "accounts", "notices", "communities", "files", "publishing", "live", "ballots",
    "calendar",
)  # fmt: skip
ROOMS = (
    "topics", "surveys", "messages", "chats", "councils", "profiles", "moderation", "rulebook",
    "search", "notifications",
)  # fmt: skip


class Id(IntegerConverter):
    """An id in an address: what no table can hold is no address, so it answers 404 and not 500."""

    def __init__(self, map: object, *_args: object, **_kwargs: object) -> None:  # noqa: A002
        super().__init__(map, max=2**31 - 1)  # type: ignore[arg-type]


class Part(UnicodeConverter):
    """A word in an address: one with a NUL is no address, because no table can hold it."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002
        super().__init__(map, *args, **kwargs)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


def create_app(config: Config | None = None) -> Flask:
    """Build the site of one installation; starts no threads and touches no network."""
    config = config or settings.load()
    app = Flask(
        "community",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.static_folder = str(ROOT / "static")
    app.url_map.converters["int"] = Id
    app.url_map.converters["default"] = app.url_map.converters["string"] = Part
    _configure(app, config)
    _open_database(app, config)
    _open_edge(app)
    _open_rooms(app)
    channel.install(app)
    _trust_proxies(app, config)
    return app


def _configure(app: Flask, config: Config) -> None:
    app.extensions["community"] = config
    app.config.update(
        SECRET_KEY=config.secret_key(),
        PUBLIC_HTTPS=config.is_secure,
        MAX_CONTENT_LENGTH=(config.max_upload_mb + 1) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="__Host-community" if config.is_secure else "community",
        SESSION_COOKIE_SECURE=config.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE=config.language,
        BABEL_DEFAULT_TIMEZONE=config.timezone,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "community" / "translations"),
    )
    logging.getLogger("community").setLevel(config.log_level.upper())


def _trust_proxies(app: Flask, config: Config) -> None:
    """Believe the proxies before all else, so that sockets too are judged by the address outside."""
    if config.trusted_hops:
        hops = config.trusted_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )


def _open_database(app: Flask, config: Config) -> None:
    options: dict[str, object] = {
        "pool_size": 20,
        "max_overflow": 20,
        "pool_timeout": 30,
        "pool_use_lifo": True,  # a warm connection has its statements prepared and its pages read
    }
    if config.is_sqlite:
        options["connect_args"] = {"check_same_thread": False, "timeout": 10}
        options["poolclass"] = transactions.WritersApart
    else:
        options["pool_pre_ping"] = True
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        transactions.install(db.engine)
        guard.install(db.engine)
    ruleset.install(app)


def _open_edge(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    Babel(app, locale_selector=frame.language)
    statics.install(app)
    filters.install(app)
    security.install(app)
    errors.install(app)


def _open_rooms(app: Flask) -> None:
    """Let each floor and room register its models, reasons, consumers and routes, in order."""
    for name in (*FLOORS, *ROOMS):
        for module in ("reasons", "models", "events", "consumers", "routes"):
            if importlib.util.find_spec(f"community.{name}.{module}") is None:
                continue
            made = import_module(f"community.{name}.{module}")
            if module == "routes":
                for blueprint in getattr(made, "blueprints", None) or (made.bp,):
                    app.register_blueprint(blueprint)
    frame.install(app)
