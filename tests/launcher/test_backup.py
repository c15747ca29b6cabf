"""A backup brings everything back, and a damaged one is refused before anything is touched."""

import shutil
import sqlite3
import tarfile
from contextlib import closing

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from community import backup as backups
from community.config import Config, prepare
from community.restore import restore, restore_into
from tests.dbs import LEG


@pytest.fixture
def config(tmp_path, database_url, backup_tools):
    made = Config.from_env({"COMMUNITY_DATA": str(tmp_path / "data"), "DATABASE_URL": database_url})
    prepare(made)
    return made


@pytest.fixture
def school(config):
    """An installation with a school in its database and a photo in its files."""
    write(
        config,
        "INSERT INTO organisations (name, short_name, folded, kind, settlement, created_at)"
        " VALUES ('Школа № 5', 'Школа № 5', 'школа 5', 'school', '', '2026-01-01 00:00:00')",
    )
    photo = config.files_dir / "ab" / "photo.jpg"
    photo.parent.mkdir()
    photo.write_bytes(b"picture" * 1000)
    return photo


def write(config, statement):
    engine = create_engine(config.database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def schools(config):
    engine = create_engine(config.database_url)
    with engine.connect() as connection:
        found = list(connection.execute(text("SELECT name FROM organisations")).scalars())
    engine.dispose()
    return found


def test_everything_comes_back(config, school):
    key = config.secret_key()
    made = backups.create(config)
    assert made.stat().st_mode & 0o077 == 0

    write(config, "DELETE FROM organisations")
    shutil.rmtree(config.files_dir)
    config.secret_key_file.unlink()
    aside = restore_into(config, made)

    assert schools(config) == ["Школа № 5"]
    assert school.read_bytes() == b"picture" * 1000
    assert config.secret_key() == key
    assert aside is not None
    assert aside.is_dir()


def test_what_was_there_is_kept_aside(config, school):
    made = backups.create(config)
    write(config, "UPDATE organisations SET name = 'Новая'")

    aside = restore_into(config, made)

    if LEG == "postgres":
        assert (aside / backups.POSTGRES).read_bytes().startswith(b"PGDMP")
    else:
        with closing(sqlite3.connect(aside / config.sqlite_path.name)) as old:
            assert old.execute("SELECT name FROM organisations").fetchall() == [("Новая",)]
    assert (aside / "files" / "ab" / "photo.jpg").exists()


def test_a_backup_is_made_while_someone_writes(config, school):
    engine = create_engine(config.database_url)
    with engine.connect() as other:
        other.execute(text("SELECT count(*) FROM organisations"))
        made = backups.create(config)
    engine.dispose()

    assert restore_into(config, made) is not None
    assert schools(config) == ["Школа № 5"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "swapped", "foreign", "text"])
def test_a_damaged_copy_is_refused_and_nothing_is_touched(config, school, tmp_path, damage):
    made = backups.create(config)
    broken = tmp_path / "broken.tar.gz"
    DAMAGES[damage](made, broken)

    with pytest.raises(backups.BackupError) as refusal:
        restore_into(config, broken)

    assert "опи" in str(refusal.value.message).lower() or "копи" in refusal.value.message
    assert schools(config) == ["Школа № 5"]
    assert school.exists()


def cut(made, broken):
    whole = made.read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])


def flipped(made, broken):
    whole = bytearray(made.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    broken.write_bytes(whole)


def swapped(made, broken):
    """Another photo under the same name: only the manifest can tell."""
    with tarfile.open(made) as old, tarfile.open(broken, "w:gz") as new:
        for entry in old:
            content = old.extractfile(entry)
            if entry.name.startswith("files/"):
                import io

                content = io.BytesIO(b"another" * 1000)
            new.addfile(entry, content)


def foreign(_made, broken):
    with tarfile.open(broken, "w:gz") as new:
        new.addfile(tarfile.TarInfo("../../escape.txt"))


def text_file(_made, broken):
    broken.write_text("не архив")


DAMAGES = {
    "cut": cut,
    "flipped": flipped,
    "swapped": swapped,
    "foreign": foreign,
    "text": text_file,
}


def test_a_copy_of_a_newer_program_is_refused(config, school, monkeypatch):
    made = backups.create(config)
    monkeypatch.setattr("community.restore._refuse_unfit", _from_the_future(config))

    with pytest.raises(backups.BackupError, match="более новой"):
        restore_into(config, made)


def _from_the_future(config):
    from community import restore as restoring

    real = restoring._refuse_unfit

    def check(here, manifest):
        real(here, backups.Manifest(manifest.made_at, manifest.database, "f00000000000"))

    return check


def test_a_running_site_is_not_replaced_under_its_feet(tmp_path):
    """Only SQLite's file could be pulled away; PostgreSQL guards its own."""
    config = Config.from_env({"COMMUNITY_DATA": str(tmp_path / "data")})
    prepare(config)
    with closing(sqlite3.connect(config.sqlite_path)) as holder:
        holder.execute("PRAGMA journal_mode=WAL")
        holder.execute("CREATE TABLE words (word)")
        made = backups.create(config)

        with pytest.raises(backups.BackupError, match="остановите"):
            restore_into(config, made)
    assert restore_into(config, made) is not None


def test_the_command_refuses_in_words_when_there_is_nothing(tmp_path):
    environ = {"COMMUNITY_DATA": str(tmp_path / "empty"), "DATABASE_URL": ""}
    done = CliRunner().invoke(backups.backup, [], env=environ)

    assert done.exit_code == 1
    assert "копировать нечего" in done.output


def test_old_copies_go_and_new_ones_stay(config, school):
    made = [backups.create(config) for _ in range(3)]

    assert backups.prune(config.backup_dir, 2) == made[:1]
    assert [each.exists() for each in made] == [False, True, True]


def test_a_copy_can_be_checked_without_touching_anything(config, school, tmp_path):
    made = backups.create(config)
    broken = tmp_path / "broken.tar.gz"
    cut(made, broken)
    environ = {"COMMUNITY_DATA": str(tmp_path / "nothing here")}

    whole = CliRunner().invoke(restore, [str(made), "--check"], env=environ)
    damaged = CliRunner().invoke(restore, [str(broken), "--check"], env=environ)

    assert (whole.exit_code, damaged.exit_code) == (0, 1)
    assert "Копия цела" in whole.output
    assert not (tmp_path / "nothing here").exists()
