"""The worker gathers what comes together, spares what is dear, and keeps its duties to the minute."""

import threading
import time

import pytest

from community.core import outbox, worker
from community.core.worker import Delayed


class Work:
    """Counts how often it was done."""

    def __init__(self):
        self.done = 0
        self.breaks = False
        self.__name__ = "work"

    def __call__(self):
        self.done += 1
        if self.breaks:
            raise RuntimeError("not today")


def test_much_that_asks_for_the_same_is_done_once():
    delayed, work = Delayed(), Work()
    for _ in range(5):
        delayed.ask(work, 60.0)
    delayed.run()
    assert work.done == 1


def test_the_first_time_at_once_and_then_not_too_often():
    delayed, work = Delayed(), Work()
    delayed.ask(work, 0.2)
    delayed.run()
    delayed.ask(work, 0.2)
    delayed.run()
    assert work.done == 1
    assert 0.0 < delayed.pause(60.0) <= 0.2
    time.sleep(0.21)
    delayed.run()
    assert work.done == 2
    assert delayed.pause(60.0) == 60.0


def test_one_that_fails_does_not_keep_the_others(ctx):
    delayed, bad, good = Delayed(), Work(), Work()
    bad.breaks = True
    delayed.ask(bad, 1.0)
    delayed.ask(good, 1.0)
    delayed.run()
    assert (bad.done, good.done) == (1, 1)


def test_where_no_worker_runs_it_is_left_to_who_asked():
    work = Work()
    assert worker.soon(work, every=1.0) is False
    assert work.done == 0


@pytest.fixture
def running(app):
    """The worker as it runs, in a thread of its own."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_forever, args=(app, stop))

    def start():
        thread.start()

    yield start
    stop.set()
    outbox.wake.set()
    thread.join(10)
    assert not thread.is_alive(), "it stops when it is told to"


def test_duties_are_done_at_the_start_and_then_by_the_minute_however_much_happens(
    running, monkeypatch
):
    duty = Work()
    monkeypatch.setattr(worker, "DUTIES", [duty])
    monkeypatch.setattr(worker, "GATHER", 0.0)
    running()
    for _ in range(200):
        outbox.wake.set()
        time.sleep(0.002)
    assert duty.done == 1
