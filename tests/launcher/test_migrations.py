"""The steps of the schema lead where the models are, keep what is stored, and can be taken back."""

import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from community.config import Config, prepare
from community.migrations import runner
from tests.dbs import load_models


@pytest.fixture
def engine(empty_database_url):
    made = create_engine(empty_database_url)
    yield made
    made.dispose()


def test_there_is_one_head_and_the_quick_reader_knows_it():
    script = ScriptDirectory(str(runner.HERE))

    assert [runner.head()] == list(script.get_heads())
    assert all(runner.knows(each.revision) for each in script.walk_revisions())


def test_the_steps_lead_to_what_the_models_say(engine, empty_database_url):
    runner.upgrade(empty_database_url)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, load_models())
    elsewhere = indexes_of_the_other_engine(engine)
    assert [each for each in found if getattr(each[1], "name", None) not in elsewhere] == []


def indexes_of_the_other_engine(engine):
    """Those that the models have on one engine only: Alembic does not read that condition."""
    indexes = [index for table in load_models().tables.values() for index in table.indexes]
    return {
        each.name
        for each in indexes
        if each._ddl_if and each._ddl_if.dialect != engine.dialect.name
    }


def test_up_down_up_with_data(engine, empty_database_url):
    runner.upgrade(empty_database_url)
    store(engine)
    first = tables(engine)

    runner.downgrade(empty_database_url, "base")
    assert tables(engine) <= {"alembic_version"}
    runner.upgrade(empty_database_url)

    assert tables(engine) == first
    store(engine)


def test_a_second_upgrade_changes_nothing(engine, empty_database_url):
    runner.upgrade(empty_database_url)
    store(engine)
    runner.upgrade(empty_database_url)

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM organisations")) == 1


def store(engine):
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organisations (name, short_name, folded, kind, settlement, created_at)"
                " VALUES ('Школа', 'Школа', 'школа', 'school', '', '2026-01-01 00:00:00')"
            )
        )


def tables(engine):
    return set(inspect(engine).get_table_names())


def test_the_state_is_read_without_alembic(engine, empty_database_url, tmp_path):
    config = Config.from_env({"COMMUNITY_DATA": str(tmp_path), "DATABASE_URL": empty_database_url})

    assert runner.current(config) is None
    runner.upgrade(empty_database_url)
    assert runner.current(config) == runner.head()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET kind = 'x'",
        "DELETE FROM audit_entries",
        "DELETE FROM entries",
    ],
)
def test_what_must_stay_is_guarded_after_a_migration(engine, empty_database_url, statement):
    """The guards are triggers, which a rebuilt table loses; without rows only their presence shows."""
    runner.upgrade(empty_database_url)
    query = {
        "sqlite": "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT event_object_table, event_manipulation FROM information_schema.triggers",
    }[engine.dialect.name]
    act, table = statement.split()[0], "entries" if " entries" in statement else "audit_entries"

    with engine.connect() as connection:
        found = [(name, f" {rest}".upper()) for name, rest in connection.execute(text(query))]
    assert [name for name, rest in found if name == table and f" {act}" in rest]


def test_a_broken_step_leaves_the_old_database_whole(tmp_path, monkeypatch):
    """Everything is one transaction: keys that would break undo the step."""
    config = Config.from_env({"COMMUNITY_DATA": str(tmp_path)})
    prepare(config)
    with closing(sqlite3.connect(config.sqlite_path)) as old:
        old.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        old.execute("CREATE TABLE children (parent INTEGER REFERENCES parents (id))")
        old.execute("INSERT INTO children VALUES (7)")
        old.commit()

    with pytest.raises(RuntimeError, match="breaks references"):
        runner.upgrade(config.database_url)

    assert runner.current(config) is None
    with closing(sqlite3.connect(config.sqlite_path)) as now:
        assert now.execute("SELECT parent FROM children").fetchall() == [(7,)]
        names = {
            row[0] for row in now.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    assert names == {"parents", "children"}
