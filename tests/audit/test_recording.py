"""Writing the journal: in the act's transaction, one number after another, without personal data."""

from __future__ import annotations

import ast
import json
import multiprocessing
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from community.app import FLOORS, ROOMS
from community.audit import kinds, queries, services
from community.audit.models import AuditEntry, Sealed
from community.audit.verify import verify
from community.config import ROOT
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.transactions import transaction, use_case
from tests.audit.conftest import BORIS, small_app

Write = Callable[..., int]


def test_an_act_outside_of_a_transaction_is_not_recorded(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="transaction of the act"):
        services.record(BORIS, "entry.held")


@use_case
def act_and_fail() -> None:
    services.record(BORIS, "entry.removed", sealed="Слова")
    raise RuntimeError("the act failed")


def test_no_act_no_entry(app: Flask, write: Write) -> None:
    with pytest.raises(RuntimeError, match="the act failed"):
        act_and_fail()
    assert count() == 0
    assert write() == 1  # the number was not used up


@use_case
def act_that_cannot_be_recorded(made: list[str]) -> None:
    db.session.execute(text("CREATE TABLE acts (id integer)"))
    made.append("act")
    services.record(BORIS, "entry.nonsense")


def test_no_entry_no_act(app: Flask, outside: Any) -> None:
    made: list[str] = []
    with pytest.raises(kinds.JournalError, match="register"):
        act_that_cannot_be_recorded(made)
    assert made == ["act"]
    with pytest.raises(Exception, match="acts"):
        outside.execute(text("SELECT * FROM acts"))


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Анна"},
        {"article": "Соколова грубит всем подряд"},
        {"article": "anna@example.org"},
        {"spans": [[1, "Анна Соколова"]]},
        {"article": {"text": "Анна"}},
        {"article": 4.1},
        {"actor_id": 5},
        {"spans": [[[[[1]]]]]},
    ],
)
def test_what_may_be_personal_stays_out_of_the_chain(write: Write, body: dict[str, Any]) -> None:
    with pytest.raises(kinds.JournalError):
        write(body=body)
    assert count() == 0


def test_words_are_sealed_beside_the_chain(write: Write) -> None:
    number = write(sealed={"text": "Ну вы и грубиян", "reason": "Грубость в адрес Анны Соколовой"})
    row = db.session.get(AuditEntry, number)
    assert row is not None
    assert "Анны" not in row.body
    assert "грубиян" not in row.body
    assert set(json.loads(row.body)["sealed"]) == {"text", "reason"}
    assert queries.sealed(number)["reason"] == "Грубость в адрес Анны Соколовой"
    with transaction():
        assert services.erase(number, part="reason") == 1
    assert queries.sealed(number) == {"text": "Ну вы и грубиян"}


def test_the_same_words_have_different_hashes(write: Write) -> None:
    """The salt keeps anyone from guessing short words by their hash."""
    first, second = write(sealed="да"), write(sealed="да")
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.number.in_([first, second])))
    assert len({json.loads(each.body)["sealed"]["text"] for each in rows}) == 2


def test_the_system_acts_without_an_id(app: Flask) -> None:
    with transaction():
        number = services.record(SYSTEM, "seat.lapsed", community_id=1, body={"user_id": 7})
    found = queries.entry(number)
    assert found is not None
    assert (found.actor_id, found.role) == (None, "system")


def test_a_kind_belongs_to_one_room() -> None:
    with pytest.raises(kinds.JournalError, match="twice"):
        kinds.register_kind("entry.held", "Something else")
    with pytest.raises(kinds.JournalError, match="itself"):
        kinds.register_kind("test.new", "New", "actor_id")


# What the code writes ----------------------------------------------------------------------------


def _recorded() -> list[tuple[str, int, str]]:
    """Return every kind that a call of ``audit.record`` names as a plain word."""
    found = []
    for file in sorted((ROOT / "community").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _is_record(node.func) and len(node.args) > 1:
                kind = node.args[1]
                if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                    found.append((str(file.relative_to(ROOT)), node.lineno, kind.value))
    return found


def _is_record(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "record"
        and isinstance(function.value, ast.Name)
        and function.value.id in ("audit", "services")
    )


@pytest.fixture
def rooms() -> None:
    """Every room has registered what it writes."""
    for name in (*FLOORS, *ROOMS):
        if find_spec(f"community.{name}.reasons") is not None:
            import_module(f"community.{name}.reasons")


def test_every_recorded_kind_is_in_the_vocabulary(rooms: None) -> None:
    calls = _recorded()
    assert len(calls) > 10
    assert [call for call in calls if call[2] not in kinds.KINDS] == []


WAITING = {
    "removal.refused": "a removal without grounds is refused, not yet written down",
    "report.taken": "taking a complaint up is being built",
}
"""Kinds that nobody writes yet, each with its reason; who builds one drops its line, nobody adds any."""

MOST_WAITING = 2
"""Lowered with each line that goes."""


def _said() -> set[str]:
    """Return every word of the code that could be a kind, and the beginnings of composed ones."""
    found: set[str] = set()
    for file in (ROOT / "community").rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        registered = {
            id(each)
            for node in ast.walk(tree)
            if file.name == "kinds.py"
            or (isinstance(node, ast.Call) and _name_of(node.func) == "register_kind")
            for each in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set() if id(node) in registered else {node.value}
    return found


def _name_of(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


COMPOSED = {"seat.declined": 'f"seat.{state}"', "seat.lapsed": 'f"seat.{state}"'}
"""Kinds whose names are made of a state; the code must hold the making."""


def test_every_kind_is_written_by_somebody(rooms: None) -> None:
    said = _said()
    silent = {kind for kind in kinds.KINDS if kind not in said and kind not in COMPOSED}
    assert silent - set(WAITING) == set(), "a kind that nobody writes: write it or take it away"
    assert set(WAITING) - silent == set(), "this kind is written now: take its line away"
    assert len(WAITING) <= MOST_WAITING
    source = "".join(file.read_text("utf-8") for file in (ROOT / "community").rglob("*.py"))
    assert [kind for kind, made in COMPOSED.items() if made not in source] == []


def test_every_kind_is_in_a_group_of_the_page(rooms: None) -> None:
    known = {room for group in kinds.GROUPS.values() for room in group.rooms}
    assert sorted({kind.partition(".")[0] for kind in kinds.KINDS} - known) == []


# Two at once -------------------------------------------------------------------------------------

EACH = 25


def _write_many(database_url: str, folder: str, user_id: int) -> None:
    app = small_app(database_url, Path(folder) / str(user_id))
    with app.app_context():
        for _ in range(EACH):
            with transaction():
                services.record(Actor(user_id, "x"), "entry.held", community_id=1, sealed="слова")
        db.engine.dispose()


def test_writers_at_once_make_one_chain(
    app: Flask, database_url: str, tmp_path: Path, outside: Any
) -> None:
    db.session.rollback()
    spawn = multiprocessing.get_context("spawn")
    writers = [
        spawn.Process(target=_write_many, args=(database_url, str(tmp_path), n)) for n in (1, 2, 3)
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    assert [each.exitcode for each in writers] == [0, 0, 0]
    assert count() == 3 * EACH
    assert verify(outside) is None
    assert db.session.scalar(select(func.count()).select_from(Sealed)) == 3 * EACH


def _die_between(database_url: str, folder: str) -> None:
    """The power goes between the act's entry and its commit."""
    import os
    import signal

    app = small_app(database_url, Path(folder) / "dying")
    with app.app_context(), transaction():
        services.record(BORIS, "entry.removed", sealed="слова")
        db.session.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_crash_between_the_act_and_its_end_leaves_neither(
    app: Flask, write: Write, database_url: str, tmp_path: Path, outside: Any
) -> None:
    write()
    db.session.rollback()
    spawn = multiprocessing.get_context("spawn")
    dying = spawn.Process(target=_die_between, args=(database_url, str(tmp_path)))
    dying.start()
    dying.join(60)
    assert dying.exitcode == -9
    assert write() == 2
    assert verify(outside) is None


# The open page -----------------------------------------------------------------------------------


def test_the_page_is_walked_by_numbers(write: Write) -> None:
    for _ in range(7):
        write()
    write(community_id=2)
    first = queries.page(1, size=3)
    assert ([each.number for each in first.rows], first.newer) == ([7, 6, 5], None)
    second = queries.page(1, before=first.older, size=3)
    assert [each.number for each in second.rows] == [4, 3, 2]
    third = queries.page(1, before=second.older, size=3)
    assert ([each.number for each in third.rows], third.older) == ([1], None)
    back = queries.page(1, after=third.newer, size=3)
    assert [each.number for each in back.rows] == [4, 3, 2]
    top = queries.page(1, after=back.newer, size=3)
    assert ([each.number for each in top.rows], top.newer) == ([7, 6, 5], None)
    assert queries.page(3).rows == ()


def test_a_row_names_the_role_and_what_became_of_it(write: Write) -> None:
    removed = write()
    restored = write("entry.restored", body={"previous": removed, "outcome": "overturned"})
    newest, row = queries.page(1).rows
    assert (row.number, row.role, row.article) == (removed, "moderator", "4.1-оскорбления")
    assert row.sentence == "A text was hidden"
    assert row.target == ("entry", 7)
    ((answer),) = row.answers
    assert (answer.number, answer.kind, answer.outcome) == (
        restored,
        "entry.restored",
        "overturned",
    )
    assert (newest.previous, newest.answers) == (removed, ())


def test_the_page_is_filtered(write: Write) -> None:
    start = clock.now()
    with clock.frozen(start):
        write()
        clock.travel(timedelta(days=10))
        write(
            "membership.admitted",
            body={"members": 12},
            target=("user", 4),
            author_id=4,
            sealed=None,
        )
        write(body={"article": "4.1-угрозы"})

    def numbers(**filters: Any) -> list[int]:
        return [each.number for each in queries.page(1, queries.Filters(**filters)).rows]

    assert numbers() == [3, 2, 1]
    assert numbers(what="words") == [3, 1]
    assert numbers(what="people") == [2]
    assert numbers(what="nonsense") == [3, 2, 1]
    assert numbers(article="4.1-угрозы") == [3]
    assert numbers(article="4.1-угроз%") == []
    assert numbers(since=start + timedelta(days=1)) == [3, 2]
    assert numbers(until=start + timedelta(days=1)) == [1]
    assert numbers(author_id=4) == [2]
    assert numbers(target=("entry", 7)) == [3, 1]


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
