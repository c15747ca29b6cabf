"""Whoosh 2.7.4 behind the port: one directory per community, which may be thrown away at any time.

`<index>/whoosh-<schema>/<community>/` holds a lock, the file `current` that names a generation, and
the generations. Whoosh never calls fsync: after a power cut the index is suspect, and it is a cache.
"""

import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

from whoosh import fields, index
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.filedb.filestore import FileStorage
from whoosh.util.filelock import FileLock, try_for

from community.core import turns
from community.search import whoosh_query
from community.search.mapped import MappedStorage, require_whole
from community.search.port import (
    EVERY_TEXT,
    Document,
    Found,
    IndexBusy,
    IndexUnavailable,
    Narrowing,
    Question,
)

log = logging.getLogger(__name__)
SCHEMA_VERSION = 1
PATIENCE = 3.0
"""Seconds that a writer waits for another one."""
_BETWEEN = "\u00b6"
"""Stands between title and text, so that no phrase runs over the border; nobody can ask for it."""


def schema() -> fields.Schema:
    """Return what is kept of a document: stems to find it by, and nothing but its key to read."""
    by_blanks = SpaceSeparatedTokenizer()
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        title=fields.TEXT(analyzer=by_blanks, phrase=False),
        text=fields.TEXT(analyzer=by_blanks, phrase=True),
        who=fields.TEXT(analyzer=by_blanks, phrase=True),
        label=fields.KEYWORD(commas=False, scorable=False),
        day=fields.NUMERIC(int, bits=32, signed=False),
    )


class WhooshIndex:
    """The index of an installation that runs on one machine."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / f"whoosh-{SCHEMA_VERSION}"
        self._open: dict[int, tuple[Path, int, Any]] = {}
        self._guard = Lock()

    # Writing ----------------------------------------------------------------------------------

    @contextmanager
    def writing(self, community_id: int) -> Iterator["_Writer"]:
        """Open the index for changes, alone; a raise inside leaves it as it was."""
        with self._alone(community_id):
            folder = self._current(community_id)
            with _told_as_unavailable():
                writer = index.open_dir(str(folder)).writer(timeout=PATIENCE)
            try:
                yield _Writer(writer)
                with _told_as_unavailable():
                    writer.commit()
            except BaseException:
                with suppress(Exception):  # a failed commit keeps the lock until it is cancelled
                    writer.cancel()
                raise

    def rebuild(self, community_id: int, read: Callable[[], Iterator[Document]]) -> int:
        """Build a new generation beside the current one and let `current` name it."""
        with self._alone(community_id) as home:
            fresh = home / f"g-{time.time_ns():x}"
            fresh.mkdir(mode=0o700)
            try:
                count = _fill(fresh, read())
                _write(home / "current", fresh.name)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            with self._guard:
                self._open.pop(community_id, None)
            for old in home.glob("g-*"):
                if old != fresh:
                    shutil.rmtree(old, ignore_errors=True)
        return count

    def forget(self, community_id: int) -> None:
        """Throw the index of a community away."""
        with self._guard:
            self._open.pop(community_id, None)
        shutil.rmtree(self._root / str(community_id), ignore_errors=True)

    @contextmanager
    def _alone(self, community_id: int) -> Iterator[Path]:
        """Hold the lock of a community's folder; the system frees it when the process dies."""
        home = self._root / str(community_id)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(str(home / "lock"))
        if not try_for(lock.acquire, timeout=PATIENCE, delay=0.05):
            raise IndexBusy
        try:
            yield home
        finally:
            lock.release()

    # Reading ----------------------------------------------------------------------------------

    def search(
        self, community_id: int, question: Question, narrowing: Narrowing = EVERY_TEXT
    ) -> Found:
        """Return the best hits of a community."""
        searcher = self._searcher(community_id)
        with _told_as_unavailable():
            return whoosh_query.search(searcher, question, narrowing)

    def frequencies(self, community_id: int, stems: Collection[str]) -> dict[str, int]:
        """Return in how many documents each stem is."""
        reader = self._searcher(community_id).reader()
        with _told_as_unavailable():
            counted = {
                each: reader.doc_frequency("text", each) + reader.doc_frequency("who", each)
                for each in stems
            }
            return {each: count for each, count in counted.items() if count}

    def count(self, community_id: int) -> int:
        """Return how many documents there are."""
        while True:
            named = self._named(community_id)
            try:
                return _counted(self._current(community_id))
            except IndexUnavailable:
                if self._named(community_id) == named:
                    raise  # else it was swept away by a rebuild: look at the new one

    def _searcher(self, community_id: int) -> Any:
        """Return a searcher of the newest state; threads share it, the last one to leave closes it."""
        while True:
            named = self._named(community_id)
            try:
                return self._searcher_in(community_id, self._current(community_id))
            except IndexUnavailable:
                if self._named(community_id) == named:
                    raise  # else it was swept away by a rebuild: look at the new one

    def _searcher_in(self, community_id: int, folder: Path) -> Any:
        with _told_as_unavailable():
            storage = FileStorage(str(folder))
            newest = index.TOC._latest_generation(storage, "MAIN")  # noqa: SLF001
            with self._guard:
                known = self._open.get(community_id)
            if known is not None and known[:2] == (folder, newest):
                return known[2]
            searcher = _opened(folder)
            with self._guard:
                self._open[community_id] = (folder, newest, searcher)
            return searcher

    def _named(self, community_id: int) -> str:
        try:
            return (self._root / str(community_id) / "current").read_text("ascii").strip()
        except (OSError, ValueError) as error:
            raise IndexUnavailable(f"community {community_id} has no index") from error

    def _current(self, community_id: int) -> Path:
        name = self._named(community_id)
        folder = self._root / str(community_id) / name
        if not name.startswith("g-") or "/" in name or not folder.is_dir():
            raise IndexUnavailable(f"the index of community {community_id} is lost")
        return folder


class _Writer:
    """Whoosh's writer as the port wants it."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def replace(self, documents: Iterable[Document]) -> None:
        """Put documents in the place of those with the same keys."""
        found = list(documents)
        self.remove([each.key for each in found])
        for each in found:
            self._writer.add_document(**_row(each))
            turns.breathe()

    def remove(self, keys: Iterable[str]) -> None:
        """Take documents out; the index is opened once for all of them, which costs more than they."""
        asked = list(keys)
        if not asked:
            return
        with self._writer.searcher() as searcher:
            known = [searcher.document_number(key=each) for each in asked]
        for number in known:
            if number is not None:
                self._writer.delete_document(number)


def _row(document: Document) -> dict[str, Any]:
    words = [*document.title, _BETWEEN, *document.text] if document.title else document.text
    return {
        "key": document.key,
        "title": " ".join(document.title),
        "who" if document.what == "person" else "text": " ".join(words),
        "label": " ".join(document.labels),
        "day": day_number(document.day),
    }


def day_number(day: date | None) -> int:
    """Return 20261121 for a day: numbers that stand in the order of time."""
    return 0 if day is None else day.year * 10_000 + day.month * 100 + day.day


def _fill(folder: Path, documents: Iterator[Document]) -> int:
    count = 0
    writer = index.create_in(str(folder), schema()).writer(limitmb=64)
    try:
        for document in documents:
            writer.add_document(**_row(document))
            count += 1
        writer.commit()
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise
    _write(folder / "meta.json", json.dumps({"schema": SCHEMA_VERSION, "built_with": count}))
    return count


def _opened(folder: Path) -> Any:
    """Open a searcher; a commit may sweep files away while they are being opened, so try again."""
    for _attempt in range(2):
        with suppress(OSError):
            return MappedStorage(folder).open_index().searcher()
    return MappedStorage(folder).open_index().searcher()


def _counted(folder: Path) -> int:
    """Count the documents by the table of contents: to open the index costs memory for good."""
    with _told_as_unavailable():
        for _attempt in range(2):  # a commit may sweep a segment away while it is looked at
            segments = index.TOC.read(FileStorage(str(folder)), "MAIN").segments
            with suppress(FileNotFoundError):
                for each in segments:
                    require_whole(folder / each.make_filename(each.COMPOUND_EXT))
                return sum(int(each.doc_count()) for each in segments)
        raise IndexUnavailable("a segment is lost")


@contextmanager
def _told_as_unavailable() -> Iterator[None]:
    """Whatever a damaged index raises (and it raises anything) means that it must be built anew."""
    try:
        yield
    except (IndexUnavailable, MemoryError):
        raise
    except index.LockError as error:
        raise IndexBusy from error
    except Exception as error:
        log.warning("the search index cannot be used: %s: %s", type(error).__name__, error)
        raise IndexUnavailable(str(error)) from error


def _write(file: Path, content: str) -> None:
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(content, "ascii")
    draft.replace(file)
