"""Before the site starts its database is brought up to date, and a copy of the old one is kept."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, inspect

from community.cli import bring_up
from community.config import Config
from community.migrations import runner

FIRST = "0001"


@pytest.fixture
def config(tmp_path, empty_database_url, backup_tools):
    return Config.from_env(
        {"COMMUNITY_DATA": str(tmp_path / "data"), "DATABASE_URL": empty_database_url}
    )


def copies(config):
    return (
        sorted(config.backup_dir.glob("before-migration-*")) if config.backup_dir.exists() else []
    )


def test_an_empty_database_is_made_without_a_copy(config):
    bring_up(config)

    assert runner.current(config) == runner.head()
    assert copies(config) == []


def test_an_older_database_is_copied_first(config, capsys):
    runner.upgrade(config.database_url, FIRST)

    bring_up(config)

    (copy,) = copies(config)
    assert runner.current(config) == runner.head()
    assert str(copy) in capsys.readouterr().out
    assert copy.stat().st_mode & 0o077 == 0
    if config.is_sqlite:
        with closing(sqlite3.connect(copy)) as old:
            assert old.execute("SELECT version_num FROM alembic_version").fetchone() == (FIRST,)
    else:
        assert copy.read_bytes().startswith(b"PGDMP")


def test_what_is_up_to_date_is_left_alone(config, monkeypatch):
    bring_up(config)
    monkeypatch.setattr(runner, "upgrade", pytest.fail)

    bring_up(config)

    assert copies(config) == []


def test_a_failing_step_leaves_the_old_schema_and_the_copy(config, monkeypatch):
    runner.upgrade(config.database_url, FIRST)
    monkeypatch.setattr(runner, "upgrade", fail)

    with pytest.raises(RuntimeError):
        bring_up(config)

    assert runner.current(config) == FIRST
    assert len(copies(config)) == 1
    engine = create_engine(config.database_url)
    assert "organisations" in inspect(engine).get_table_names()
    engine.dispose()


def fail(url):
    raise RuntimeError("the step broke")


def test_only_the_newest_copies_stay(config):
    from community import backup

    bring_up(config)
    made = [backup.before_migration(config) for _ in range(backup.KEPT_BEFORE_MIGRATION + 2)]

    assert copies(config) == made[2:]
