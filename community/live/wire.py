"""The writing end of a socket: what many readers are told is framed once and handed over at once.

Engine.IO gives each socket a thread that writes what lies in its queue; waking 150 of them costs
more than the writing. Here whoever tells writes himself while the line takes it without waiting;
what it does not take goes through the queue in its turn, and a reader who does not read is found
there as ever (``Hub.shut_the_slow``). Nothing is compressed: that would be done for each reader.
"""

import contextlib
import json
import socket
import struct
import threading
from typing import Any

from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI
from engineio.exceptions import EngineIOError
from engineio.packet import MESSAGE, NOOP, Packet
from flask_socketio import SocketIO

_AT_ONCE: int | None = getattr(socket, "MSG_DONTWAIT", None)
_SERVERS = ("gunicorn.socket", "werkzeug.socket")


def install(sio: SocketIO) -> None:
    """Give each socket of ``sio`` a line."""
    engine = sio.server.eio
    engine._async = {**engine._async, "websocket": Wire}  # noqa: SLF001 — the only place to say so


def line_of(environ: dict[str, Any]) -> "Line | None":
    """Return the line of the socket that was opened by this request."""
    return environ.get("live.line")


class Message:
    """What is told to many: written as JSON and framed once (RFC 6455, 5.2)."""

    def __init__(self, event: str, data: Any) -> None:
        said = json.dumps([event, data], ensure_ascii=False, separators=(",", ":"))
        self.said = f"2{said}"
        body = f"4{self.said}".encode()
        self.frame = _head(len(body)) + body


def _head(size: int) -> bytes:
    if size < 126:
        return struct.pack(">BB", 0x81, size)
    if size < 65_536:
        return struct.pack(">BBH", 0x81, 126, size)
    return struct.pack(">BBQ", 0x81, 127, size)


class Line:
    """The connection itself; stands in for the socket, so that frames never run into each other."""

    def __init__(self, sock: Any, engine: Any) -> None:
        self._sock = sock
        self._prompt = _AT_ONCE is not None and type(sock) is socket.socket
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._rest = b""
        self._behind = engine.queue.qsize()
        """What is on its way through the queue, answers among it: nothing may overtake that."""
        self._queued, engine.send = engine.send, self._queue

    def tell(self, message: Message) -> None:
        """Hand a message over, at once where the line takes it, else in its turn; waits for nothing."""
        if not self._take(message.frame):
            with contextlib.suppress(EngineIOError):  # it is closed already
                self._queue(Packet(MESSAGE, message.said))

    def _take(self, frame: bytes) -> bool:
        if not self._prompt or self._behind or not self._lock.acquire(blocking=False):
            return False
        try:
            if self._rest:
                return False
            try:
                sent = self._sock.send(frame, _AT_ONCE)
            except BlockingIOError:
                return False
            except OSError:
                return True  # cut: whoever reads from it finds that out
            self._rest = frame[sent:]
        finally:
            self._lock.release()
        if self._rest:
            with contextlib.suppress(EngineIOError):
                self._queue(Packet(NOOP))  # its writer takes what is left along
        return True

    def _queue(self, packet: Packet) -> None:
        with self._counting:
            self._behind += 1
        self._queued(packet)

    def written(self) -> None:
        """Count what has come through the queue and is written."""
        with self._counting:
            self._behind -= 1

    # What simple-websocket asks of a socket ------------------------------------------------------

    def send(self, data: bytes) -> int:
        """Write all of ``data``, after what is left of the frame before it."""
        with self._lock:
            rest, self._rest = self._rest, b""
            self._sock.sendall(rest + data)
        return len(data)

    def recv(self, size: int) -> bytes:
        """Read."""
        read: bytes = self._sock.recv(size)
        return read

    def shutdown(self, how: int) -> None:
        """Cut the connection, whoever waits in it."""
        self._sock.shutdown(how)

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()


class Wire(SimpleWebSocketWSGI):
    """The websocket of Engine.IO on a line; ``handler`` is a method of the Engine.IO socket."""

    def __init__(self, handler: Any, server: Any, **options: Any) -> None:
        super().__init__(handler, server, **options)
        self._engine = handler.__self__
        self._line: Line | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Shake hands and stay until the socket ends."""
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        for name in _SERVERS:
            if environ.get(name) is not None:
                self._line = Line(environ[name], self._engine)
                environ[name] = environ["live.line"] = self._line
        return super().__call__(environ, start_response)

    def send(self, message: Any) -> Any:
        """Write what came through the queue; only the line's writer calls this."""
        super().send(message)
        if self._line is not None:
            self._line.written()
