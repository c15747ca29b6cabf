"""Reading the journal with suspicion: every link, every column, the tail and the checkpoints.

Runs on any connection, without the site; the first fault found ends it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from community.audit import chain, signing

BATCH = 2000
COLUMNS = (
    "number, at, kind, community_id, actor_id, actor_role, author_id, target_kind, target_id, "
    "previous, body, body_hash, prev, hash"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first number that cannot be believed, and why.

    Kinds: gap (numbers), link (prev), hash, body, column (a copy differs from the body), time (goes
    back), seal (words under a hash they do not have), tail (the end is cut off), checkpoint, signature.
    """

    number: int
    kind: str


def verify(
    connection: Connection,
    witnesses: Sequence[signing.Signed] = (),
    keys: Iterable[str] = (),
) -> Fault | None:
    """Return the first fault of the journal, or None.

    ``witnesses`` are checkpoints kept elsewhere, ``keys`` the public keys that may have signed: who
    can write the whole database can sign too, but not by the key of the installation.
    """
    reading = _Reading(connection, witnesses, frozenset(keys))
    for row in _rows(connection):
        fault = reading.judge(row)
        if fault is not None:
            return fault
    return reading.end() or _seals(connection)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open one moment of the database: what is written meanwhile must not look like a fault."""
    # On SQLite a read transaction is a snapshot already.
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection


class _Reading:
    """What has been read so far: the last entry and the tree over all of them."""

    def __init__(
        self, connection: Connection, witnesses: Sequence[signing.Signed], keys: frozenset[str]
    ) -> None:
        self._connection = connection
        self._count, self._prev, self._at = 0, chain.GENESIS, ""
        self._peaks: list[str] = []
        self._awaited: dict[int, list[signing.Signed]] = {}
        self._keys = keys
        for each in (*signing.stored(connection), *witnesses):
            self._awaited.setdefault(each.size, []).append(each)

    def judge(self, row: Any) -> Fault | None:
        number = self._count + 1
        kind = _judge_entry(row, number, self._prev, self._at)
        if kind is not None:
            return Fault(min(number, row.number) if kind == "gap" else row.number, kind)
        self._prev, self._at = row.hash, row.at
        self._peaks, self._count = chain.grow(self._peaks, self._count, [row.hash])
        return self._judge_checkpoints()

    def _judge_checkpoints(self) -> Fault | None:
        for each in self._awaited.pop(self._count, ()):
            if not each.is_genuine() or (self._keys and each.key not in self._keys):
                return Fault(each.size, "signature")
            if each.root != chain.root(self._peaks) or each.head != self._prev:
                return Fault(each.size, "checkpoint")
        return None

    def end(self) -> Fault | None:
        if self._awaited:
            return Fault(self._count + 1, "tail")
        query = text("SELECT number, at, hash FROM audit_heads")
        heads = [tuple(row) for row in self._connection.execute(query)]
        expected = [(self._count, self._at, self._prev)] if self._count else []
        if heads == expected:
            return None
        beyond = any(number > self._count for number, _, _ in heads)
        return Fault(self._count + 1 if beyond else self._count, "tail" if beyond else "head")


def size(connection: Connection) -> int:
    """Count the entries of the journal."""
    return int(connection.execute(text("SELECT count(*) FROM audit_entries")).scalar_one())


def _judge_entry(row: Any, number: int, prev: str, at: str) -> str | None:
    if row.number != number:
        return "gap"
    if row.prev != prev:
        return "link"
    if row.body_hash != chain.body_hash(row.body):
        return "body"
    if not _is_hash(row.prev) or row.hash != chain.link(
        prev, number, row.at, row.kind, row.body_hash
    ):
        return "hash"
    if row.at < at:
        return "time"
    return None if _columns_agree(row) else "column"


def _is_hash(value: str) -> bool:
    return len(value) == 64 and all(each in "0123456789abcdef" for each in value)


def _columns_agree(row: Any) -> bool:
    """Tell whether the columns that pages filter by repeat what was hashed."""
    try:
        body = json.loads(row.body)
        if chain.canon(body).decode() != row.body:
            return False
    except (ValueError, TypeError):
        return False
    names = ("community_id", "actor_id", "actor_role", "author_id", "previous")
    target = [row.target_kind, row.target_id] if row.target_kind else None
    return (
        all(body.get(each) == getattr(row, each) for each in names) and body.get("target") == target
    )


def _rows(connection: Connection) -> Iterator[Any]:
    last: int | None = None
    while True:
        after = "" if last is None else "WHERE number > :last "
        query = text(f"SELECT {COLUMNS} FROM audit_entries {after}ORDER BY number LIMIT {BATCH}")  # noqa: S608
        rows = connection.execute(query, {} if last is None else {"last": last}).all()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1].number


def _seals(connection: Connection) -> Fault | None:
    """Words that are still there must be those that were sealed; erased ones are no fault."""
    query = text(
        "SELECT s.number, s.part, s.salt, s.text, e.body FROM audit_seals s "
        "LEFT JOIN audit_entries e ON e.number = s.number ORDER BY s.number, s.part"
    )
    for row in connection.execute(query):
        sealed = json.loads(row.body).get("sealed", {}) if row.body else {}
        if sealed.get(row.part) != chain.seal_hash(row.salt, row.text):
            return Fault(row.number, "seal")
    return None
