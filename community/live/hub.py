"""The sockets of one process: who they are, at which threads they look, how they are told and shut."""

import contextlib
import logging
import os
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from flask_socketio import SocketIO

from community.config import Config
from community.live.presence import Presence
from community.live.wire import Line, Message

log = logging.getLogger(__name__)
PER_PERSON = 8
"""Sockets of one person in one process: browsers, not windows — a browser has one."""
WATCHED = 60
"""Threads at which one socket may look."""
WAITING = 300
"""Messages that may wait for a reader before the socket is shut; it catches up by ``seq``."""
NAMELESS_FOR = 10.0
"""Seconds that a connection may stand without having said who it is."""


@dataclass(slots=True, eq=False)
class Client:
    """A socket and the person behind it."""

    sid: str
    user_id: int
    name: str
    session_id: int
    language: str
    line: Line
    """The connection itself: to be told by, and to be cut when nothing else ends it."""
    threads: set[int] = field(default_factory=set)
    said: float = 0.0
    """When the person was last told to be typing."""
    asked: list[float] = field(default_factory=list)


class Hub:
    """What this process knows of its sockets; every change is made under one lock."""

    def __init__(self, app: Flask, sio: SocketIO, config: Config) -> None:
        self.app, self.sio, self.config = app, sio, config
        self.process = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.lock = threading.RLock()
        self.clients: dict[str, Client] = {}
        self.last: dict[int, int] = {}
        """Thread -> the ``seq`` up to which its watchers here were told."""
        self.presence = Presence()
        self.draining = False
        self._seen: dict[str, float] = {}

    # People come and go -----------------------------------------------------------------------

    def refusal(self, user_id: int) -> str:
        """Say why one more socket of the person is not taken, or nothing."""
        with self.lock:
            if self.draining:
                return "restart"
            if len(self.clients) >= self.config.live_sockets:
                return "full"
            mine = Counter(each.user_id for each in self.clients.values())[user_id]
            return "many" if mine >= PER_PERSON else ""

    def add(self, client: Client) -> None:
        """Take a socket in."""
        with self.lock:
            self.clients[client.sid] = client

    def drop(self, sid: str) -> list[int]:
        """Forget a socket; return the threads at which it looked."""
        with self.lock:
            client = self.clients.pop(sid, None)
            if client is None:
                return []
            left = list(client.threads)
            for thread_id in left:
                self._look_away(client, thread_id)
            return left

    def watch(self, client: Client, thread_id: int, seq: int) -> bool:
        """Let a socket look at a thread whose ``seq`` was just read; tell whether there was room."""
        with self.lock:
            if len(client.threads) >= WATCHED and thread_id not in client.threads:
                return False
            client.threads.add(thread_id)
            self.last.setdefault(thread_id, seq)
            self.presence.come(thread_id, client.sid, (client.user_id, client.name))
        return True

    def leave(self, client: Client, thread_id: int) -> None:
        """Let a socket look away."""
        with self.lock:
            self._look_away(client, thread_id)

    def _look_away(self, client: Client, thread_id: int) -> None:
        client.threads.discard(thread_id)
        self.presence.go(thread_id, client.sid)
        if not any(thread_id in each.threads for each in self.clients.values()):
            self.last.pop(thread_id, None)

    # What is asked of it ----------------------------------------------------------------------

    def watchers(self, thread_id: int) -> list[Client]:
        """Return the sockets that look at a thread."""
        with self.lock:
            return [each for each in self.clients.values() if thread_id in each.threads]

    def sockets_of(self, user_id: int) -> list[Client]:
        """Return the sockets of a person."""
        with self.lock:
            return [each for each in self.clients.values() if each.user_id == user_id]

    def everyone(self) -> list[Client]:
        """Return all sockets."""
        with self.lock:
            return list(self.clients.values())

    def tell(self, event: str, data: Any, clients: Iterable[Client]) -> None:
        """Tell sockets the same thing; it is written once for all of them."""
        message = Message(event, data)
        for each in clients:
            each.line.tell(message)

    # How sockets end --------------------------------------------------------------------------

    def end(self, client: Client, why: str) -> None:
        """Shut a socket for a reason that its page is told: it does not come back by itself."""
        self.tell("bye", {"why": why}, [client])
        self.sio.server.disconnect(client.sid)

    def shut_the_slow(self) -> None:
        """Cut those who do not read, and connections that never said who they are."""
        now, sockets = time.monotonic(), dict(self.sio.server.eio.sockets)
        named = {
            self.sio.server.manager.eio_sid_from_sid(each.sid, "/"): each
            for each in self.everyone()
        }
        self._seen = {sid: self._seen.get(sid, now) for sid in sockets}
        for eio_sid, each in sockets.items():
            client = named.get(eio_sid)
            nameless = client is None and now - self._seen[eio_sid] > NAMELESS_FOR
            if nameless or each.queue.qsize() > WAITING:
                each.close(wait=False, abort=True)
                if client is not None:
                    _cut(client.line)

    def drain(self) -> None:
        """Tell every socket to come back to the process that follows: nothing is lost, seq tells."""
        self.draining = True
        for each in list(self.sio.server.eio.sockets.values()):
            with contextlib.suppress(
                Exception
            ):  # one that is gone already must not keep the others
                each.close(wait=False)


def _cut(line: Line) -> None:
    """End a connection whose writer waits for a reader who does not read."""
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def hub_or_none() -> Hub | None:
    """Return the hub of this site, or None where the live channel is switched off."""
    found: Hub | None = current_app.extensions.get("live")
    return found
