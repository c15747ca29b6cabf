"""The second and the third fence: the session refuses words past the gate, and so does the database."""

import sqlite3

import psycopg
import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from community.core.clock import now
from community.core.db import db
from community.core.transactions import transaction
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.guard import GateBypassed
from community.publishing.models import Entry, EntryRevision, VerdictRecord
from community.topics.models import Board
from community.topics.services import writing
from community.topics.services.writing import TopicPlan

SAID = "Как вернуть интерес на третьем уроке?"


@pytest.fixture
def entry_id(ctx, anna, town):
    """A published entry that has been edited once, so that there is a revision too."""
    board = db.session.scalar(select(Board.id).where(Board.name == "Методика"))
    _topic, made = writing.open_topic(
        anna.actor, board, Words(body=SAID, title="Дроби"), TopicPlan("case", "", False),
        seen=frozenset(), file_ids=(),
    )  # fmt: skip
    publishing.revise(
        anna.actor, made.entry_id, Words(body="Как вернуть интерес?", title="Дроби"),
        expected_revision=1, seen=frozenset(),
    )  # fmt: skip
    return made.entry_id


def flush_a_changed_text(entry_id):
    db.session.get_one(Entry, entry_id).body = "мимо"
    db.session.flush()


def flush_a_new_text(entry_id):
    old = db.session.get_one(Entry, entry_id)
    row = {each.key: getattr(old, each.key) for each in Entry.__table__.columns}
    db.session.add(Entry(**row | {"id": None, "position": 99}))
    db.session.flush()


def flush_a_deletion(entry_id):
    db.session.delete(db.session.get_one(Entry, entry_id))
    db.session.flush()


def core(statement):
    return lambda _entry_id: db.session.execute(statement)


def raw(statement):
    return lambda _entry_id: db.session.connection().exec_driver_sql(statement)


PAST_THE_GATE = {
    "flush of a change": flush_a_changed_text,
    "flush of a new row": flush_a_new_text,
    "flush of a deletion": flush_a_deletion,
    "bulk update": core(update(Entry).values(body="мимо")),
    "bulk deletion": core(delete(EntryRevision)),
    "core insert": core(
        insert(VerdictRecord.__table__).values(
            digest="0" * 64, act="allow", event="comment", rule_set="", engine="", hits=[], at=now()
        )
    ),
    "core insert from select": core(
        insert(EntryRevision.__table__).from_select(
            ["entry_id", "number", "title", "body", "digest", "verdict_id", "written_at"],
            select(
                Entry.id,
                Entry.revision,
                Entry.title,
                Entry.body,
                Entry.digest,
                Entry.verdict_id,
                Entry.created_at,
            ),
        )
    ),  # fmt: skip  # noqa: RUF028
    "textual update": core(text("UPDATE entries SET body = 'мимо'")),
    "textual insert": core(text("insert into entries (body) values ('мимо')")),
    "quoted name": raw("UPDATE \"entries\" SET body = 'мимо'"),
    "name with its schema": raw("UPDATE main.entries SET body = 'мимо'"),
    "quoted schema": raw('DELETE FROM "public"."entries"'),
    "a comment before it": raw("/* тихо */ UPDATE entries SET body = 'мимо'"),
    "a line of comment before it": raw("-- тихо\nUPDATE entries SET body = 'мимо'"),
    "inside WITH": raw("WITH x AS (SELECT 1) UPDATE entries SET body = 'мимо'"),
    "or ignore": raw("UPDATE OR IGNORE entries SET body = 'мимо'"),
    "or replace": raw("INSERT OR REPLACE INTO entries (id, body) VALUES (1, 'мимо')"),
    "replace": raw("REPLACE INTO entries (id, body) VALUES (1, 'мимо')"),
    "only": raw("UPDATE ONLY entries SET body = 'мимо'"),
    "truncate": raw("TRUNCATE TABLE entries CASCADE"),
    "copy": raw("COPY entries FROM STDIN"),
    "drop": raw("DROP TABLE entries"),
    "no triggers any more": raw("ALTER TABLE entries DISABLE TRIGGER ALL"),
}


def test_the_session_refuses_words_past_the_gate(entry_id):
    passed = []
    for way, go in PAST_THE_GATE.items():
        try:
            with transaction():
                go(entry_id)
        except GateBypassed:
            continue
        except DBAPIError:  # it reached the database: the guard did not see it
            pass
        passed.append(way)

    assert passed == []
    assert (
        db.session.scalar(select(Entry.body).where(Entry.id == entry_id)) == "Как вернуть интерес?"
    )


def test_the_guard_lets_other_tables_and_readers_through(entry_id):
    with transaction():
        db.session.execute(text("UPDATE boards SET purpose = 'о записях entries и verdicts'"))
        db.session.execute(
            text("UPDATE threads SET seq = seq + 1 WHERE id IN (SELECT thread_id FROM entries)")
        )
    assert db.session.scalar(select(Entry.id)) is not None


# The database itself, reached by a hand that knows nothing of the house -------------------------


@pytest.fixture
def hand(entry_id, app):
    """Run one statement on a connection of its own and commit it."""
    url = db.engine.url
    db.session.remove()

    def do(statement):
        if url.get_backend_name() == "sqlite":
            connection = sqlite3.connect(url.database)
            connection.execute("PRAGMA foreign_keys=ON")
        else:
            connection = psycopg.connect(
                url.set(drivername="postgresql").render_as_string(hide_password=False)
            )
        try:
            connection.execute(statement)
            connection.commit()
        finally:
            connection.close()

    return do


REFUSED = {
    "a text without a new digest": "UPDATE entries SET body = 'мимо'",
    "a title without a new digest": "UPDATE entries SET title = 'мимо'",
    "a digest without its verdict": f"UPDATE entries SET body = 'мимо', digest = '{'0' * 64}'",
    "a digest that no verdict has": f"UPDATE entries SET digest = '{'0' * 64}'",
    "another text's verdict": "UPDATE entries SET verdict_id = 999999",
    "a deleted text": "DELETE FROM entries",
    "history written anew": "UPDATE entry_revisions SET body = 'мимо'",
    "a verdict made kinder": "UPDATE verdicts SET act = 'block'",
    "a verdict for another text": f"UPDATE verdicts SET digest = '{'0' * 64}'",
    "a verdict that is gone": "DELETE FROM verdicts",
    "a removal without grounds": "UPDATE entries SET state = 'removed'",
    "a published text without a place": "UPDATE entries SET position = NULL",
    "a state that is none": "UPDATE entries SET state = 'secret'",
}


def test_the_database_refuses(hand):
    hand("UPDATE entries SET thanks = thanks")  # the refusals are not those of a dead connection
    passed = []
    for what, statement in REFUSED.items():
        try:
            hand(statement)
        except (sqlite3.IntegrityError, psycopg.Error):
            continue
        passed.append(what)
    assert passed == []


def test_outside_of_a_use_case_nothing_can_be_written(entry_id):
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE boards SET purpose = 'мимо'"))
    db.session.rollback()
