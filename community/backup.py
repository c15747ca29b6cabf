"""One file that holds a whole installation; every part stands in its manifest with a hash."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import click

from community import config as settings
from community.config import Config
from community.core import clock

FORMAT = 1
MANIFEST = "manifest.json"
KEYS = ("secret.key", "audit-signing.key")
SQLITE, POSTGRES = "database.sqlite3", "database.pgdump"
KEPT_BEFORE_MIGRATION = 5


class BackupError(click.ClickException):
    """Why a copy could not be made or brought back, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy holds: name of each part -> its SHA-256 and size."""

    made_at: str
    database: str
    revision: str | None
    parts: dict[str, tuple[str, int]] = field(default_factory=dict)
    format: int = FORMAT


# Making a copy ---------------------------------------------------------------------------------


def create(config: Config, target: Path | None = None, *, with_keys: bool = True) -> Path:
    """Write the database, the files, the rules and the keys into one archive, whole or not at all.

    The site may run meanwhile: the database goes first, and files are never rewritten after it.
    """
    target = target or config.backup_dir / f"uchitelskaya-{stamp()}.tar.gz"
    draft = target.with_name(f"{target.name}.part")
    with words_for_disk(target):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(
                os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as out:
                _write(config, out, with_keys=with_keys)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return target


def before_migration(config: Config) -> Path | str:
    """Copy the database alone before its schema changes; the oldest such copies go."""
    folder = config.backup_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    suffix = "sqlite3" if config.is_sqlite else "pgdump"
    target = folder / f"before-migration-{stamp()}.{suffix}"
    if not config.is_sqlite and shutil.which("pg_dump") is None:
        return "нет программы pg_dump, копия не сделана (обновление идёт одной транзакцией)"
    with words_for_disk(target):
        dump(config, target)
    for old in sorted(folder.glob(f"before-migration-*.{suffix}"))[:-KEPT_BEFORE_MIGRATION]:
        old.unlink()
    return target


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest copies; give those that went."""
    old = sorted(folder.glob("uchitelskaya-*.tar.gz"))[:-keep] if keep > 0 else []
    for each in old:
        each.unlink()
    return old


def _write(config: Config, out: IO[bytes], *, with_keys: bool) -> None:
    from community.migrations import runner

    manifest = Manifest(
        made_at=clock.now().isoformat(timespec="seconds"),
        database="sqlite" if config.is_sqlite else "postgresql",
        revision=runner.current(config),
    )
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as archive:
        with tempfile.TemporaryDirectory(dir=config.data) as scratch:
            copy = Path(scratch) / (SQLITE if config.is_sqlite else POSTGRES)
            dump(config, copy)
            _add(archive, manifest, copy.name, copy)
        for name, file in _parts(config, with_keys=with_keys):
            _add(archive, manifest, name, file)
        told = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        _add_stream(archive, MANIFEST, io.BytesIO(told), len(told))


def _parts(config: Config, *, with_keys: bool) -> Iterator[tuple[str, Path]]:
    if config.rules_file.exists():
        yield "moderation_rules.yaml", config.rules_file
    if with_keys:
        yield KEYS[0], config.secret_key_file
        yield KEYS[1], config.audit_signing_key_file
    for file in sorted(config.files_dir.rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield f"files/{file.relative_to(config.files_dir).as_posix()}", file


class _Hashing(io.RawIOBase):
    """A reader that remembers the hash of what went through it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.hash.update(piece)
        return piece


def _add(archive: tarfile.TarFile, manifest: Manifest, name: str, file: Path) -> None:
    try:
        source = file.open("rb")
    except FileNotFoundError:
        return  # removed for good between the listing and now
    with source:
        size = os.fstat(source.fileno()).st_size
        reader = _Hashing(source)
        _add_stream(archive, name, reader, size)
    manifest.parts[name] = (reader.hash.hexdigest(), size)


def _add_stream(archive: tarfile.TarFile, name: str, source: Any, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(clock.now().timestamp())
    archive.addfile(entry, source)


def dump(config: Config, target: Path) -> None:
    """Write the database alone, as it stands at one moment."""
    if not config.is_sqlite:
        postgres(config, "pg_dump", "--format=custom", "--no-owner", f"--file={target}")
        target.chmod(0o600)
        return
    if not config.sqlite_path.exists():
        raise BackupError(f"Базы данных {config.sqlite_path} ещё нет: копировать нечего.")
    with closing(sqlite3.connect(config.sqlite_path, timeout=30)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)


# Around it -----------------------------------------------------------------------------------------


def postgres(config: Config, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own tools on our database."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    if shutil.which(program) is None:
        raise BackupError(
            f"Нет программы {program}: она копирует базу PostgreSQL. В Debian и Ubuntu её ставит"
            " команда sudo apt install postgresql-client."
        )
    address = config.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    parts = {
        name: str(value) for name, value in conninfo_to_dict(address).items() if value is not None
    }
    environ = os.environ | {
        "PGPASSWORD": parts.pop("password", "")
    }  # not seen in the list of processes
    done = subprocess.run(  # noqa: S603 — fixed programs, our own settings
        [program, f"--dbname={make_conninfo(**parts)}", *arguments],
        env=environ,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program} не справился: {done.stderr.strip()[-1500:]}")


@contextmanager
def words_for_disk(place: Path) -> Iterator[None]:
    """Let a full disk or a missing right be said in words."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise BackupError(f"База данных не копируется: {error}.") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise BackupError(f"На диске нет места для {place}. Ничего не изменено.") from error
        raise BackupError(f"{place}: {error.strerror or error}.") from error


def stamp() -> str:
    """Name a copy by its moment, so that names sort as times."""
    return clock.now().strftime("%Y%m%d-%H%M%S-%f")


@click.command()
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--without-keys", is_flag=True, help="Leave the secret keys out; keep them elsewhere then."
)
@click.option(
    "--keep", type=click.IntRange(1), help="Keep only so many of the newest copies in the folder."
)
def backup(target: Path | None, keep: int | None, *, without_keys: bool) -> None:
    """Put the whole installation into one file: database, files, rules and keys.

    TARGET is a new file; without it the copy goes to BACKUP_DIR. The site may run meanwhile.
    """
    config = settings.load()
    made = create(config, target, with_keys=not without_keys)
    click.echo(f"Копия готова: {made} ({made.stat().st_size / 1_000_000:.1f} МБ).")
    if not without_keys:
        click.echo("В ней есть секретные ключи: храните её там, куда нет доступа посторонним.")
    for old in prune(config.backup_dir, keep) if keep else ():
        click.echo(f"Удалена старая копия: {old.name}")
