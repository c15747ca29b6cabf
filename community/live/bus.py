"""Hints between the processes of one site: through Redis where there are several, else nowhere.

A hint names a thread or a person and never carries words; whoever hears it reads the database. So a
Redis that is stopped costs seconds (the sweep of ``carrier`` finds what was missed), never a word.
"""

import json
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, Protocol

log = logging.getLogger(__name__)
Hint = list[Any]
Heard = Callable[[Hint], None]
MOST_WAITING = 5_000
PAUSE = 1.0


class Bus(Protocol):
    """A way for hints to other processes."""

    def start(self, heard: Heard) -> None:
        """Begin to listen; ``heard`` is called for each hint of another process."""

    def say(self, hint: Hint) -> None:
        """Send a hint to the other processes, without waiting."""


class Nowhere:
    """One process: there is nobody to tell."""

    def start(self, heard: Heard) -> None:
        """Nothing to listen to."""

    def say(self, hint: Hint) -> None:
        """Nobody to tell."""


class Redis:
    """Publish and subscribe on one channel; both sides mend themselves when Redis comes back."""

    def __init__(self, url: str, channel: str, process: str) -> None:
        self._url, self._channel, self._process = url, channel, process
        self._waiting: queue.Queue[Hint] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._began = False
        self._heard: Heard | None = None

    def start(self, heard: Heard) -> None:
        """Begin to listen, in a thread of its own, for as long as the process lives."""
        with self._lock:
            if self._heard is not None:
                return
            self._heard = heard
        threading.Thread(target=self._listen, name="live-hear", daemon=True).start()

    def say(self, hint: Hint) -> None:
        """Put a hint on its way; while Redis is away old hints are dropped, the sweep stands in."""
        with self._lock:
            if not self._began:
                self._began = True
                threading.Thread(target=self._speak, name="live-say", daemon=True).start()
        try:
            self._waiting.put_nowait(hint)
        except queue.Full:
            log.warning("too many live hints wait for Redis; some are dropped")

    def _connect(self) -> Any:
        import redis

        return redis.Redis.from_url(
            self._url, socket_connect_timeout=2, socket_timeout=None, health_check_interval=15
        )

    def _speak(self) -> None:
        connection = self._connect()
        while True:
            hint = self._waiting.get()
            try:
                connection.publish(self._channel, json.dumps([self._process, hint]))
            except Exception as error:  # noqa: BLE001 — whatever it is, the next hint is tried again
                log.warning("Redis takes no live hints: %s", error)

    def _listen(self) -> None:
        while True:
            try:
                listening = self._connect().pubsub(ignore_subscribe_messages=True)
                listening.subscribe(self._channel)
                self._hear(["catch-up"])  # what was said while nobody listened
                for message in listening.listen():
                    process, hint = json.loads(message["data"])
                    if process != self._process:
                        self._hear(hint)
            except Exception as error:  # noqa: BLE001 — Redis is away, or says what is no hint of ours
                log.warning("Redis tells no live hints: %s", error)
                threading.Event().wait(PAUSE)

    def _hear(self, hint: Hint) -> None:
        if self._heard is not None:
            self._heard(hint)
