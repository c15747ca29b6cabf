"""The journal matrix (rules, §9): every way to falsify it is impossible or detected."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from community.audit import chain, checkpoints, services, signing, triggers
from community.audit.verify import Fault, verify
from community.core import clock, transactions
from community.core.actor import Actor
from community.core.db import db

TEXTS = ("at", "kind", "actor_role", "target_kind", "body", "body_hash", "prev", "hash")


def test_an_honest_journal_is_believed(six: list[int], outside: Any) -> None:
    assert six == [1, 2, 3, 4, 5, 6]
    assert verify(outside) is None


def test_an_empty_journal_is_believed(app: Any, outside: Any) -> None:
    assert verify(outside) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET kind = 'entry.restored' WHERE number = 3",
        "UPDATE audit_entries SET number = 60 WHERE number = 6",
        "DELETE FROM audit_entries WHERE number = 6",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET number = 5",
        "UPDATE audit_seals SET text = 'Спасибо' WHERE number = 3",
    ],
)
def test_the_database_refuses_to_rewrite(six: list[int], intruder: Any, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"append-only|only grows|head follows|not rewritten"):
        intruder(statement)


def test_insert_or_replace_is_refused(six: list[int], intruder: Any) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL has none; the upsert below is its way
    row = "SELECT number, at, 'entry.restored', 1, 2, 'x', 1, NULL, NULL, NULL, body, body_hash, prev, hash"
    with pytest.raises(DBAPIError, match="only grows"):
        intruder(f"INSERT OR REPLACE INTO audit_entries {row} FROM audit_entries WHERE number = 3")


def test_an_upsert_is_refused(six: list[int], intruder: Any) -> None:
    row = "SELECT * FROM audit_entries WHERE number = 3"
    with pytest.raises(DBAPIError, match=r"only grows|append-only"):
        intruder(
            f"INSERT INTO audit_entries {row} ON CONFLICT (number) DO UPDATE SET kind = 'entry.restored'"
        )


def test_truncation_is_refused(six: list[int], intruder: Any) -> None:
    if db.engine.dialect.name == "sqlite":
        return  # it has no TRUNCATE; DELETE without WHERE is refused above
    for table in ("audit_entries", "audit_heads", "audit_checkpoints"):
        with pytest.raises(DBAPIError, match="append-only"):
            intruder(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(("number", "prev"), [(8, "last"), (7, "wrong"), (6, "last"), (0, "last")])
def test_an_entry_out_of_order_is_refused(
    six: list[int], intruder: Any, number: int, prev: str
) -> None:
    last = (
        "(SELECT hash FROM audit_entries WHERE number = 6)" if prev == "last" else f"'{'a' * 64}'"
    )
    with pytest.raises(DBAPIError, match=r"only grows|append-only"):
        intruder(
            "INSERT INTO audit_entries (number, at, kind, actor_role, body, body_hash, prev, hash) "
            f"VALUES ({number}, '2999-01-01T00:00:00.000000Z', 'x', '', '{{}}', '{'a' * 64}', {last}, "
            f"'{'a' * 64}')"
        )


@pytest.mark.parametrize("column", TEXTS)
def test_every_flipped_character_is_found(
    six: list[int], intruder: Any, outside: Any, column: str
) -> None:
    value = outside.execute(text(f"SELECT {column} FROM audit_entries WHERE number = 4")).scalar()
    outside.rollback()
    places = range(len(value)) if column != "body" else range(0, len(value), 5)
    for place in places:
        flipped = value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
        quoted = flipped.replace("'", "''")
        intruder(
            f"UPDATE audit_entries SET {column} = '{quoted}' WHERE number = 4",
            without_triggers=True,
        )
        found = verify(outside)
        outside.rollback()
        assert found is not None, (column, place)
        assert found.number == 4, (column, place)
    restored = value.replace("'", "''")
    intruder(
        f"UPDATE audit_entries SET {column} = '{restored}' WHERE number = 4", without_triggers=True
    )
    assert verify(outside) is None


@pytest.mark.parametrize(
    "column", ["community_id", "actor_id", "author_id", "target_id", "previous"]
)
def test_a_changed_copy_of_an_id_is_found(
    six: list[int], intruder: Any, outside: Any, column: str
) -> None:
    intruder(f"UPDATE audit_entries SET {column} = 99 WHERE number = 4", without_triggers=True)
    assert verify(outside) == Fault(4, "column")


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (["DELETE FROM audit_entries WHERE number = 1"], Fault(1, "gap")),
        (["DELETE FROM audit_entries WHERE number = 3"], Fault(3, "gap")),
        (["DELETE FROM audit_entries WHERE number = 6"], Fault(6, "tail")),
        (["DELETE FROM audit_entries WHERE number > 2"], Fault(3, "tail")),
        (["DELETE FROM audit_entries"], Fault(1, "tail")),
        (["DELETE FROM audit_heads"], Fault(6, "head")),
        (
            ["DELETE FROM audit_entries WHERE number = 3",
             "UPDATE audit_entries SET number = number - 1 WHERE number > 3"],
            Fault(3, "link"),
        ),
        (
            ["UPDATE audit_entries SET number = 100 WHERE number = 3",
             "UPDATE audit_entries SET number = 3 WHERE number = 4",
             "UPDATE audit_entries SET number = 4 WHERE number = 100"],
            Fault(3, "link"),
        ),
        (["UPDATE audit_entries SET number = 0 WHERE number = 1"], Fault(0, "gap")),
    ],
    ids=["first", "middle", "last", "tail", "all", "head", "renumber", "swap", "zero"],
)  # fmt: skip
def test_what_is_done_without_triggers_is_found(
    six: list[int], intruder: Any, outside: Any, statements: list[str], fault: Fault
) -> None:
    if fault.number == 0:
        statements = [*_without_checks(), *statements]
    seals = "DELETE FROM audit_seals"
    intruder(seals, *statements, without_triggers=True)
    assert verify(outside) == fault


def _without_checks() -> list[str]:
    if db.engine.dialect.name == "sqlite":
        return ["PRAGMA ignore_check_constraints = ON"]
    return ["ALTER TABLE audit_entries DROP CONSTRAINT ck_audit_entries_counted"]


def test_a_rewritten_chain_is_betrayed_by_a_letter(write: Any, intruder: Any, outside: Any) -> None:
    """Who rewrites everything and signs anew is caught by one old letter, or by the key."""
    for _ in range(5):
        write()
    letter = checkpoints.make()
    assert letter is not None
    _rewrite_all(intruder, outside)

    assert verify(outside) is None  # a perfect forgery, for those who kept nothing
    outside.rollback()
    assert verify(outside, [letter]) == Fault(5, "checkpoint")
    outside.rollback()
    assert verify(outside, keys=[letter.key]) == Fault(5, "signature")


def _rewrite_all(intruder: Any, outside: Any) -> None:
    rows = outside.execute(text("SELECT * FROM audit_entries ORDER BY number")).all()
    outside.rollback()
    statements, prev = [], chain.GENESIS
    for row in rows:
        body = row.body if row.number != 3 else row.body.replace("4.1-оскорбления", "4.1-угрозы")
        hashed = chain.body_hash(body)
        made = chain.link(prev, row.number, row.at, row.kind, hashed)
        statements.append(
            f"UPDATE audit_entries SET body = '{body}', body_hash = '{hashed}', prev = '{prev}', "
            f"hash = '{made}' WHERE number = {row.number}"
        )
        prev = made
    leaves = _hashes(statements)
    forged = signing.sign(
        b"\1" * 32, size=len(leaves), at=rows[-1].at, root=chain.tree_root(leaves), head=leaves[-1]
    )
    intruder(
        *statements,
        f"UPDATE audit_heads SET hash = '{prev}'",
        f"UPDATE audit_checkpoints SET root = '{forged.root}', head = '{forged.head}', at = '{forged.at}', "
        f"public_key = '{forged.key}', signature = '{forged.signature}'",
        without_triggers=True,
    )


def _hashes(statements: list[str]) -> list[str]:
    return [each.split(", hash = '")[1][:64] for each in statements]


def test_a_cut_tail_is_betrayed_by_a_checkpoint(write: Any, intruder: Any, outside: Any) -> None:
    for _ in range(4):
        write()
    letter = checkpoints.make()
    intruder(
        "DELETE FROM audit_seals",
        "DELETE FROM audit_checkpoints",
        "DELETE FROM audit_entries WHERE number = 4",
        "UPDATE audit_heads SET number = 3, hash = (SELECT hash FROM audit_entries WHERE number = 3),"
        " at = (SELECT at FROM audit_entries WHERE number = 3)",
        without_triggers=True,
    )
    assert verify(outside) is None
    assert letter is not None
    assert verify(outside, [letter]) == Fault(4, "tail")


@pytest.mark.parametrize("field", ["signature", "root", "head", "at", "size"])
def test_a_forged_checkpoint_is_found(write: Any, outside: Any, field: str) -> None:
    for _ in range(3):
        write()
    letter = checkpoints.make()
    assert letter is not None
    changed = letter.as_json()
    changed[field] = 2 if field == "size" else "0" + changed[field][1:] if changed[field][0] != "0" else (
        "1" + changed[field][1:])  # fmt: skip
    if field == "at":
        changed["at"] = "2020-01-01T00:00:00.000000Z"
    found = verify(outside, [signing.from_json(changed)])
    assert found is not None
    assert found.kind == "signature"


def test_a_clock_put_back_turns_no_page_back(write: Any, outside: Any) -> None:
    with clock.frozen(clock.now()):
        write()
        clock.travel(-timedelta(days=400))
        write()
    first, second = outside.execute(text("SELECT at FROM audit_entries ORDER BY number")).scalars()
    assert second >= first
    assert verify(outside) is None


def test_an_entry_dated_back_is_refused(
    six: list[int], app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        services, "max", lambda now, _last: "2001-01-01T00:00:00.000000Z", raising=False
    )
    with pytest.raises(DBAPIError, match="only grows"), transactions.transaction():
        services.record(Actor(2, "Борис"), "entry.held")


def test_erased_words_leave_the_chain_valid(six: list[int], app: Any, outside: Any) -> None:
    with transactions.transaction():
        assert services.erase(3) == 1
    assert verify(outside) is None
    left = outside.execute(text("SELECT number FROM audit_seals ORDER BY number")).scalars().all()
    assert left == [1, 2, 4, 5, 6]


def test_other_words_under_a_seal_are_found(six: list[int], intruder: Any, outside: Any) -> None:
    intruder("UPDATE audit_seals SET text = 'Спасибо' WHERE number = 3", without_triggers=True)
    assert verify(outside) == Fault(3, "seal")


def test_dropping_a_trigger_is_noticed_by_the_doctor(
    six: list[int], intruder: Any, outside: Any
) -> None:
    assert triggers.missing(outside) == []
    outside.rollback()
    where = "" if db.engine.dialect.name == "sqlite" else " ON audit_entries"
    intruder(f"DROP TRIGGER audit_entries_no_update{where}")
    assert triggers.missing(outside) == ["audit_entries_no_update"]


def test_the_stored_body_is_canonical(six: list[int], outside: Any) -> None:
    for (body,) in outside.execute(text("SELECT body FROM audit_entries")):
        assert chain.canon(json.loads(body)).decode() == body
