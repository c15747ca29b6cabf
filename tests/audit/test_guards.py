"""Each trigger of the journal holds something that nothing else holds; each byte of a row is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from community.audit import checkpoints, signing, triggers
from community.audit.verify import Fault, verify
from community.core.db import db
from tests.dbs import LEG

HASH = "a" * 64
AT = "2999-01-01T00:00:00.000000Z"
ENTRY = (
    "INSERT INTO audit_entries (number, at, kind, actor_role, body, body_hash, prev, hash) VALUES "
    f"(9, '{AT}', 'x', '', '{{}}', '{HASH}', '{HASH}', '{HASH}')"
)
CHECKPOINT = (
    "INSERT INTO audit_checkpoints (size, at, root, head, peaks, public_key, signature) VALUES "
    f"(99, '{AT}', '{HASH}', '{HASH}', '[]', '{HASH}', '{HASH}')"
)
ATTACKS = {
    "audit_entries_append": ENTRY,
    "audit_entries_no_update": "UPDATE audit_entries SET kind = 'entry.restored' WHERE number = 3",
    "audit_entries_no_delete": "DELETE FROM audit_entries WHERE number = 6",
    "audit_checkpoints_append": CHECKPOINT,
    "audit_checkpoints_no_update": f"UPDATE audit_checkpoints SET at = '{AT}'",
    "audit_checkpoints_no_delete": "DELETE FROM audit_checkpoints",
    "audit_heads_follow": "UPDATE audit_heads SET number = 2",
    "audit_heads_no_delete": "DELETE FROM audit_heads",
}
"""Trigger -> what it alone refuses."""
ATTACKS |= (
    {
        "audit_seals_no_update": "UPDATE audit_seals SET text = 'Спасибо'",
        "audit_entries_no_truncate": "TRUNCATE audit_entries CASCADE",
        "audit_checkpoints_no_truncate": "TRUNCATE audit_checkpoints",
        "audit_heads_no_truncate": "TRUNCATE audit_heads",
    }
    if LEG == "postgres"
    else {
        "audit_seals_fixed": "UPDATE audit_seals SET text = 'Спасибо'",
        # A replacement slips past the trigger that refuses to delete.
        "audit_heads_first": "INSERT OR REPLACE INTO audit_heads (id, number, at, hash) "
        "SELECT 1, number, at, hash FROM audit_entries WHERE number = 2",
    }
)
TABLE_OF = {name: name.rpartition("_no_")[0] or name.rpartition("_")[0] for name in ATTACKS}


@pytest.fixture
def engine(app: Any, database_url: str) -> Iterator[Engine]:
    """Someone with the password of the database; all they do is rolled back."""
    made = create_engine(database_url, poolclass=NullPool)
    yield made
    made.dispose()


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that leaves nothing behind."""
    db.session.rollback()
    with engine.connect() as connection:
        if LEG != "postgres":  # Python's driver would commit before it drops a trigger
            connection.connection.driver_connection.isolation_level = None
        connection.exec_driver_sql("BEGIN")
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")


@pytest.fixture
def journal(write: Callable[..., int]) -> signing.Signed:
    """Six acts, the first with words, and a checkpoint over five of them."""
    write()
    for _ in range(4):
        write(sealed=None)
    signed = checkpoints.make()
    assert signed is not None
    write(sealed=None)
    return signed


def drop(connection: Connection, name: str) -> None:
    where = f" ON {TABLE_OF[name]}" if LEG == "postgres" else ""
    connection.exec_driver_sql(f"DROP TRIGGER {name}{where}")


def test_every_trigger_of_the_journal_is_attacked(engine: Engine) -> None:
    with undone(engine) as connection:
        triggers.drop(connection)
        assert triggers.missing(connection) == sorted(ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_without_this_trigger_the_journal_could_be_rewritten(
    journal: signing.Signed, engine: Engine, name: str
) -> None:
    with undone(engine) as connection, pytest.raises(DBAPIError):
        connection.exec_driver_sql(ATTACKS[name])
    with undone(engine) as connection:
        drop(connection, name)
        changed = connection.exec_driver_sql(ATTACKS[name])
        assert changed.rowcount != 0  # the attack succeeds: nothing else holds this


def test_every_flipped_byte_of_a_row_is_named(journal: signing.Signed, engine: Engine) -> None:
    """Each character of each column of one row, one at a time, and the ids beside them."""
    with undone(engine) as connection:
        triggers.drop(connection)
        row = (
            connection.execute(text("SELECT * FROM audit_entries WHERE number = 4"))
            .mappings()
            .one()
        )
        assert verify(connection) is None
        flips = 0
        for column, value in row.items():
            if column == "number":
                continue
            for changed in _flipped(value):
                change = text(f"UPDATE audit_entries SET {column} = :v WHERE number = 4")
                connection.execute(change, {"v": changed})
                found = verify(connection)
                assert found is not None, (column, changed)
                assert found.number == 4, (column, changed)
                flips += 1
            connection.execute(change, {"v": value})
        assert verify(connection) is None
    assert flips > 350


def _flipped(value: Any) -> Iterator[Any]:
    if isinstance(value, int):
        yield value + 1
    elif value is None:
        yield 77
    else:
        for place, sign in enumerate(value):
            other = "0" if sign != "0" else "1"
            yield value[:place] + other + value[place + 1 :]


def test_an_old_checkpoint_still_fits_an_honest_journal(
    journal: signing.Signed, write: Callable[..., int], outside: Any
) -> None:
    for _ in range(3):
        write(sealed=None)
    checkpoints.make()
    assert verify(outside, [journal], keys=[journal.key]) is None


def test_an_old_letter_betrays_a_forger_who_holds_the_key(
    journal: signing.Signed, app: Any, engine: Engine
) -> None:
    """Who owns server, database and key rewrites everything and signs anew: one kept letter tells."""
    secret = app.extensions["community"].audit_signing_key()
    with undone(engine) as connection:
        triggers.drop(connection)
        connection.execute(text("DELETE FROM audit_seals"))
        connection.execute(text("DELETE FROM audit_checkpoints"))
        connection.execute(text("DELETE FROM audit_heads"))
        _rewrite(connection, secret)
        assert verify(connection, keys=[journal.key]) is None  # for those who kept nothing
        assert verify(connection, [journal], keys=[journal.key]) == Fault(5, "checkpoint")


def _rewrite(connection: Connection, secret: bytes) -> None:
    from community.audit import chain

    rows = connection.execute(text("SELECT * FROM audit_entries ORDER BY number")).all()
    prev, hashes = chain.GENESIS, []
    for row in rows:
        kind = "entry.restored" if row.number == 3 else row.kind
        prev_was, prev = prev, chain.link(prev, row.number, row.at, kind, row.body_hash)
        hashes.append(prev)
        connection.execute(
            text("UPDATE audit_entries SET kind = :k, prev = :p, hash = :h WHERE number = :n"),
            {"k": kind, "p": prev_was, "h": prev, "n": row.number},
        )
    signed = signing.sign(
        secret, size=len(rows), at=rows[-1].at, root=chain.tree_root(hashes), head=prev
    )
    connection.execute(
        text(
            "INSERT INTO audit_checkpoints (size, at, root, head, peaks, public_key, signature) "
            "VALUES (:size, :at, :root, :head, '[]', :key, :signature)"
        ),
        signed.as_json(),
    )
    connection.execute(
        text("INSERT INTO audit_heads (id, number, at, hash) VALUES (1, :n, :at, :h)"),
        {"n": len(rows), "at": rows[-1].at, "h": prev},
    )
