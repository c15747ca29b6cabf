"""The worker drains the outbox: a thread beside the pages (embedded) or a process of its own (scaled)."""

import logging
import os
import socket
import threading
from collections.abc import Callable

from flask import Flask

from community.core import outbox
from community.core.db import db

log = logging.getLogger(__name__)
_POLL = 1.0

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


def run_forever(app: Flask, stop: threading.Event | None = None) -> None:
    """Drain the outbox until ``stop`` is set; an error is logged and the next round tries again."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    stop = stop or threading.Event()
    rounds = 0
    while not stop.is_set():
        with app.app_context():
            try:
                outbox.drain(owner)
                if rounds % 60 == 0:
                    run_duties()
            except Exception:
                log.exception("the worker's round failed")
                db.session.rollback()
        rounds += 1
        outbox.wake.wait(_POLL)
        outbox.wake.clear()


def run_duties() -> None:
    """Run every periodic duty once; one that fails does not keep the others."""
    for each in DUTIES:
        try:
            each()
        except Exception:
            log.exception("the duty %s failed", each.__name__)
            db.session.rollback()
