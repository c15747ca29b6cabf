"""Statements that are built once: they say what SQLAlchemy says, and stay prepared."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from community.accounts.models import User
from community.core import clock, prepared
from community.core import db as database
from community.core.db import change, db, fetch
from community.core.transactions import use_case
from community.publishing.guard import GateBypassed
from community.publishing.models import Entry
from tests.dbs import LEG
from tests.world import SLUG

BODY = "Коллеги, как вы объясняете дроби на третьем уроке подряд, чтобы интерес не пропал?"
_SOME = (
    select(User.id, User.name, User.created_at)
    .where(User.id.in_(bindparam("ids", expanding=True)))
    .order_by(User.id)
)


def test_every_page_reads_what_sqlalchemy_would_read(app, irina, anna, monkeypatch):
    """Each SELECT of the pages is sent both ways, and gives the same rows under the same names."""
    known = set()

    def both(connection, statement, values):
        mine = prepared.run(connection, statement, values).all()
        theirs = connection.execute(statement, values).all()
        assert [tuple(row) for row in mine] == [tuple(row) for row in theirs]
        for row, other in zip(mine, theirs, strict=True):
            assert {k: v for k, v in other._mapping.items() if getattr(row, k) != v} == {}
        known.add(statement)
        return prepared.run(connection, statement, values)

    monkeypatch.setattr(database, "run", both)
    topic = anna.post(
        f"/c/{SLUG}/boards/1/topics/new", data={"title": "Дроби", "body": BODY, "kind": "question"}
    ).request.path
    irina.post(f"{topic}/reply", data={"body": BODY + " У меня не выходит."})
    for path in (topic, f"/c/{SLUG}/boards/1", f"/c/{SLUG}/people", f"/c/{SLUG}/news", "/me"):
        assert irina.get(path).status_code == 200
    assert len(known) > 12


def test_a_list_of_values_may_be_of_any_length(app, anna, irina):
    with app.app_context():
        for ids in ([], [anna.id], [anna.id, irina.id], [anna.id], []):
            rows = fetch(_SOME, ids=ids).all()
            assert [row.id for row in rows] == sorted(ids)
            assert all(row.created_at.tzinfo is clock.now().tzinfo for row in rows)


def test_a_missing_value_and_an_unknown_one_are_refused(app):
    with app.app_context():
        with pytest.raises((TypeError, StatementError)):
            fetch(_SOME)
        if LEG != "postgres":
            with pytest.raises(TypeError):
                fetch(_SOME, ids=[1], other=2)


@pytest.mark.skipif(LEG == "postgres", reason="how SQLite prepares statements")
def test_reading_leaves_the_statements_prepared(app, irina):
    """A pragma makes SQLite prepare everything anew: reading pages sends none."""
    irina.get(f"/c/{SLUG}/news")
    said = []
    with app.app_context():
        raw = db.engine.raw_connection()
        raw.driver_connection.set_trace_callback(said.append)
        raw.close()
    for _ in range(3):
        irina.get(f"/c/{SLUG}/boards/1")
    assert [each for each in said if each.startswith("SELECT")]
    assert [each for each in said if "PRAGMA" in each] == []


def test_a_connection_that_wrote_is_only_read_by_afterwards(app, irina):
    irina.post("/view", data={"theme": "dark"})  # written through every connection that there is
    with app.app_context():
        for _ in range(2):
            _write()
            with pytest.raises((OperationalError, DBAPIError)):
                db.session.execute(User.__table__.update().values(post="без права"))
            db.session.rollback()
            assert "без права" not in {row[0] for row in db.session.execute(select(User.post))}


@use_case
def _write():
    db.session.execute(User.__table__.update().values(post="учитель"))


_PREFER = update(User).where(User.id == bindparam("person")).values(preferences=bindparam("chosen"))


@use_case
def _prefer(*rows, **values):
    return change(_PREFER, *rows, **values)


def test_a_kept_change_stores_its_values_and_tells_how_many_rows_it_changed(app, irina, anna):
    with app.app_context():
        assert _prefer(person=irina.id, chosen={"язык": "ru"}) == 1
        assert _prefer(person=10**9, chosen={}) == 0
        both = [{"person": each.id, "chosen": {"строк": 2}} for each in (irina, anna)]
        assert _prefer(*both) == 2
        db.session.rollback()
        asked = select(User.preferences).where(User.id.in_([irina.id, anna.id]))
        assert db.session.scalars(asked).all() == [{"строк": 2}] * 2


def test_a_kept_change_is_refused_where_any_other_would_be(app, irina):
    with app.app_context():
        with pytest.raises(DBAPIError):  # outside a use case the database only reads
            change(_PREFER, person=irina.id, chosen={})
        db.session.rollback()
        with pytest.raises((TypeError, StatementError)):
            _prefer(person=irina.id)
        with pytest.raises(GateBypassed):
            _rewrite()


@use_case
def _rewrite():
    change(update(Entry).values(body=bindparam("words")), words="мимо ворот")
