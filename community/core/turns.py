"""Whose turn it is to write: SQLite has one writer, and a person who waits goes before the worker.

SQLite itself lets a second writer sleep, longer each time it finds the place taken; threads of one
process hand the turn over at once. Other processes are waited for by SQLite's own patience.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

PATIENCE = 10.0
"""Seconds after which a writer asks SQLite itself, as if there were no turns."""
COURTESY = 0.25
"""Seconds that work behind the pages lets people's writes go before it."""
_GLANCE = 0.002
_BREATH = 0.001

_last: ContextVar[bool] = ContextVar("last", default=False)


@contextmanager
def after_people() -> Iterator[None]:
    """Do work behind the pages inside: its writes wait while those of people do."""
    token = _last.set(True)
    try:
        yield
    finally:
        _last.reset(token)


def breathe() -> None:
    """Let people's requests go on in the middle of long work behind the pages; elsewhere nothing."""
    if _last.get():
        time.sleep(_BREATH)


class Turn:
    """The writer's place of one database in one process."""

    def __init__(self) -> None:
        self._place = threading.Lock()
        self._people: set[int] = set()

    @property
    def is_wanted(self) -> bool:
        """Tell whether a person waits for the place."""
        return bool(self._people)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the place inside; raises nothing when it is not to be had, SQLite decides then."""
        held = self._wait_last() if _last.get() else self._wait_as_a_person()
        try:
            yield
        finally:
            if held:
                self._place.release()

    def _wait_as_a_person(self) -> bool:
        if self._place.acquire(blocking=False):
            return True
        me = threading.get_ident()
        self._people.add(me)
        try:
            return self._place.acquire(timeout=PATIENCE)
        finally:
            self._people.discard(me)

    def _wait_last(self) -> bool:
        end = time.monotonic() + COURTESY
        while self._people and time.monotonic() < end:
            time.sleep(_GLANCE)
        return self._place.acquire(timeout=PATIENCE)


_turns: WeakKeyDictionary[Engine, Turn] = WeakKeyDictionary()


def give(engine: Engine) -> None:
    """Let the writers of an engine take turns; for databases that have one writer at a time."""
    _turns[engine] = Turn()


def is_wanted(engine: Engine) -> bool:
    """Tell whether a person waits to write: who holds the place for the worker gives it back."""
    turn = _turns.get(engine)
    return turn is not None and turn.is_wanted


def of(engine: Engine) -> AbstractContextManager[None]:
    """Return the writer's place of an engine, to be held while one writes; nothing where many may."""
    turn = _turns.get(engine)
    return nullcontext() if turn is None else turn.taken()
