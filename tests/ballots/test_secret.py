"""A secret vote is secret in the storage: the whole database in hand, nobody ties a slip to a voter."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text

from community.ballots.models import BallotSlip
from community.core.db import db
from community.core.transactions import transaction
from tests.ballots.conftest import BASE, cells
from tests.dbs import LEG

UNGUARDED = {
    "sqlite": ["DROP TRIGGER ballot_slips_update_open"],
    "postgres": ["DROP TRIGGER ballot_slips_open ON ballot_slips"],
}
PEOPLE = ("galina", "boris", "vera", "anna", "irina")


def secret(booth, town):
    return booth.open(town["anna"], secrecy="secret", results="at_once")


def slips(town):
    with town.app.app_context():
        return db.session.execute(select(BallotSlip.id, BallotSlip.choices)).all()


def test_a_secret_vote_is_taken_once_and_counted(town, booth):
    ballot = secret(booth, town)
    for who in PEOPLE:
        booth.vote(town[who], ballot, "Среда" if who in ("vera", "irina") else "Вторник")
    again = booth.vote(town["vera"], ballot, "Вторник")
    assert again.status_code == 403
    assert "найти его среди остальных не может никто" in again.get_data(as_text=True)
    assert (
        cells(booth.page(town["anna"], ballot)) == {}
    )  # asked «at once», never before the closing
    page = booth.close(town["anna"], ballot).get_data(as_text=True)
    assert cells(page) == {"Вторник": ["3"], "Среда": ["2"]}
    assert "Вера Ильина" not in page
    assert booth.row(ballot).result["reconciled"] is True


def test_few_votes_show_no_split(town, booth):
    ballot = secret(booth, town)
    for who in PEOPLE[:4]:
        booth.vote(town[who], ballot, "Вторник")
    page = booth.close(town["anna"], ballot).get_data(as_text=True)
    assert "Голосов меньше пяти" in page
    assert cells(page) == {}
    assert "Выбрано: Вторник" not in page
    assert town["anna"].get(f"{BASE}/{ballot}/votes.csv").status_code == 404


def test_a_slip_holds_neither_voter_nor_time_nor_order(town, booth):
    ballot = secret(booth, town)
    kept = {column.name for column in BallotSlip.__table__.columns}
    assert kept == {"id", "ballot_id", "choices"}
    seen: set[str] = set()
    for turn, who in enumerate(PEOPLE, 1):
        booth.vote(town[who], ballot, "Вторник")
        now = {row.id for row in slips(town)}
        assert len(now) == turn
        assert not now & seen, "a slip that keeps its key tells that it is older than the last one"
        seen |= now


def test_nothing_else_in_the_database_learns_of_the_vote(town, booth):
    """Only the roll changes besides the slips, the counter and the pulse; no row tells who chose what."""
    ballot = secret(booth, town)

    def dump():
        with town.app.app_context():
            return {
                table.name: sorted(map(repr, db.session.execute(select(table)).all()))
                for table in db.metadata.sorted_tables
            }

    town["vera"].get(f"{BASE}/{ballot}")  # signed in, and has read the question
    before = dump()
    booth.vote(town["vera"], ballot, "Среда")
    after = dump()
    changed = {name for name in before if before[name] != after[name]}
    reading = {"read_marks", "read_floors", "threads", "user_sessions", "users", "memberships"}
    assert changed <= {"ballots", "ballot_voters", "ballot_slips", "pulses"} | reading
    option = str(booth.options(ballot)["Среда"])
    for name in changed - {"ballot_slips"}:
        fresh = "".join(set(after[name]) - set(before[name]))
        assert f'"{option}"' not in fresh, name


@pytest.mark.skipif(LEG != "sqlite", reason="reads the database file of SQLite")
def test_the_file_keeps_no_trace_of_earlier_slips(town, booth):
    """With the whole file after a checkpoint: no old key, and slips lie in the order of random keys."""
    ballot = secret(booth, town)
    seen: list[set[str]] = []
    for who in PEOPLE:
        booth.vote(town[who], ballot, "Вторник" if who == "vera" else "Среда")
        seen.append({row.id for row in slips(town)})
    with town.app.app_context():
        file = db.engine.url.database
        db.session.remove()
        db.engine.dispose()
    raw = sqlite3.connect(file)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (definition,) = raw.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'ballot_slips'"
    ).fetchone()
    raw.close()
    content = Path(file).read_bytes()
    assert "WITHOUT ROWID" in definition.upper()  # no number that rises with time
    present = set(re.findall(rb"[0-9a-f]{32}", content))
    for old in set().union(*seen[:-1]) - seen[-1]:
        assert old.encode() not in present, "an earlier state of the slips is left in the file"
    places = [content.index(each.encode()) for each in sorted(seen[-1])]
    assert places == sorted(places) or places == sorted(places, reverse=True)


@pytest.mark.skipif(LEG != "postgres", reason="reads the system columns of PostgreSQL")
def test_the_age_of_rows_ties_no_slip_to_a_voter(town, booth):
    """All slips are as old as the last vote, whoever cast them."""
    ballot = secret(booth, town)
    for who in PEOPLE:
        booth.vote(town[who], ballot, "Вторник" if who == "vera" else "Среда")
    with town.app.app_context():
        ages = db.session.scalars(text("SELECT DISTINCT xmin::text FROM ballot_slips")).all()
        keys = db.session.scalars(text("SELECT id FROM ballot_slips ORDER BY ctid")).all()
    assert len(ages) == 1
    assert keys == sorted(keys)


def test_after_the_closing_the_database_takes_no_vote(town, booth):
    ballot = secret(booth, town)
    for who in PEOPLE:
        booth.vote(town[who], ballot, "Вторник")
    booth.close(town["anna"], ballot)
    statements = (
        f"INSERT INTO ballot_slips (id, ballot_id, choices) VALUES ('{'a' * 32}', {ballot}, '{{}}')",
        f"UPDATE ballot_slips SET choices = '{{}}' WHERE ballot_id = {ballot}",
        f"DELETE FROM ballot_slips WHERE ballot_id = {ballot}",
        f"UPDATE ballots SET result = '{{}}' WHERE id = {ballot}",
        f"UPDATE ballots SET state = 'open' WHERE id = {ballot}",
    )
    for statement in statements:
        with town.app.app_context():
            with pytest.raises(Exception, match=r"voting is over|declared result"), transaction():
                db.session.execute(text(statement))
            db.session.remove()


def test_a_recount_finds_what_was_changed_behind_the_program(town, booth):
    ballot = secret(booth, town)
    for who in PEOPLE:
        booth.vote(town[who], ballot, "Вторник")
    booth.close(town["anna"], ballot)
    same = town["anna"].post(f"{BASE}/{ballot}/recount").get_data(as_text=True)
    assert "результат тот же" in same
    other = booth.options(ballot)["Среда"]
    with town.app.app_context(), transaction():
        for statement in UNGUARDED[LEG]:
            db.session.execute(text(statement))
        one = min(row.id for row in db.session.execute(select(BallotSlip.id)))
        changed = f"UPDATE ballot_slips SET choices = '{{\"{other}\": 1}}' WHERE id = '{one}'"
        db.session.execute(text(changed))
    differs = town["anna"].post(f"{BASE}/{ballot}/recount").get_data(as_text=True)
    assert "не совпадает с объявленным" in differs
