"""The known people in a data folder that a real process serves."""

import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import select

from community.config import Config, prepare
from community.core.db import db
from community.publishing.facts import Words
from tests.conftest import _close
from tests.conftest import site as site_of
from tests.dbs import LEG
from tests.faults.site import Site
from tests.scene import Scene


@pytest.fixture
def folder(database_template, tmp_path):
    """A data folder as an installation has it, with the known people and an empty topic's board."""
    from tests import world

    if LEG == "postgres":
        pytest.skip(
            "kills one process of the embedded way; the database's own crash is PostgreSQL's"
        )
    data = tmp_path / "data"
    config = Config.from_env({"COMMUNITY_DATA": str(data)})
    prepare(config)
    shutil.copyfile(database_template, config.sqlite_path)
    app = site_of(config.database_url, data)
    world.build(app)
    _close(app)
    return data


@pytest.fixture
def start(folder):
    running = []

    def begin(where=folder, **environ):
        running.append(Site(where, **environ))
        running[-1].wait()
        return running[-1]

    yield begin
    for each in running:
        each.kill()


@pytest.fixture
def topic(folder):
    """A topic to answer in; its address."""
    return open_topic(folder)


@pytest.fixture
def topic_on():
    """Open a topic in a folder of another place."""
    return open_topic


def open_topic(folder):
    from community.topics.models import Board
    from community.topics.services import writing
    from tests.world import SLUG, Town

    with opened(folder) as app:
        anna = Town(app)["anna"]
        with app.app_context():
            board = db.session.scalar(select(Board.id).where(Board.name == "Методика"))
            made, _published = writing.open_topic(
                anna.actor, board, Words(body="Как вернуть интерес на третьем уроке?", title="Дроби"),
                writing.TopicPlan("case", "", False), seen=frozenset(), file_ids=(),
            )  # fmt: skip
    return f"/c/{SLUG}/topics/{made}"


@contextmanager
def opened(folder):
    """Open the site on a folder that no process serves now."""
    app = site_of(f"sqlite:///{folder / 'community.sqlite3'}", folder)
    try:
        yield app
    finally:
        _close(app)


@pytest.fixture
def after(folder):
    """Give the scene of what is left in the folder, having asked SQLite whether it is whole."""

    @contextmanager
    def look():
        with closing(sqlite3.connect(folder / "community.sqlite3")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with opened(folder) as app:
            from tests.world import Town

            yield Scene(Town(app))

    return look
