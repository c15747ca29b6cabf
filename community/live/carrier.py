"""One thread of the process carries news: hints come in, the database is read once, all readers are told.

One carrier, so what is told of a thread is told in the order of ``seq``; what comes together is told
together. A sweep finds what no hint told of: another process without Redis, the command line.
"""

import logging
import math
import queue
import threading
import time
from collections.abc import Hashable, Iterable
from typing import Any

from flask import g
from sqlalchemy import select

from community.accounts.services import sessions
from community.core.db import db
from community.live import lines
from community.live.bus import Bus, Hint
from community.live.hub import Client, Hub
from community.publishing.access import Viewer, thread_visible
from community.publishing.models import Thread

log = logging.getLogger(__name__)
TICK = 0.5
SWEEP = 2.0
"""Seconds between two looks for changes that no hint told of."""
RECHECK = 20.0
"""Seconds in which everybody connected is asked once whether they may still be, a few at a time."""
SAY_HERE = 15.0
BEAT = 1.0
"""Seconds between two looks at what changes beside the texts without a new ``seq``."""


class Carrier:
    """The queue of hints and the thread that empties it; started when there is somebody to tell."""

    def __init__(self, hub: Hub, bus: Bus) -> None:
        self._hub, self._bus = hub, bus
        self._hints: queue.SimpleQueue[Hint] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._swept = self._rechecked = self._said_here = self._ticked = self._felt = 0.0
        self._beats: dict[int, Hashable] = {}
        self._unchecked: list[Client] = []

    def start(self) -> None:
        """Begin to carry; called when the first reader comes."""
        with self._lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name="live", daemon=True)
            self._thread.start()
        self._bus.start(self._hints.put)

    def hint(self, *hint: Any) -> None:
        """Say here and to the other processes that something may have changed; waits for nothing."""
        self._bus.say(list(hint))
        if self._thread is not None:
            self._hints.put(list(hint))

    def _run(self) -> None:
        while not self._hub.draining:
            try:
                taken = self._take()
                with self._hub.app.app_context():
                    self._carry(taken)
                    self._tend()
            except Exception:
                log.exception("the live channel stumbled; the sweep will tell what was missed")
                time.sleep(TICK)

    def _take(self) -> list[Hint]:
        taken: list[Hint] = []
        try:
            taken.append(self._hints.get(timeout=TICK))
            while len(taken) < 1_000:
                taken.append(self._hints.get_nowait())
        except queue.Empty:
            pass
        return taken

    def _carry(self, taken: list[Hint]) -> None:
        for kind in ("access", "place"):  # whoever may no longer read is told nothing more
            for name in _named(taken, kind):
                self._check(
                    self._hub.sockets_of(name) if kind == "access" else self._hub.watchers(name)
                )
        threads = _named(taken, "thread")
        if ["catch-up"] in taken:
            self._swept = 0.0
        for thread_id in threads:
            self._tell(thread_id)
        for user_id in _named(taken, "person"):
            self._hub.tell("told", {}, self._hub.sockets_of(user_id))
        self._say_typing(taken)
        for hint in taken:
            if hint[0] == "here":
                people = [(user_id, name) for user_id, name in hint[3]]
                with self._hub.lock:
                    self._hub.presence.hear(hint[1], hint[2], people, time.monotonic())

    def _tend(self) -> None:
        now = time.monotonic()
        if now - self._ticked < TICK:
            return
        self._ticked = now
        self._say_who_is_here(now)
        self._hub.shut_the_slow()
        if now - self._felt >= BEAT:
            self._felt = now
            self._feel()
        if now - self._swept >= SWEEP:
            self._swept = now
            self._sweep()
        self._recheck(now)

    def _recheck(self, now: float) -> None:
        """Look at some of those connected: at all of them at once, the lines would wait for it."""
        if not self._unchecked and now - self._rechecked >= RECHECK:
            self._rechecked, self._unchecked = now, self._hub.everyone()
        share = max(1, math.ceil(len(self._hub.clients) * TICK / RECHECK))
        some, self._unchecked = self._unchecked[:share], self._unchecked[share:]
        self._check([each for each in some if each.sid in self._hub.clients])

    # Threads ----------------------------------------------------------------------------------

    def _sweep(self) -> None:
        with self._hub.lock:
            known = dict(self._hub.last)
        if not known:
            return
        rows = db.session.execute(select(Thread.id, Thread.seq).where(Thread.id.in_(known)))
        for thread_id, seq in rows.all():
            if seq != known[thread_id]:
                self._tell(thread_id)

    def _feel(self) -> None:
        """Tell the panels of threads whose beat has changed since the last look."""
        with self._hub.lock:
            known = list(self._hub.last)
        if not known:
            self._beats = {}
            return
        db.session.rollback()
        before, self._beats = self._beats, lines.beats(known)
        for thread_id, beat in self._beats.items():
            if thread_id in before and before[thread_id] != beat:
                self._tell(thread_id, known_seq=-1)

    def _tell(self, thread_id: int, known_seq: int | None = None) -> None:
        with self._hub.lock:
            after = self._hub.last.get(thread_id)
        if after is None:
            return
        db.session.rollback()  # each thread is read as it stands now
        thread = db.session.get(Thread, thread_id, populate_existing=True)
        if thread is None or thread.seq == (after if known_seq is None else known_seq):
            return
        watchers = self._hub.watchers(thread_id)
        for language in sorted({each.language for each in watchers}):
            g.pop("_flask_babel", None)
            g.language = language
            told = lines.news(thread, after)
            self._hub.tell("news", told, [each for each in watchers if each.language == language])
        with self._hub.lock:
            if thread_id in self._hub.last:
                self._hub.last[thread_id] = thread.seq

    # People -----------------------------------------------------------------------------------

    def _check(self, clients: Iterable[Client]) -> None:
        """Shut the sockets whose session is over; take away the threads that may not be read now."""
        clients = list(clients)
        if not clients:
            return
        db.session.rollback()
        alive = sessions.alive({each.session_id for each in clients})
        for client in clients:
            if client.session_id not in alive:
                self._hub.end(client, "session")
        readers: dict[int, Viewer] = {}
        for client in clients:
            if client.session_id in alive and client.threads:
                self._check_threads(client, readers)

    def _check_threads(self, client: Client, readers: dict[int, Viewer]) -> None:
        from community.core.actor import Actor
        from community.publishing.access import viewer

        if client.user_id not in readers:
            readers[client.user_id] = viewer(Actor(client.user_id, client.name))
        allowed = select(Thread.id).where(
            Thread.id.in_(client.threads), thread_visible(readers[client.user_id])
        )
        for thread_id in client.threads - set(db.session.scalars(allowed)):
            self._hub.tell("gone", {"t": thread_id}, [client])
            self._hub.leave(client, thread_id)

    def _say_who_is_here(self, now: float) -> None:
        """Tell who came and went, once for all that came and went together."""
        repeat = now - self._said_here >= SAY_HERE
        if repeat:
            self._said_here = now
        with self._hub.lock:
            threads = self._hub.presence.threads()
            changes = {each: self._hub.presence.change(each, now) for each in threads}
            local = {each: self._hub.presence.local(each, now) for each in threads}
        for thread_id, change in changes.items():
            if change is not None or (repeat and local[thread_id]):
                self._bus.say(["here", thread_id, self._hub.process, sorted(local[thread_id])])
            if change is not None:
                came, gone = change
                told = {"t": thread_id, "in": came, "out": gone}
                self._hub.tell("here", told, self._hub.watchers(thread_id))

    def _say_typing(self, taken: list[Hint]) -> None:
        for thread_id, user_id, name in {tuple(each[1:]) for each in taken if each[0] == "typing"}:
            told = {"t": thread_id, "id": user_id, "name": name}
            self._hub.tell("typing", told, self._hub.watchers(thread_id))


def _named(taken: list[Hint], kind: str) -> list[int]:
    return list(dict.fromkeys(hint[1] for hint in taken if hint[0] == kind))
