"""A line between a browser and the site that can be slow, torn or swallow everything."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress

PIECE = 65536


class Wire:
    """A relay to ``port`` on a port of its own; what it does to the bytes is set while it runs."""

    def __init__(self, port: int) -> None:
        self._target, self._pairs = port, set()
        self._lock, self._through = threading.Lock(), threading.Event()
        self.latency = 0.0
        self.loses_answers = False
        """Forms reach the site, and the line is torn before their answers come back."""
        self._through.set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Tear every connection: both ends read a reset."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            for end in pair:
                _reset(end)

    def swallow(self) -> None:
        """Let nothing through and tear nothing: neither end knows."""
        self._through.clear()

    def heal(self) -> None:
        """Let through again, first of all what was kept back."""
        self._through.set()

    def close(self) -> None:
        self._server.close()
        self.heal()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(near,), daemon=True).start()

    def _relay(self, near: socket.socket) -> None:
        self._through.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self._target))
        except OSError:
            _reset(near)
            return
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._pairs.add((near, far))
        form = threading.Event()
        threading.Thread(target=self._pump, args=(near, far, form, None), daemon=True).start()
        self._pump(far, near, None, form)

    def _pump(self, source, sink, asks, answers) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if asks is not None and piece.startswith(b"POST "):
                    asks.set()
                if answers is not None and answers.is_set() and self.loses_answers:
                    _reset(source)
                    _reset(sink)
                    return
                self._through.wait()
                if self.latency:
                    time.sleep(self.latency)
                sink.sendall(piece)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _reset(end: socket.socket) -> None:
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()
