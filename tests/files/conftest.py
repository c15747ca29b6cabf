import importlib
from dataclasses import dataclass

import pytest
from flask import Flask
from flask_babel import Babel

from community.app import Id
from community.communities.models import Community, Membership
from community.config import Config, prepare
from community.core import transactions
from community.core.actor import VISITOR, Actor
from community.core.clock import now
from community.core.db import db
from community.web import access, errors, filters, security
from tests.dbs import engine_of

importlib.import_module("community.files.reasons")


@pytest.fixture
def site():
    """The least in which a refusal can find its words."""
    app = Flask("site")
    Babel(app)
    with app.test_request_context():
        yield app


@dataclass
class Shelf:
    """The floor of files with those below it, and two members of one community."""

    app: Flask
    config: Config
    anna: Actor
    boris: Actor
    gleb: Actor
    community_id: int
    actor: Actor = VISITOR

    def client(self, actor):
        """Return a browser of the given person."""
        self.actor = actor
        return self.app.test_client()


@pytest.fixture
def shelf(database_url, tmp_path):
    settings = {
        "DATABASE_URL": database_url,
        "COMMUNITY_DATA": str(tmp_path / "data"),
        "MAX_UPLOAD_MB": "2",
        "QUOTA_MB": "4",
    }
    config = Config.from_env(settings)
    prepare(config)
    app = Flask("shelf", root_path=str(config.root), template_folder=str(config.root / "templates"))
    app.extensions["community"] = config
    app.url_map.converters["int"] = Id
    app.config.update(
        **engine_of(database_url),
        BABEL_DEFAULT_LOCALE="ru",
        BABEL_TRANSLATION_DIRECTORIES=str(config.root / "community" / "translations"),
        SECRET_KEY="shelf",
        WTF_CSRF_ENABLED=False,
        PUBLIC_HTTPS=False,
        MAX_CONTENT_LENGTH=3 * 1024 * 1024,
    )
    db.init_app(app)
    Babel(app)
    with app.test_request_context():
        transactions.install(db.engine)
        filters.install(app)
        security.install(app)
        errors.install(app)
        app.register_blueprint(importlib.import_module("community.files.routes").bp)
        app.add_url_rule(
            "/login", endpoint="accounts.login", view_func=access.public(lambda: "door")
        )
        made = Shelf(app, config, *_people(), community_id=0)
        made.community_id = _community(made.anna, made.boris)
        access.install(app, lambda: made.actor)
        yield made
        db.session.remove()
        db.engine.dispose()


def _people():
    from community.accounts.models import User

    names = [("Соколова", "Анна"), ("Лунин", "Борис"), ("Крюков", "Глеб")]
    with transactions.transaction():
        rows = [
            User(
                last_name=last,
                first_name=first,
                name=f"{first} {last}",
                sort_name=f"{last} {first}".lower(),
                email=f"person{number}@example.org",
                created_at=now(),
            )
            for number, (last, first) in enumerate(names)
        ]
        db.session.add_all(rows)
        db.session.flush()
        return [Actor(row.id, row.name) for row in rows]


def _community(*members):
    with transactions.transaction():
        place = Community(
            slug="district", name="Педагоги района", created_at=now(), members=len(members)
        )
        db.session.add(place)
        db.session.flush()
        db.session.add_all(
            Membership(community_id=place.id, user_id=each.id, joined_at=now()) for each in members
        )
        return place.id
