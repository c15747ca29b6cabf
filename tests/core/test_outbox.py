"""The outbox: at least once, one consumer's failure is its own, the dead are shown, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.core import clock, outbox
from community.core.db import db
from community.core.outbox import Event, OutboxJob
from community.core.transactions import in_transaction, transaction

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

    assert [outbox.run(job, "slow") for job in late] == [False, False]
    assert [each.heard for each in pair] == [[1], [1]]


def test_a_failure_after_the_lease_does_not_touch_the_others_work(
    pair: tuple[Consumer, Consumer],
) -> None:
    ring()
    late = outbox.claim("slow")
    clock.travel(outbox.LEASE + timedelta(seconds=1))
    outbox.claim("quick")
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
