"""What is measured on: two sites of ours, of 50,000 and of 1,000 entries, and the floor's copy.

The sites are filled by `community seed`, which writes what people's own acts would have written.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from community.demo.people import PASSWORD

__all__ = ["PASSWORD", "Data", "Site", "prepare"]
ROOT = Path(__file__).parents[1]
SLUG = "bench"
READER = "sokolova@example.org"
SMALL = (100, 1_000)
LONG = 10
"""One topic takes a tenth of the entries."""
FULL = 60
"""About so many entries has the topic whose page is measured: three whole pages."""


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
    common: str
    rare: str


@dataclass(frozen=True)
class Data:
    """Everything that the measurement reads."""

    large: Site
    small: Site
    floor: Path
    floor_topic: int


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
    with closing(sqlite3.connect(_database(large.folder))) as database:
        thread = database.execute("SELECT thread_id FROM topics WHERE id = ?", (large.topic,))
        return Data(large, small, floor, thread.fetchone()[0])


def _site(folder: Path, topics: int, entries: int) -> Site:
    known = folder / "bench.json"
    if not known.exists():
        print(f"Данные: {topics} тем, {entries} текстов", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        _run("-m", "community", "migrate", data=folder)
        _run(
            "-m", "community", "seed", "--community", SLUG, "--topics", str(topics),
            "--entries", str(entries), "--long-topic", str(entries // LONG), data=folder,
        )  # fmt: skip
        with closing(sqlite3.connect(_database(folder))) as database:
            known.write_text(json.dumps(_places(database) | _words(database, entries)))
    _run("-m", "community", "migrate", data=folder)
    return Site(folder, SLUG, READER, **json.loads(known.read_text()))


def _places(database: sqlite3.Connection) -> dict[str, int]:
    """Choose the longest topic, one of three pages, one to answer in, and a full board."""
    rows = database.execute(
        "SELECT topics.id, topics.board_id, threads.entry_count FROM topics"
        " JOIN threads ON threads.id = topics.thread_id"
        " WHERE threads.state = 'open' AND threads.space IS NULL"
        " ORDER BY threads.entry_count DESC, topics.id"
    ).fetchall()
    longest, *others = rows
    topic, spare, *_rest = sorted(others, key=lambda row: (abs(row[2] - FULL), row[0]))
    board, _count = Counter(row[1] for row in rows).most_common(1)[0]
    return {"longest": longest[0], "topic": topic[0], "spare": spare[0], "board": board}


def _words(database: sqlite3.Connection, entries: int) -> dict[str, str]:
    """Choose a word that is in most of the texts, and one that is in one of five hundred."""
    found: Counter[str] = Counter()
    for (body,) in database.execute("SELECT body FROM entries WHERE state = 'published'"):
        found.update(set(re.findall(r"\b[а-яё]{6,}\b", body.lower())))
    rare = min(found, key=lambda word: (abs(found[word] - entries / 500), word))
    return {"common": found.most_common(1)[0][0], "rare": rare}


def _database(folder: Path) -> Path:
    return next(each for each in folder.iterdir() if each.suffix in (".sqlite3", ".db"))


def _run(*arguments: str, data: Path | None = None) -> str:
    environ = os.environ | ({"COMMUNITY_DATA": str(data)} if data else {})
    made = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE
    )
    return made.stdout.decode()
