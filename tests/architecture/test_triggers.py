"""Every trigger of the database is needed: without it, a statement that must be refused goes through.

A new trigger needs a line here: a statement that it refuses, and its words. Each line is tried twice
on rows that people have made, with the trigger and with it dropped, and rolled back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from community.audit import checkpoints
from community.core.db import db
from community.publishing.models import Entry
from tests.ballots.conftest import Booth
from tests.councils.signed import sealed_minutes
from tests.topics.conftest import Forum

Statement = str | Callable[[], str]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a trigger refuses, and how it says so."""

    words: str
    statement: Statement
    only: str = ""
    """The database that has this trigger; both, when empty."""


def copied(table: str, condition: str = "1 = 1", **changes: str) -> Callable[[], str]:
    """One row of a table again, with some columns changed."""

    def build() -> str:
        columns = list(db.metadata.tables[table].columns.keys())
        told = ", ".join(changes.get(name, f'"{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        return f"INSERT INTO {table} ({names}) SELECT {told} FROM {table} WHERE {condition} LIMIT 1"

    return build


GROWS, FIXED, OVER = "only grows", "append-only", "is over"
PROOFS: dict[str, Proof] = {
    "audit_entries_append": Proof(GROWS, copied("audit_entries", number="number + 1000")),
    "audit_entries_no_update": Proof(FIXED, "UPDATE audit_entries SET kind = 'x' WHERE number = 1"),
    "audit_entries_no_delete": Proof(FIXED, "DELETE FROM audit_entries WHERE number = 1"),
    "audit_entries_no_truncate": Proof(FIXED, "TRUNCATE audit_entries CASCADE", "postgresql"),
    "audit_heads_first": Proof("one head", "INSERT INTO audit_heads VALUES (1, 9, '', '')", "sqlite"),
    "audit_heads_follow": Proof("head follows", "UPDATE audit_heads SET number = number + 5"),
    "audit_heads_no_delete": Proof(FIXED, "DELETE FROM audit_heads"),
    "audit_heads_no_truncate": Proof(FIXED, "TRUNCATE audit_heads", "postgresql"),
    "audit_checkpoints_append": Proof(
        "covers what", copied("audit_checkpoints", size="size + 100000")
    ),
    "audit_checkpoints_no_update": Proof(FIXED, "UPDATE audit_checkpoints SET at = at"),
    "audit_checkpoints_no_delete": Proof(FIXED, "DELETE FROM audit_checkpoints"),
    "audit_checkpoints_no_truncate": Proof(FIXED, "TRUNCATE audit_checkpoints", "postgresql"),
    "audit_seals_fixed": Proof("not rewritten", "UPDATE audit_seals SET text = 'мимо'", "sqlite"),
    "audit_seals_no_update": Proof(FIXED, "UPDATE audit_seals SET text = 'мимо'", "postgresql"),
    "entries_digest": Proof("without a new verdict", "UPDATE entries SET body = 'мимо'"),
    "entries_kept": Proof("never deleted", "DELETE FROM entries"),
    "entry_revisions_fixed": Proof("not rewritten", "UPDATE entry_revisions SET number = 99"),
    "verdicts_fixed": Proof("not rewritten", "UPDATE verdicts SET act = 'refuse'"),
    "removals_quoted": Proof(
        "not in the text", copied("removals", number="number + 1000", quote="'нет таких слов'")
    ),
    "removals_kept": Proof("not deleted", "DELETE FROM removals"),
    "council_minutes_sealed": Proof("not changed", "UPDATE council_minutes SET number = number + 7"),
    "council_minutes_kept": Proof("not deleted", "DELETE FROM council_minutes"),
    "ballots_declared": Proof("result", "UPDATE ballots SET result = '{}'"),
    "ballot_votes_open": Proof(OVER, "DELETE FROM ballot_votes", "postgresql"),
    "ballot_slips_open": Proof(OVER, "DELETE FROM ballot_slips", "postgresql"),
    "ballot_votes_delete_open": Proof(OVER, "DELETE FROM ballot_votes", "sqlite"),
    "ballot_slips_delete_open": Proof(OVER, "DELETE FROM ballot_slips", "sqlite"),
    "ballot_votes_update_open": Proof(OVER, "UPDATE ballot_votes SET ballot_id = ballot_id", "sqlite"),
    "ballot_slips_update_open": Proof(OVER, "UPDATE ballot_slips SET ballot_id = ballot_id", "sqlite"),
    "ballot_votes_insert_open": Proof(OVER, copied("ballot_votes"), "sqlite"),
    "ballot_slips_insert_open": Proof(OVER, copied("ballot_slips"), "sqlite"),
}  # fmt: skip


@dataclass
class Hand:
    """A hand at the database that knows nothing of the house."""

    url: Any
    tables: dict[str, str] = field(default_factory=dict)

    def tries(self, statement: str, *, without: str = "") -> str:
        """What the database says to a statement, with a trigger dropped before it; nothing is kept."""
        connection = self._connect()
        try:
            if without:
                table = f" ON {self.tables[without]}" if not self.is_sqlite else ""
                connection.execute(f"DROP TRIGGER {without}{table}")
            connection.execute(statement)
        except (sqlite3.Error, psycopg.Error) as error:
            return str(error)
        finally:
            connection.rollback()
            connection.close()
        return ""

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def _connect(self) -> Any:
        if self.is_sqlite:
            connection = sqlite3.connect(self.url.database, isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            return connection
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain)


@pytest.fixture
def hand(app, town, anna, boris, irina, galina, vera) -> Hand:
    """Rows of every guarded table, made by people: texts, a removal, two ballots, minutes, a checkpoint."""
    forum, booth = Forum(town), Booth(town)
    topic = forum.open(anna)
    said = forum.reply(anna, topic, "На третьем уроке дети скучают и смотрят в окно.")
    anna.post(f"/e/{said}/edit", {"body": "На третьем уроке дети скучают.", "revision": 1})
    boris.post(
        f"/e/{said}/remove",
        {"article": "4.1-оскорбления", "quote": "дети скучают", "milder": "useless",
         "reason": "Слова унижают детей всего класса и автора урока."},
    )  # fmt: skip
    for secret in ("open", "secret"):
        results = "after_close" if secret == "secret" else "after_vote"
        ballot = booth.open(boris, secrecy=secret, results=results)
        booth.vote(anna, ballot, "Вторник")
        booth.close(boris, ballot)
    sealed_minutes(town)
    with app.app_context():
        checkpoints.make()
        assert db.session.scalar(select(Entry.state).where(Entry.id == said)) == "removed"
        url, found = db.engine.url, dict(triggers())
        db.session.remove()
    return Hand(url, found)


def triggers() -> list[tuple[str, str]]:
    """Every trigger of the database with its table."""
    if db.engine.dialect.name == "sqlite":
        asked = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        asked = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    return [(row[0], row[1]) for row in db.session.execute(text(asked))]


def test_every_trigger_is_proven(ctx):
    here = db.engine.dialect.name
    proven = {name for name, proof in PROOFS.items() if proof.only in ("", here)}
    assert {name for name, _table in triggers()} == proven, "a trigger needs its proof in this file"


def test_each_trigger_refuses_what_nothing_else_would(hand, ctx):
    unguarded, needless = [], []
    for name, proof in PROOFS.items():
        if proof.only not in ("", "sqlite" if hand.is_sqlite else "postgresql"):
            continue
        statement = proof.statement if isinstance(proof.statement, str) else proof.statement()
        if proof.words not in hand.tries(statement):
            unguarded.append((name, hand.tries(statement)))
        if proof.words in hand.tries(statement, without=name):
            needless.append(name)
    assert unguarded == []
    assert needless == []
