"""A site with nothing but this floor and those below it: what admissions need, and no more."""

from __future__ import annotations

import importlib
from pathlib import Path

from flask import Flask
from flask_babel import Babel

from community.communities import services
from community.communities.services.founding import Founded
from community.config import Config, prepare
from community.core import transactions
from community.core.actor import SYSTEM, Actor
from community.core.clock import now
from community.core.db import db
from tests.dbs import engine_of

WHY = "Хочу учиться вместе с вами и делиться тем, что получается."
AGREED = (1, 1)


def small_app(database_url: str, folder: Path) -> Flask:
    """Build an app on a migrated database; usable from any process of a test."""
    config = Config.from_env({"DATABASE_URL": database_url, "COMMUNITY_DATA": str(folder)})
    prepare(config)
    app = Flask("small")
    app.extensions["community"] = config
    app.config.update(**engine_of(database_url), BABEL_DEFAULT_LOCALE="ru")
    db.init_app(app)
    Babel(app)
    with app.app_context():
        transactions.install(db.engine)
    importlib.import_module("community.accounts.models")
    for name in ("reasons", "models", "consumers"):
        importlib.import_module(f"community.communities.{name}")
    return app


def people(count: int, *, first: int = 1) -> list[Actor]:
    """Store accounts without passwords: hundreds of argon2 hashes would prove nothing here."""
    from community.accounts.models import User

    with transactions.transaction():
        made = [
            User(
                last_name=f"Петрова{number}",
                first_name="Мария",
                name=f"Мария Петрова{number}",
                sort_name=f"петрова{number} мария",
                email=f"person{number}@example.org",
                email_confirmed_at=now(),
                created_at=now(),
            )
            for number in range(first, first + count)
        ]
        db.session.add_all(made)
        db.session.flush()
        return [Actor(each.id, each.name) for each in made]


def found(administrator: Actor, **changes: object) -> Founded:
    """Found a community of 150 with a short charter."""
    given: dict[str, object] = {
        "name": "Педагоги Приозёрного района",
        "administrator_id": administrator.id,
        "charter": "Положение о сообществе",
        "rules": "Пять правил общения",
    }
    return services.found(SYSTEM, **(given | changes))  # type: ignore[arg-type]


def admitted(administrator: Actor, community_id: int, actors: list[Actor]) -> None:
    """Let people in by the way of an import, in one transaction."""
    with transactions.transaction():
        for each in actors:
            services.admit(administrator, community_id, each.id)
