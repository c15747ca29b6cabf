"""The outbox: at least once, one consumer's failure is its own, the dead are shown, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from community.core import clock, outbox, turns
from community.core.db import db
from community.core.outbox import Event, OutboxJob
from community.core.transactions import after_commit, in_transaction, part, transaction

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    """A bell rang."""

    bell_id: int


class Consumer:
    """What a consumer was given; it breaks while ``breaks`` is set."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.breaks: BaseException | None = None

    def __call__(self, event: Rang) -> None:
        assert in_transaction()
        if self.breaks is not None:
            raise self.breaks
        self.heard.append(event.bell_id)


@pytest.fixture
def pair(ctx: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Consumer, Consumer]]:
    """Two consumers of one event, known to this test alone."""
    monkeypatch.setattr(outbox, "_consumers", {})
    monkeypatch.setattr(outbox, "_by_name", {})
    monkeypatch.setattr(outbox, "_wanted", {})
    made = (Consumer(), Consumer())
    for name, each in zip(("first", "second"), made, strict=True):

        def consumer(event: Rang, at: Consumer = each) -> None:
            at(event)

        consumer.__name__, consumer.__module__ = name, "community.tests"
        outbox.consumes(Rang)(consumer)
    with clock.frozen(NOON):
        yield made


def ring(bell_id: int = 1, **how: Any) -> None:
    with transaction():
        outbox.emit(Rang(bell_id=bell_id), **how)


def jobs(**where: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OutboxJob).filter_by(**where)) or 0


def test_each_consumer_hears_of_it_once(pair: tuple[Consumer, Consumer]) -> None:
    ring(7)
    assert outbox.drain() == 2
    assert outbox.drain() == 0
    assert [each.heard for each in pair] == [[7], [7]]


def test_nothing_is_told_of_what_was_rolled_back(pair: tuple[Consumer, Consumer]) -> None:
    def broken() -> None:
        with transaction():
            outbox.emit(Rang(bell_id=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert outbox.drain() == 0


def test_one_that_fails_is_tried_again_alone_and_later(pair: tuple[Consumer, Consumer]) -> None:
    pair[0].breaks = ValueError("later, please")
    ring()
    assert outbox.drain() == 1
    assert pair[1].heard == [1]

    pair[0].breaks = None
    assert outbox.drain() == 0, "its pause is not over"
    clock.travel(timedelta(seconds=15))
    assert outbox.drain() == 1
    assert (pair[0].heard, pair[1].heard) == ([1], [1])


def test_after_six_tries_it_is_a_dead_letter_that_can_be_revived(
    pair: tuple[Consumer, Consumer],
) -> None:
    pair[0].breaks = ValueError("never")
    ring()
    for _try in range(outbox.MAX_TRIES + 2):
        outbox.drain()
        clock.travel(timedelta(hours=12))
    (dead,) = outbox.dead_letters()
    assert (dead.tries, dead.last_error) == (outbox.MAX_TRIES, "ValueError: never")

    pair[0].breaks = None
    with transaction():
        outbox.revive([dead.id])
    assert outbox.drain() == 1
    assert outbox.dead_letters() == []


def test_what_a_killed_worker_had_is_done_by_the_next(pair: tuple[Consumer, Consumer]) -> None:
    ring()
    assert len(outbox.claim("killed")) == 2
    assert outbox.drain("next") == 0, "it may still be at work"
    clock.travel(outbox.LEASE + timedelta(seconds=1))
    assert outbox.drain("next") == 2
    assert [each.heard for each in pair] == [[1], [1]]


def test_a_worker_that_lost_its_lease_does_nothing(pair: tuple[Consumer, Consumer]) -> None:
    ring()
    late = outbox.claim("slow")
    clock.travel(outbox.LEASE + timedelta(seconds=1))
    assert outbox.drain("quick") == 2

    assert outbox.run(late, "slow") == 0
    assert [each.heard for each in pair] == [[1], [1]]


def test_a_failure_after_the_lease_does_not_touch_the_others_work(
    pair: tuple[Consumer, Consumer],
) -> None:
    ring()
    late = outbox.claim("slow")
    clock.travel(outbox.LEASE + timedelta(seconds=1))
    outbox.claim("quick")
    with transaction():
        outbox._postpone(late[0], "slow", ValueError("too late"))
    assert jobs(state="run", owner="quick") == 2


def test_a_job_that_kills_its_worker_each_time_is_given_up(pair: tuple[Consumer, Consumer]) -> None:
    ring()
    for _try in range(outbox.MAX_TRIES):
        assert len(outbox.claim("doomed")) == 2
        clock.travel(outbox.LEASE + timedelta(seconds=1))

    assert outbox.claim("doomed") == []
    assert len(outbox.dead_letters()) == 2


def test_the_same_thing_is_told_once_while_it_waits(pair: tuple[Consumer, Consumer]) -> None:
    ring(1, dedupe="bell:1")
    ring(1, dedupe="bell:1")
    ring(2, dedupe="bell:2")
    outbox.drain()
    assert pair[0].heard == [1, 2]


def test_what_is_due_later_waits(pair: tuple[Consumer, Consumer]) -> None:
    ring(1, due=NOON + timedelta(hours=1))
    assert outbox.drain() == 0
    clock.travel(timedelta(hours=1, seconds=1))
    assert outbox.drain() == 2


def test_a_consumer_that_is_no_more_is_a_dead_letter_not_a_stop(
    pair: tuple[Consumer, Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    ring()
    monkeypatch.delitem(outbox._by_name, "tests.first")
    assert outbox.drain() == 1
    assert pair[1].heard == [1]
    assert jobs(state="new") == 1


def test_a_failed_consumer_leaves_nothing_half_done(pair: tuple[Consumer, Consumer]) -> None:
    def half(event: Rang) -> None:
        outbox.emit(Rang(bell_id=event.bell_id + 1))
        raise ValueError("after the half")

    half.__module__ = "community.tests"
    outbox.consumes(Rang)(half)
    ring()
    outbox.drain()
    assert jobs() == 1, "only the one that waits for its next try"
    assert pair[0].heard == [1]


class Commits:
    """How many transactions were committed inside."""

    def __enter__(self) -> Self:
        self.count = 0
        event.listen(db.engine, "commit", self._committed)
        return self

    def __exit__(self, *_how: object) -> None:
        event.remove(db.engine, "commit", self._committed)

    def _committed(self, _connection: object) -> None:
        self.count += 1


def test_what_waits_together_is_done_in_one_transaction(
    pair: tuple[Consumer, Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 60.0)
    for number in range(8):
        ring(number)
    with Commits() as commits:
        assert outbox.drain() == 16
    assert commits.count == 2, "one takes the jobs, one does them"
    assert pair[0].heard == list(range(8))


def test_who_writes_meanwhile_is_let_in_between(
    pair: tuple[Consumer, Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 0.0)
    for number in range(3):
        ring(number)
    with Commits() as commits:
        assert outbox.drain() == 6
    assert commits.count == 7
    assert pair[1].heard == [0, 1, 2]


def test_a_person_who_waits_to_write_is_let_in_after_the_job_under_way(
    pair: tuple[Consumer, Consumer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "AT_ONCE", 60.0)
    waits = [True, False, True]
    monkeypatch.setattr(turns, "is_wanted", lambda _engine: bool(waits) and waits.pop(0))
    for number in range(3):
        ring(number)
    with Commits() as commits:
        assert outbox.drain() == 6
    assert commits.count == 4, "one takes them; then one, two and three jobs go together"


def test_nothing_is_written_where_nothing_is_due(pair: tuple[Consumer, Consumer]) -> None:
    with Commits() as commits:
        assert outbox.drain() == 0
    assert commits.count == 0
    assert pair[0].heard == []


def test_one_that_fails_takes_none_of_those_beside_it_along(
    pair: tuple[Consumer, Consumer],
) -> None:
    told: list[int] = []

    def third(event: Rang) -> None:
        after_commit(lambda: told.append(event.bell_id))
        if event.bell_id == 1:
            raise ValueError("not this one")

    third.__module__ = "community.tests"
    outbox.consumes(Rang)(third)
    for number in range(3):
        ring(number)
    assert outbox.drain() == 8
    assert (pair[0].heard, told) == ([0, 1, 2], [0, 2]), "what failed has nothing to follow it"
    assert jobs(state="new") == 1
    assert jobs() == 1


def test_a_part_that_fails_is_undone_alone(pair: tuple[Consumer, Consumer]) -> None:
    def failing() -> None:
        with part():
            outbox.emit(Rang(bell_id=2))
            raise ZeroDivisionError

    with transaction():
        outbox.emit(Rang(bell_id=1))
        with pytest.raises(ZeroDivisionError):
            failing()
    outbox.drain()
    assert pair[0].heard == [1]


def test_a_part_needs_a_whole() -> None:
    with pytest.raises(RuntimeError), part():
        pass


def test_all_that_follows_a_commit_is_done_though_one_fails(ctx: Flask) -> None:
    done: list[str] = []

    def broken() -> None:
        raise ValueError("the first")

    def writing() -> None:
        with transaction():
            after_commit(broken)
            after_commit(lambda: done.append("second"))

    with pytest.raises(ValueError, match="the first"):
        writing()
    assert done == ["second"]


def test_no_job_is_stored_for_who_wants_none(pair: tuple[Consumer, Consumer]) -> None:
    heard: list[int] = []

    def even(event: Rang) -> None:
        heard.append(event.bell_id)

    even.__module__ = "community.tests"
    outbox.consumes(Rang, only=lambda event: event.bell_id % 2 == 0)(even)
    ring(1)
    assert jobs() == 2
    ring(2)
    assert outbox.drain() == 5
    assert heard == [2]
