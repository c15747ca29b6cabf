"""The way back from a backup: the copy is checked as a whole before anything is touched."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import click

from community import config as settings
from community.backup import (
    FORMAT,
    KEYS,
    MANIFEST,
    POSTGRES,
    SQLITE,
    BackupError,
    Manifest,
    dump,
    postgres,
    stamp,
    words_for_disk,
)
from community.config import Config


def read(archive: Path, folder: Path) -> Manifest:
    """Unpack a copy into an empty folder and check every part against the manifest."""
    found: dict[str, tuple[str, int]] = {}
    told: dict[str, Any] = {}
    try:
        with tarfile.open(archive, mode="r:gz") as parts:
            for entry in parts:
                if entry.name == MANIFEST:
                    told = json.load(_content(parts, entry))
                else:
                    found[entry.name] = _unpack(parts, entry, folder)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise BackupError(f"Файл {archive} не читается как резервная копия: {error}.") from error
    return _checked(archive, told, found)


def restore_into(config: Config, archive: Path) -> Path | None:
    """Put a verified copy in the place of the data; give the folder where what was there is kept."""
    with words_for_disk(config.data):
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=config.data, prefix=".restore-") as scratch:
            folder = Path(scratch)
            manifest = read(archive, folder)
            _refuse_unfit(config, manifest)
            return _put_in_place(config, folder)


def _content(parts: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    source = parts.extractfile(entry) if entry.isreg() else None
    if source is None:
        raise tarfile.TarError(f"«{entry.name}» — не файл")
    return source


def _unpack(parts: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> tuple[str, int]:
    target = (folder / entry.name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise tarfile.TarError(f"«{entry.name}» ведёт за пределы копии")
    source = _content(parts, entry)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while piece := source.read(1 << 20):
            whole.update(piece)
            out.write(piece)
    return whole.hexdigest(), entry.size


def _checked(archive: Path, told: dict[str, Any], found: dict[str, tuple[str, int]]) -> Manifest:
    if told.get("format") != FORMAT:
        raise BackupError(
            f"В файле {archive} нет описи «Учительской»: это не её копия или она обрезана."
        )
    promised = {name: (str(part[0]), int(part[1])) for name, part in told["parts"].items()}
    wrong = sorted(
        name for name in promised.keys() | found.keys() if promised.get(name) != found.get(name)
    )
    if wrong:
        raise BackupError(f"Копия {archive} повреждена: не сходится {', '.join(wrong[:5])}.")
    return Manifest(str(told["made_at"]), str(told["database"]), told.get("revision"), promised)


def _refuse_unfit(config: Config, manifest: Manifest) -> None:
    from community.migrations import runner

    here = "sqlite" if config.is_sqlite else "postgresql"
    if manifest.database != here:
        raise BackupError(f"В копии база {manifest.database}, а здесь настроена {here}.")
    if manifest.revision and not runner.knows(manifest.revision):
        raise BackupError("Копия сделана более новой «Учительской». Сначала обновите программу.")
    if config.is_sqlite and config.sqlite_path.exists() and not _alone(config.sqlite_path):
        raise BackupError("База занята: остановите сайт и повторите.")


def _alone(file: Path) -> bool:
    """Tell whether no other process has the database open: only then may it leave WAL."""
    try:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            return bool(connection.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",))
    except sqlite3.OperationalError as error:
        return "locked" not in str(error)
    except sqlite3.DatabaseError:
        return True  # a damaged file is exactly what a restore is for


def _put_in_place(config: Config, folder: Path) -> Path | None:
    aside = config.backup_dir / f"before-restore-{stamp()}"
    moved = [False]
    if not config.is_sqlite:
        moved.append(_replace_postgres(config, folder / POSTGRES, aside))
    else:
        moved.append(_swap(folder / SQLITE, config.sqlite_path, aside))
        for tail in ("-wal", "-shm"):
            config.sqlite_path.with_name(config.sqlite_path.name + tail).unlink(missing_ok=True)
    moved.append(_swap(folder / "files", config.files_dir, aside))
    places = zip(KEYS, (config.secret_key_file, config.audit_signing_key_file), strict=True)
    moved += [
        _swap(folder / name, place, aside) for name, place in places if (folder / name).exists()
    ]
    shutil.rmtree(config.index_dir, ignore_errors=True)  # a cache of what was; it is built anew
    return aside if any(moved) else None


def _replace_postgres(config: Config, new: Path, aside: Path) -> bool:
    """Replace the database in one transaction; give whether there was one, kept as a dump."""
    from community.migrations import runner

    stood = runner.current(config) is not None
    if stood:
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        dump(config, aside / POSTGRES)
    postgres(
        config,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        "--exit-on-error",
        str(new),
    )
    return stood


def _swap(new: Path, place: Path, aside: Path) -> bool:
    """Move ``new`` to its place, and what stood there aside; tell whether something stood there."""
    stood = place.exists()
    if stood:
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(place, aside / place.name)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if new.exists():
        shutil.move(new, place)
    return stood


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask before the present data is set aside.")
@click.option(
    "--check", is_flag=True, help="Only read the copy from end to end against its manifest."
)
def restore(archive: Path, *, yes: bool, check: bool) -> None:
    """Bring an installation back from a copy; the present data is set aside, not lost.

    ARCHIVE is what `community backup` made. Stop the site first. The whole copy
    is checked before anything is touched.
    """
    from community.migrations import runner

    if check:
        with tempfile.TemporaryDirectory() as folder:
            manifest = read(archive, Path(folder))
        click.echo(f"Копия цела: частей — {len(manifest.parts)}, сделана {manifest.made_at}.")
        return
    config = settings.load()
    there = runner.current(config) is not None
    if there and not yes:
        click.confirm("Здесь уже есть данные. Заменить их копией?", abort=True)
    aside = restore_into(config, archive)
    settings.prepare(config)
    if runner.current(config) != runner.head():
        runner.upgrade(config.database_url)
    click.echo("Данные возвращены. Проверить: community doctor")
    if aside:
        click.echo(f"Прежние данные отложены в {aside}")
