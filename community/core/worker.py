"""The worker drains the outbox: a thread beside the pages (embedded) or a process of its own (scaled)."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar

from flask import Flask

from community.core import outbox, turns
from community.core.db import db

log = logging.getLogger(__name__)
_POLL = 1.0
GATHER = 0.2
"""Seconds between a commit and the work behind it: what comes meanwhile is done along with it."""
DUTIES_EVERY = 60.0

DUTIES: list[Callable[[], None]] = []
"""Periodic duties (cheap when nothing is due); each guards itself so that N workers run it once."""


def duty(function: Callable[[], None]) -> Callable[[], None]:
    """Register a periodic duty: called about once a minute by each worker, idempotent."""
    if function not in DUTIES:
        DUTIES.append(function)
    return function


def start(app: Flask) -> threading.Thread:
    """Start the embedded worker of ``app`` as a daemon thread and return it."""
    thread = threading.Thread(target=run_forever, args=(app,), name="outbox", daemon=True)
    thread.start()
    return thread


class Delayed:
    """Work that one worker does once for however much asks for it, and not too often."""

    def __init__(self) -> None:
        self._due: dict[Callable[[], None], float] = {}
        self._ran: dict[Callable[[], None], float] = {}

    def ask(self, work: Callable[[], None], every: float) -> None:
        """Have ``work`` done soon, ``every`` so many seconds at most."""
        self._due.setdefault(work, self._ran.get(work, -every) + every)

    def run(self) -> None:
        """Do what is due now; one that fails does not keep the others."""
        now = time.monotonic()
        for work in [each for each, due in self._due.items() if due <= now]:
            del self._due[work]
            _guarded(work)
            self._ran[work] = time.monotonic()

    def pause(self, longest: float) -> float:
        """Return the seconds until something is due, ``longest`` at most."""
        return max(0.0, min([longest, *(due - time.monotonic() for due in self._due.values())]))


_delayed: ContextVar[Delayed | None] = ContextVar("delayed", default=None)


def soon(work: Callable[[], None], *, every: float) -> bool:
    """Let the worker do ``work`` after what it has before it, once every so many seconds at most.

    For what is done once for many jobs. False where no worker runs: it is left to the caller.
    """
    delayed = _delayed.get()
    if delayed is not None:
        delayed.ask(work, every)
    return delayed is not None


def run_forever(app: Flask, stop: threading.Event | None = None) -> None:
    """Drain the outbox until ``stop`` is set; an error is logged and the next round tries again."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    stop = stop or threading.Event()
    delayed = Delayed()
    _delayed.set(delayed)
    delayed.ask(run_duties, 0.0)
    with turns.after_people():
        while not stop.is_set():
            with app.app_context():
                try:
                    outbox.drain(owner)
                    delayed.run()
                except Exception:
                    log.exception("the worker's round failed")
                    db.session.rollback()
            delayed.ask(run_duties, DUTIES_EVERY)
            outbox.wake.wait(delayed.pause(_POLL))
            outbox.wake.clear()
            stop.wait(GATHER)


def run_duties() -> None:
    """Run every periodic duty once; one that fails does not keep the others."""
    for each in DUTIES:
        _guarded(each)


def _guarded(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        log.exception("%s failed", work.__name__)
        db.session.rollback()
