"""The arithmetic of the journal: canonical JSON, the link of an entry, the tree over all entries."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

GENESIS = "0" * 64
"""What the first entry has for a predecessor."""


def canon(value: Any) -> bytes:
    """Return canonical JSON as UTF-8: sorted keys, no blanks, no floats."""
    _refuse_floats(value)
    made = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return made.encode("utf-8")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("the journal holds no floats: their text differs between machines")
    if isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str):
                raise TypeError("keys of the journal are text")
            _refuse_floats(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_floats(each)


def body_hash(body: str) -> str:
    """Return the hash of a stored body, byte for byte."""
    return sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def link(prev: str, number: int, at: str, kind: str, hashed_body: str) -> str:
    """Return the hash of an entry: SHA-256(0x00 ‖ prev ‖ canon([number, at, kind]) ‖ body hash)."""
    head = canon([number, at, kind])
    return sha256(b"\0" + bytes.fromhex(prev) + head + bytes.fromhex(hashed_body)).hexdigest()


def seal_hash(salt: str, text: str) -> str:
    """Return what the chain keeps of words that may be erased: SHA-256(salt ‖ text)."""
    return sha256(bytes.fromhex(salt) + text.encode("utf-8")).hexdigest()


def stamp(moment: datetime) -> str:
    """Return a moment as the journal writes it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(stamped: str) -> datetime:
    """Return the moment that the journal wrote."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", stamped):
        raise ValueError("not a time of the journal")
    return datetime.fromisoformat(stamped[:-1]).replace(tzinfo=UTC)


# The tree of RFC 6962: leaves are the hashes of entries, which carry the leaf's 0x00 already.


def parent(left: str, right: str) -> str:
    """Return the hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def grow(peaks: list[str], size: int, leaves: Iterable[str]) -> tuple[list[str], int]:
    """Add leaves to a tree known by the roots of its full subtrees; return the new ones and size."""
    peaks = list(peaks)
    for leaf in leaves:
        node, height = leaf, size
        while height & 1:
            node = parent(peaks.pop(), node)
            height >>= 1
        peaks.append(node)
        size += 1
    return peaks, size


def root(peaks: list[str]) -> str:
    """Return the root of the tree with these full subtrees."""
    if not peaks:
        return sha256(b"").hexdigest()
    node = peaks[-1]
    for left in reversed(peaks[:-1]):
        node = parent(left, node)
    return node


def tree_root(leaves: list[str]) -> str:
    """Return the root over all leaves."""
    return root(grow([], 0, leaves)[0])


class Tree:
    """A whole tree in memory, for many proofs at once: a node without a neighbour rises as it is."""

    def __init__(self, leaves: list[str]) -> None:
        self._levels = [leaves]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            pairs = [parent(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)]
            self._levels.append(pairs + below[len(below) & ~1 :])

    def path(self, index: int) -> list[str]:
        """Return the audit path of leaf ``index`` (from 0), nearest first (RFC 6962 §2.1.1)."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError("no such leaf")
        found = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                found.append(level[index ^ 1])
            index >>= 1
        return found


def root_from(leaf: str, index: int, size: int, path: list[str]) -> str | None:
    """Return the root that a leaf and its path lead to, or None where the path cannot be one."""
    if not 0 <= index < size:
        return None
    node, at, last = leaf, index, size - 1
    for each in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = parent(each, node)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            node = parent(node, each)
        at >>= 1
        last >>= 1
    return node if last == 0 else None
