"""Where the database stands and how it gets to the newest schema; quick when it is there already."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from community.config import Config

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig
    from sqlalchemy import MetaData

HERE = Path(__file__).resolve().parent
_SAID = re.compile(r"^(revision|down_revision)\b[^=]*=\s*(.+)$", re.MULTILINE)


def head() -> str:
    """The newest revision, read from the files without loading Alembic: every start asks this."""
    made, replaced = _read_files()
    heads = made - replaced
    if len(heads) != 1:
        raise RuntimeError(f"the migrations must have one head, not {sorted(heads)}")
    return heads.pop()


def knows(revision: str) -> bool:
    """Tell whether this program has the step; a database may come from a newer one."""
    return revision in _read_files()[0]


def _read_files() -> tuple[set[str], set[str]]:
    made: set[str] = set()
    replaced: set[str] = set()
    for file in (HERE / "versions").glob("*.py"):
        for name, value in _SAID.findall(file.read_text("utf-8")):
            ids = re.findall(r"[\"']([^\"']+)[\"']", value)
            (made if name == "revision" else replaced).update(ids)
    return made, replaced


def current(config: Config) -> str | None:
    """The revision that the database stands at; None for an empty or absent one."""
    if config.is_sqlite:
        return _sqlite_revision(config.sqlite_path)
    return _postgres_revision(config)


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision in one transaction."""
    from alembic import command

    command.upgrade(_alembic(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision; for tests and for an operator with a backup."""
    from alembic import command

    command.downgrade(_alembic(url), revision)


def revise(url: str, metadata: MetaData, message: str) -> None:
    """Write the next revision file from what the models say and the database lacks."""
    from alembic import command

    made = _alembic(url)
    made.attributes["metadata"] = metadata
    command.revision(made, message=message, autogenerate=True)


def _alembic(url: str) -> AlembicConfig:
    from alembic.config import Config as AlembicConfig

    made = AlembicConfig()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    made.attributes["url"] = url
    return made


def _sqlite_revision(file: Path) -> str | None:
    if not file.exists():
        return None
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise
    finally:
        connection.close()
    return str(row[0]) if row else None


def _postgres_revision(config: Config) -> str | None:
    import psycopg

    address = config.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, connect_timeout=10) as connection:
        known = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if known is None or known[0] is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None
