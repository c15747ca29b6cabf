"""Segments of the index read where they lie, by every thread from a place of its own.

Whoosh copies a whole segment into memory when it opens one (a hundred megabytes for 50,000 texts),
and the threads that share it move one position in it about. Here a segment is mapped, pieces of it
are windows into the map, and a window remembers for each thread how far that thread has read.
"""

import mmap
import os
from pathlib import Path
from struct import Struct
from threading import local
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile

_HEAD = Struct("!qi")
"""Where the list of a segment's pieces begins, and how long it is."""


class MappedStorage(FileStorage):
    """A folder whose segments are mapped; all else is opened as usual."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), supports_mmap=False, readonly=True)

    def open_file(self, name: str, **how: Any) -> Any:
        """Open a file of the index; raises ``OSError``, and ``ValueError`` for an empty segment."""
        if not name.endswith(".seg"):
            return super().open_file(name, **how)
        with (Path(self.folder) / name).open("rb") as file:
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _Piece(memoryview(whole), name)


def require_whole(segment: Path) -> None:
    """Raise ``ValueError`` for a segment that was cut or overwritten; its head tells how it ends."""
    with segment.open("rb") as file:
        head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise ValueError(f"{segment.name} is cut")
    begin, length = _HEAD.unpack(head)
    if not _HEAD.size <= begin <= begin + length <= segment.stat().st_size:
        raise ValueError(f"{segment.name} is cut")


class _Piece(BufferFile):
    """A file inside a segment, or the segment itself; the one above would copy it."""

    def __init__(self, seen: memoryview, name: str | None = None) -> None:
        self._buf, self._name, self.file = seen, name, _Window(seen)
        self.onclose, self.is_real, self.is_closed = None, False, False

    def subset(self, position: int, length: int, name: str | None = None) -> "_Piece":
        """Return a piece of this piece, copying nothing."""
        return _Piece(self._buf[position : position + length], name or self._name)


class _Window:
    """Bytes with a position for each thread."""

    def __init__(self, seen: memoryview) -> None:
        self._seen, self._here = seen, local()

    def read(self, size: int = -1) -> bytes:
        begin = self.tell()
        end = len(self._seen) if size < 0 else min(begin + size, len(self._seen))
        self._here.at = max(begin, end)
        return bytes(self._seen[begin:end])

    def readline(self) -> bytes:
        line = b""
        while not line.endswith(b"\n") and (more := self.read(1)):
            line += more
        return line

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.tell(), os.SEEK_END: len(self._seen)}[whence]
        self._here.at = max(0, start + place)
        return self.tell()

    def tell(self) -> int:
        at: int = getattr(self._here, "at", 0)
        return at
