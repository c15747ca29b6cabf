"""The live channel beside its floor: 150 people at one chat, each line through form, gate and database.

python -m bench.live [--seconds 15] [--keep DIR] [--people 150]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import live_people
from bench.live_client import Sockets, Web

ROOT = Path(__file__).resolve().parent.parent
WORDS = (
    "урок", "класс", "вопрос", "начало", "пример", "дроби", "степень", "игра", "группа", "доска",
    "тетрадь", "ответ", "задача", "ученик", "время", "работа", "случай", "приём", "проверка",
)  # fmt: skip


class Said:
    """Lines numbered by a mark, and when each was sent."""

    def __init__(self, first=0):
        self.at, self.refused, self._next, self._lock = {}, 0, first, threading.Lock()

    def line(self):
        with self._lock:
            self._next += 1
            number = self._next
        random.seed(number)
        return number, f"Реплика line-{number}- " + " ".join(random.choices(WORDS, k=9)) + "."


def ticks(pid):
    """Return the processor time of a process and its children, in seconds."""
    every = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    total = 0
    for each in (str(pid), *every):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def share(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] * 1000 if values else 0.0


async def rated(sockets, webs, path, said, *, rate, seconds):
    """Say lines at an even rate, whether or not the answers have come; return the marks said."""
    loop, pool = asyncio.get_running_loop(), ThreadPoolExecutor(len(webs))
    marks, waiting = [], []
    began = time.perf_counter()
    free = asyncio.Queue()
    for each in webs:
        free.put_nowait(each)

    def say(web, number, words):
        said.at[number] = time.perf_counter()
        status = web.post(path, {"body": words})[0]
        if status not in (204, 302):
            said.refused += 1
            print("refused", status, flush=True)
            said.at.pop(number)
        loop.call_soon_threadsafe(free.put_nowait, web)

    for count in range(int(rate * seconds)):
        pause = began + count / rate - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        web = await free.get()
        number, words = said.line()
        marks.append(number)
        waiting.append(loop.run_in_executor(pool, say, web, number, words))
    await asyncio.gather(*waiting)
    for _ in range(100):
        heard = [mark for mark in marks if mark in said.at]
        if all(len(sockets.came.get(mark, ())) >= len(sockets.up) for mark in heard):
            break
        await asyncio.sleep(0.05)
    pool.shutdown()
    return [mark for mark in marks if mark in said.at]


def figures(sockets, said, marks, people):
    waits = [at - said.at[mark] for mark in marks for at in sockets.came.get(mark, ())]
    missing = sum(people - len(sockets.came.get(mark, ())) for mark in marks)
    return {
        "p50": share(waits, 0.5),
        "p99": share(waits, 0.99),
        "lost": missing,
        "lines": len(marks),
    }


async def pages(web, path, stop, taken):
    while not stop.is_set():
        began = time.perf_counter()
        await asyncio.to_thread(web.get, path)
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(0.1)


async def measure(name, port, pid, cookies, *, thread, path, page, seconds):
    found = {}
    sockets = Sockets(port, cookies, thread)
    await sockets.connect()
    webs = [Web(port, cookies[number]) for number in range(24)]
    for each in webs:
        await asyncio.to_thread(each.post, path, {"body": "Проба связи."})
    reader, quiet = Web(port, cookies[-1]), []
    for _ in range(40):
        began = time.perf_counter()
        await asyncio.to_thread(reader.get, page)
        quiet.append(time.perf_counter() - began)
    said = Said()
    for rate in (5, 20):
        stop, taken = asyncio.Event(), []
        task = asyncio.create_task(pages(reader, page, stop, taken))
        before = ticks(pid)
        marks = await rated(sockets, webs, path, said, rate=rate, seconds=seconds)
        spent = ticks(pid) - before
        stop.set()
        await task
        found[rate] = figures(sockets, said, marks, len(cookies))
        found[rate] |= {"page_quiet_p99": share(quiet, 0.99), "page_p99": share(taken, 0.99)}
        found[rate]["cpu_ms_a_line"] = spent * 1000 / max(1, len(marks))
        print(name, rate, {key: round(value, 1) for key, value in found[rate].items()}, flush=True)
    best = 0
    for rate in (30, 40, 50, 65, 80, 110, 140, 170, 200):
        marks = await rated(sockets, webs, path, said, rate=rate, seconds=6)
        got = figures(sockets, said, marks, len(cookies))
        print(name, rate, {key: round(value, 1) for key, value in got.items()}, flush=True)
        if got["p99"] > 100 or got["lost"]:
            break
        best = rate
    found["most"], found["refused"] = best, said.refused
    await sockets.close()
    return found


async def restart(port, pid, cookies, thread, path):
    """SIGHUP while 20 lines a second are said: how long till all are back, and what is missing then."""
    sockets = Sockets(port, cookies, thread, back=True)
    await sockets.connect()
    webs, said = [Web(port, cookies[number]) for number in range(24)], Said(1_000_000)
    saying = asyncio.create_task(rated(sockets, webs, path, said, rate=20, seconds=8))
    await asyncio.sleep(2)
    os.kill(pid, signal.SIGHUP)
    await sockets.first_cut.wait()
    cut = sockets.cut_at[0]
    while len(sockets.up) < len(cookies) or len(sockets.cut_at) < len(cookies):
        if time.monotonic() - cut > 30:
            break
        await asyncio.sleep(0.01)
    back = time.monotonic() - cut
    marks = await saying
    whole = Web(port, cookies[0]).get(f"{path}/transcript")[2]
    lost = sum(f"line-{mark}-" not in whole for mark in marks)
    doubled = sum(whole.count(f"line-{mark}-") > 1 for mark in marks)
    await sockets.close()
    return {
        "back_s": back,
        "lines": len(marks),
        "refused": said.refused,
        "lost": lost,
        "doubled": doubled,
    }


def served(command, port, environ=None):
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | (environ or {}))
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            Web(port, {}).get("/login")
        except OSError:
            time.sleep(0.1)
        else:
            return process
    raise SystemExit("the server did not answer")


def floor_figures(port, cookies, seconds):
    floor = served([sys.executable, "-m", "bench.live_floor", str(port)], port)
    how = {"thread": 1, "path": "/say", "page": "/page", "seconds": seconds}
    try:
        plain = [{"c": str(number)} for number in range(len(cookies))]
        return asyncio.run(measure("floor", port, floor.pid, plain, **how))
    finally:
        floor.terminate()
        floor.wait(30)


def our_figures(port, cookies, seconds, *, folder, only):
    site = [sys.executable, "-m", "community", "run", "--data", str(folder), "--port", str(port)]
    ours, found = served(site, port), {}
    try:
        if only != "restart":
            chat = live_people.open_chat(Web(port, cookies[0]))
            path = f"/c/{live_people.SLUG}/chats/{chat}"
            how = {"thread": chat, "path": path, "page": path, "seconds": seconds}
            found["ours"] = asyncio.run(measure("ours", port, ours.pid, cookies, **how))
        chat = live_people.open_chat(Web(port, cookies[0]))
        path = f"/c/{live_people.SLUG}/chats/{chat}"
        found["restart"] = asyncio.run(restart(port, ours.pid, cookies, chat, path))
        print("restart", found["restart"], flush=True)
        return found
    finally:
        ours.terminate()
        ours.wait(30)


def main():
    parser = argparse.ArgumentParser(prog="bench.live", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--port", type=int, default=8408)
    parser.add_argument("--only", choices=("floor", "restart"), help="leave out the rest")
    parser.add_argument("--keep", help="keep the data in this folder for the next time")
    options = parser.parse_args()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="uchitelskaya-live-"))
    kept = folder / "cookies.json"
    if not kept.exists():
        kept.write_text(json.dumps(live_people.furnish(folder)))
    cookies = json.loads(kept.read_text())[: options.people]
    found = {"load": os.getloadavg()}
    if options.only != "restart":
        found["floor"] = floor_figures(options.port, cookies, options.seconds)
    if options.only != "floor":
        found |= our_figures(
            options.port + 1, cookies, options.seconds, folder=folder, only=options.only
        )
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
