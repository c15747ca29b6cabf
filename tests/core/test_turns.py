"""One writes at a time, and a person who waits goes before the work behind the pages."""

import threading
import time

import pytest

from community.core import turns
from community.core.db import db
from community.core.transactions import transaction
from community.core.turns import Turn
from tests.dbs import LEG


@pytest.fixture
def order():
    return []


def taking(turn, order, name, *, last=False):
    """Start a thread that takes the place and says so."""

    def run():
        if last:
            with turns.after_people(), turn.taken():
                order.append(name)
        else:
            with turn.taken():
                order.append(name)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def waits(turn, number):
    end = time.monotonic() + 5
    while len(turn._people) < number and time.monotonic() < end:
        time.sleep(0.001)


def test_people_who_wait_go_before_the_worker(order):
    turn = Turn()
    with turn.taken():
        people = [taking(turn, order, "person") for _ in range(3)]
        waits(turn, 3)
        worker = taking(turn, order, "worker", last=True)
    for each in (*people, worker):
        each.join(5)
    assert order == ["person"] * 3 + ["worker"]


def test_the_worker_is_not_kept_waiting_for_ever(order, monkeypatch):
    monkeypatch.setattr(turns, "COURTESY", 0.05)
    turn = Turn()
    turn._people.add(0)  # somebody always waits
    taking(turn, order, "worker", last=True).join(5)
    assert order == ["worker"]


def test_a_place_that_is_never_given_back_stops_nobody_for_ever(order, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    turn = Turn()
    with turn.taken():
        taking(turn, order, "person").join(5)
        assert order == ["person"]
    with turn.taken():
        assert turn._place.locked(), (
            "who went without the place has not given it back for the other"
        )


def test_who_holds_the_place_learns_that_a_person_waits(order):
    turn = Turn()
    with turn.taken():
        assert not turn.is_wanted
        person = taking(turn, order, "person")
        waits(turn, 1)
        assert turn.is_wanted
    person.join(5)
    assert not turn.is_wanted


def test_only_work_behind_the_pages_pauses(monkeypatch):
    pauses = []
    monkeypatch.setattr(turns.time, "sleep", pauses.append)
    turns.breathe()
    assert pauses == []
    with turns.after_people():
        turns.breathe()
    assert len(pauses) == 1


def test_the_place_is_free_after_a_failure():
    turn = Turn()
    with pytest.raises(ZeroDivisionError), turn.taken():
        raise ZeroDivisionError
    assert not turn._place.locked()


def test_writers_of_one_process_take_turns_where_one_may_write(app):
    with app.app_context(), transaction():
        place = turns._turns.get(db.engine)
        assert (place is not None) == (LEG != "postgres")
        assert place is None or place._place.locked()
