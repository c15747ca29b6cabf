"""ZIP files are measured before anything looks inside, and are never unpacked."""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from community.files.unfit import Unfit

MOST_ENTRIES = 5_000
MOST_UNPACKED = 1024**3
FREE_UNPACKED = 64 * 1024**2
"""Below this the ratio does not matter."""
MOST_RATIO = 150
_DIRECTORY_LIMIT = 1024**2
_END = b"PK\x05\x06"
_LINK = 0xA000


@contextmanager
def opened(stream: BinaryIO, name: str) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP whose directory is of sane size and which unpacks to a sane amount, or ``Unfit``."""
    _check_directory(stream, name)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError) as error:
        raise Unfit("files.archive_broken", name=name) from error
    with archive:
        _check_contents(archive, name)
        yield archive


def beginning(archive: zipfile.ZipFile, entry: str, name: str) -> bytes:
    """Return the first 200 octets of an entry, unpacking no more than that."""
    try:
        with archive.open(entry) as inside:
            return inside.read(200)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise Unfit("files.archive_broken", name=name) from error


def _check_directory(stream: BinaryIO, name: str) -> None:
    """A directory of millions of entries would eat the memory while it is read."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Unfit("files.archive_broken", name=name)
    count, octets = struct.unpack_from("<HI", tail, at + 10)
    if count > MOST_ENTRIES or octets > _DIRECTORY_LIMIT:
        raise Unfit("files.archive_bomb", name=name)
    stream.seek(0)


def _check_contents(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    unpacked = sum(each.file_size for each in entries)
    packed = sum(each.compress_size for each in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise Unfit("files.archive_bomb", name=name)
    if unpacked > FREE_UNPACKED and unpacked > MOST_RATIO * max(1, packed):
        raise Unfit("files.archive_bomb", name=name)
    starts = [each.header_offset for each in entries]
    if len(set(starts)) != len(starts):  # entries that lie on top of each other: only bombs do that
        raise Unfit("files.archive_bomb", name=name)
