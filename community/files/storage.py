"""Where content lies: a port of seven methods, and a folder that fulfils it.

Content is addressed by its SHA-256, so a blob is never rewritten and may be copied while the site runs.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

from flask import current_app

_PIECE = 256 * 1024


class StorageFailed(Exception):
    """The storage could not keep or give something: no room, no right, no connection."""


class Missing(StorageFailed):
    """The storage has nothing under this key."""


class Storage(Protocol):
    """What files need from a storage; an S3 one comes with its own issue."""

    def put(self, stream: BinaryIO) -> str:
        """Keep what is read from ``stream`` to its end, durably, and return its SHA-256."""

    def open(self, key: str) -> BinaryIO:
        """Return the content for reading, or raise ``Missing``."""

    def exists(self, key: str) -> bool:
        """Tell whether there is content under the key."""

    def delete(self, key: str) -> None:
        """Take the content away; a missing one is no error."""

    def keys(self, *, older_than: timedelta) -> Iterator[str]:
        """Yield the keys of blobs put (or put again) longer ago than that."""

    def usage(self) -> int:
        """Return how many octets lie here."""

    def tidy(self, *, older_than: timedelta) -> int:
        """Take away what puts that were cut short left behind, and return how many there were."""


def current() -> Storage:
    """Return the storage of the running site."""
    stored: Storage | None = current_app.extensions.get("storage")
    if stored is None:
        stored = Folder(current_app.extensions["community"].files_dir)
        current_app.extensions["storage"] = stored
    return stored


class Folder:
    """A folder of blobs: ``ab/cd/abcd…``, written whole by fsync and rename."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, stream: BinaryIO) -> str:
        draft = self.root / ".drafts" / uuid4().hex
        try:
            draft.parent.mkdir(parents=True, exist_ok=True)
            key = _written(draft, stream)
            self._settle(draft, self._path(key))
        except OSError as error:
            raise StorageFailed(str(error)) from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return key

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Missing(key) from error
        except OSError as error:
            raise StorageFailed(str(error)) from error

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            self._path(key).unlink()

    def keys(self, *, older_than: timedelta) -> Iterator[str]:
        latest = time.time() - older_than.total_seconds()
        for path in self._blobs():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < latest:
                    yield path.name

    def usage(self) -> int:
        total = 0
        for path in self._blobs():
            with suppress(FileNotFoundError):
                total += path.stat().st_size
        return total

    def tidy(self, *, older_than: timedelta) -> int:
        latest = time.time() - older_than.total_seconds()
        gone = 0
        for draft in (self.root / ".drafts").glob("*"):
            with suppress(FileNotFoundError):
                if draft.stat().st_mtime < latest:
                    draft.unlink()
                    gone += 1
        return gone

    def _blobs(self) -> Iterator[Path]:
        yield from self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not all(each in "0123456789abcdef" for each in key):
            raise Missing(key)
        return self.root / key[:2] / key[2:4] / key

    def _settle(self, draft: Path, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            os.utime(place)  # put again: the collector counts its age anew
            return
        draft.replace(place)
        _sync_folder(place.parent)


def _written(draft: Path, stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    with draft.open("xb") as out:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows has no handle of a folder to sync
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
