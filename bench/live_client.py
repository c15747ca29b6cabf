"""A browser of a few lines: keep-alive requests, and many websockets in one loop."""

from __future__ import annotations

import asyncio
import base64
import http.client
import os
import random
import re
import struct
import time
from contextlib import suppress
from urllib.parse import urlencode

MARK = re.compile(rb"line-(\d+)-")


class Web:
    """One person's keep-alive connection."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port, self.cookies, self.token = port, dict(cookies), ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self, method, path, data=None):
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"csrf_token": self.token, **data})
        for attempt in (0, 1):
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                break
            except (OSError, http.client.HTTPException):
                self.connection.close()
                if attempt:
                    raise
        page = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _eq, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        told = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, told, page

    def get(self, path):
        return self.send("GET", path)

    def post(self, path, data):
        if not self.token:
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/view")[2])
            self.token = found.group(1) if found else "-"
        return self.send("POST", path, data)


class Sockets:
    """Many readers, each in a seat (cookies, thread); notes when each mark came to each of them."""

    def __init__(self, port: int, seats: list[tuple[dict[str, str], int]], *, back=False):
        self.port, self.seats, self.back = port, seats, back
        self.came: dict[int, list[float]] = {}
        self.up: set[int] = set()
        self.cut_at: list[float] = []
        self.tasks: list[asyncio.Task] = []

    async def connect(self) -> None:
        for number, (cookies, _thread) in enumerate(self.seats):
            self.tasks.append(asyncio.create_task(self._stay(number, cookies)))
            if number % 10 == 9:
                await asyncio.sleep(0.05)
        end = time.monotonic() + 90
        while len(self.up) < len(self.seats):
            if time.monotonic() > end:
                raise SystemExit(f"only {len(self.up)} of {len(self.seats)} sockets came up")
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        for each in self.tasks:
            each.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _stay(self, number, cookies):
        while True:
            with suppress(OSError, asyncio.IncompleteReadError, ValueError):
                await self._live(number, cookies)
            if number in self.up:
                self.up.discard(number)
                self.cut_at.append(time.monotonic())
                if not self.back:
                    return
            await asyncio.sleep(0.25 * (0.5 + random.random()))

    async def _live(self, number, cookies):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        key = base64.b64encode(os.urandom(16)).decode()
        cookie = "; ".join(f"{k}={v}" for k, v in cookies.items())
        writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise ValueError("no websocket")
            while True:
                kind, data = await _frame(reader)
                if kind == 8:
                    return
                self._heard(number, writer, data)
        finally:
            writer.close()

    def _heard(self, number, writer, data):
        if data[:1] == b"0":
            writer.write(_masked(b"40"))
        elif data[:2] == b"40":
            writer.write(_masked(b'421["watch",{"t":%d}]' % self.seats[number][1]))
        elif data[:2] == b"44":
            raise ValueError("not taken")  # this process holds enough of this person
        elif data[:2] == b"43":
            self.up.add(number)
        elif data[:1] == b"2":
            writer.write(_masked(b"3"))
        elif data[:2] == b"42" and data[2:8] == b'["news':
            now = time.perf_counter()
            for mark in {int(each) for each in MARK.findall(data)}:
                self.came.setdefault(mark, []).append(now)


async def _frame(reader):
    first, second = await reader.readexactly(2)
    size = second & 127
    if size == 126:
        (size,) = struct.unpack(">H", await reader.readexactly(2))
    elif size == 127:
        (size,) = struct.unpack(">Q", await reader.readexactly(8))
    return first & 15, await reader.readexactly(size)


def _masked(data):
    mask = os.urandom(4)
    body = bytes(each ^ mask[at % 4] for at, each in enumerate(data))
    return bytes([0x81, 0x80 | len(data)]) + mask + body
