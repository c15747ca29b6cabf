"""What a socket may say: that it looks at a thread, looks away, is typing. Never a word of a person."""

import time
from typing import Any

from flask import current_app, request
from flask_socketio import ConnectionRefusedError as NotTaken
from flask_socketio import SocketIO

from community.accounts import documents, login
from community.core.actor import Actor
from community.core.errors import NotFound
from community.live import lines, wire
from community.live.carrier import Carrier
from community.live.hub import Client, Hub
from community.publishing.access import viewer

MOST_SAID = 20
"""Messages of one socket in ten seconds, and as many again for each thread it may look at."""
TYPING_EVERY = 2.0
_LONGEST_ID = 2**31 - 1


def answer(sio: SocketIO, hub: Hub, carrier: Carrier) -> None:
    """Give each message of a socket its answer."""
    answers = Answers(hub, carrier)
    for name in ("connect", "disconnect", "watch", "leave", "typing"):
        sio.on_event(name, getattr(answers, name))


class Answers:
    """What each message of a socket comes to."""

    def __init__(self, hub: Hub, carrier: Carrier) -> None:
        self._hub, self._carrier = hub, carrier

    def connect(self, _said: Any = None) -> None:
        """Take a signed-in person in, while there is room."""
        who = login.signed_in()
        if who is None or who.consent_sha != documents.consent().sha256:
            raise NotTaken("session")
        if refusal := self._hub.refusal(who.user_id):
            raise NotTaken(refusal)
        spoken = who.preferences.get("language") or current_app.config["BABEL_DEFAULT_LOCALE"]
        line = wire.line_of(request.environ)
        if line is None:
            raise NotTaken("session")
        client = Client(_sid(), who.user_id, who.name, who.session_id, str(spoken), line)
        self._hub.add(client)
        self._carrier.start()

    def disconnect(self, *_why: Any) -> None:
        """Forget a socket that is gone."""
        self._hub.drop(_sid())

    def watch(self, said: Any = None) -> dict[str, Any]:
        """Let a socket look at a thread that its person may read now."""
        client, thread_id = self._client(), _number(said, "t")
        if client is None:
            return {"bye": True}
        if thread_id is None or _is_too_much(client):
            return {"gone": True}
        try:
            thread = lines.thread_of(viewer(Actor(client.user_id, client.name)), thread_id)
        except NotFound:
            return {"gone": True}
        if not self._hub.watch(client, thread_id, thread.seq):
            return {"gone": True}
        with self._hub.lock:
            here = sorted(self._hub.presence.people(thread_id, time.monotonic()))
            told = self._hub.last.get(thread_id, thread.seq)  # the page asks for what lies between
        return {"seq": told, "here": here}

    def leave(self, said: Any = None) -> None:
        """Let a socket look away."""
        client, thread_id = self._hub.clients.get(_sid()), _number(said, "t")
        if client is not None and thread_id in client.threads:
            self._hub.leave(client, thread_id)

    def typing(self, said: Any = None) -> None:
        """Say that somebody is writing, not what."""
        client, thread_id = self._hub.clients.get(_sid()), _number(said, "t")
        now = time.monotonic()
        if client is None or thread_id not in client.threads or now - client.said < TYPING_EVERY:
            return
        client.said = now
        self._carrier.hint("typing", thread_id, client.user_id, client.name)

    def _client(self) -> Client | None:
        """Return the socket's person while their session lasts; a socket of an ended one is shut."""
        client = self._hub.clients.get(_sid())
        who = login.signed_in()
        if client is not None and (who is None or who.session_id != client.session_id):
            self._hub.end(client, "session")
            return None
        return client


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]


def _number(said: Any, name: str) -> int | None:
    found = said.get(name) if isinstance(said, dict) else None
    return found if type(found) is int and 0 < found <= _LONGEST_ID else None


def _is_too_much(client: Client) -> bool:
    now = time.monotonic()
    client.asked = [each for each in client.asked if now - each < 10.0]
    client.asked.append(now)
    return len(client.asked) > MOST_SAID + 60
