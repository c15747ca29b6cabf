"""What is measured on: two sites of ours, of 50,000 and of 1,000 entries, and the floor's copy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.volume import PASSWORD, SLUG

__all__ = ["PASSWORD", "Data", "Site", "prepare"]
ROOT = Path(__file__).parents[1]
SMALL = (100, 1_000)
RARE, COMMON = "кристаллография", "дроби"


@dataclass(frozen=True)
class Site:
    """An installation of ours: its data folder and what lies in it."""

    folder: Path
    slug: str
    email: str
    topic: int
    board: int
    longest: int
    spare: int


@dataclass(frozen=True)
class Data:
    """Everything that the measurement reads."""

    large: Site
    small: Site
    floor: Path
    floor_topic: int
    common: str = COMMON
    rare: str = RARE


def prepare(folder: Path, *, topics: int, entries: int) -> Data:
    """Return the data in ``folder``, made where it is not there yet."""
    large = _site(folder / f"ours-{topics}-{entries}", topics, entries)
    small = _site(folder / "ours-{}-{}".format(*SMALL), *SMALL)
    floor = folder / f"floor-{topics}-{entries}.sqlite3"
    if not floor.exists():
        made = floor.with_suffix(".part")
        made.unlink(missing_ok=True)
        _run("-m", "bench.floor", "fill", str(made), str(_database(large.folder)))
        made.rename(floor)
    return Data(large, small, floor, large.topic)


def _site(folder: Path, topics: int, entries: int) -> Site:
    known = folder / "bench.json"
    if not known.exists():
        print(f"Данные: {topics} тем, {entries} текстов", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        _run("-m", "community", "migrate", data=folder)
        ids = json.loads(_run("-m", "bench.volume", str(topics), str(entries), data=folder))
        known.write_text(json.dumps(ids))
    ids = json.loads(known.read_text())
    return Site(folder, SLUG, "reader1@shkola.example", **ids)


def _database(folder: Path) -> Path:
    return next(each for each in folder.iterdir() if each.suffix in (".sqlite3", ".db"))


def _run(*arguments: str, data: Path | None = None) -> str:
    environ = os.environ | ({"COMMUNITY_DATA": str(data)} if data else {})
    made = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE
    )
    return made.stdout.decode()
