"""Ten rooms of 150 at once, on two processes of the site with a real Redis between them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time

from bench import live_people
from bench.live_client import Web
from bench.live_readers import Readers
from bench.live_saying import Said, figures, rated, served, ticks

ROOMS = 10
RATE = 2.0
"""Lines a second in each room."""


def rooms(port, folder, cookies, seconds):
    """Measure the deliveries of lines said in all rooms at once; a person has a browser in each."""
    if shutil.which("redis-server") is None:
        return {"left_out_no_redis": 1}
    redis_port = port + 50
    redis = subprocess.Popen(
        ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    environ = {"WEB_PROCESSES": "2", "LIVE_SOCKETS": str(len(cookies) * ROOMS),
               "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0"}  # fmt: skip
    _wait_for(redis_port)
    site = [sys.executable, "-m", "community", "run", "--data", str(folder), "--port", str(port)]
    ours = served(site, port, environ)
    try:
        return _measured(port, ours.pid, cookies, seconds)
    finally:
        ours.terminate()
        ours.wait(60)
        redis.terminate()
        redis.wait(10)


def _measured(port, pid, cookies, seconds):
    chats = [live_people.open_chat(Web(port, cookies[0])) for _ in range(ROOMS)]
    seats = [(each, chat) for chat, _path in chats for each in cookies]
    began = time.monotonic()
    readers = Readers(port, seats, back=True)
    up, said = time.monotonic() - began, Said(2_000_000)
    webs = [Web(port, cookies[number]) for number in range(24)]
    rated(webs, lambda number: chats[number % ROOMS][1], said, rate=10, seconds=2)
    before = ticks(pid)
    marks = rated(webs, lambda number: chats[number % ROOMS][1], said,
                  rate=RATE * ROOMS, seconds=seconds)  # fmt: skip
    spent = ticks(pid) - before
    found = figures(readers, said, marks, len(cookies))
    found |= {"sockets": len(seats), "up_s": up, "refused": said.refused}
    found["cpu_ms_a_line"] = spent * 1000 / max(1, len(marks))
    readers.close()
    return found


def _wait_for(port):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("Redis did not start")
