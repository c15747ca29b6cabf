"""The live channel beside its floor: 150 people at one chat, each line through form, gate and database.

python -m bench.live [--seconds 15] [--keep DIR] [--people 150]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import live_people, live_rooms, live_votes
from bench.live_client import Web
from bench.live_readers import Readers
from bench.live_saying import Said, figures, rated, served, share, tell, ticks


class Pages(threading.Thread):
    """Somebody who opens the page ten times a second."""

    def __init__(self, web, path):
        super().__init__(daemon=True)
        self.web, self.path, self.taken, self._stop_it = web, path, [], threading.Event()

    def run(self):
        while not self._stop_it.is_set():
            began = time.perf_counter()
            self.web.get(self.path)
            self.taken.append(time.perf_counter() - began)
            self._stop_it.wait(0.1)

    def end(self):
        self._stop_it.set()
        self.join()
        return self.taken


def opened(web, path, seconds):
    pages = Pages(web, path)
    pages.start()
    time.sleep(seconds)
    return pages.end()


def measure(name, port, pid, cookies, *, thread, path, page, seconds):
    found, people = {}, len(cookies)
    readers = Readers(port, [(each, thread) for each in cookies])
    webs, said = [Web(port, cookies[number]) for number in range(24)], Said()
    rated(webs, path, said, rate=20, seconds=4)  # the page is as long as it will ever be
    reader = Web(port, cookies[-1])
    quiet = opened(reader, page, seconds)
    for rate in (5, 20):
        pages = Pages(reader, page)
        pages.start()
        before = ticks(pid)
        marks = rated(webs, path, said, rate=rate, seconds=seconds)
        spent, taken = ticks(pid) - before, pages.end()
        found[rate] = figures(readers, said, marks, people)
        found[rate] |= {"page_quiet_p50": share(quiet, 0.5), "page_quiet_p99": share(quiet, 0.99)}
        found[rate] |= {"page_p50": share(taken, 0.5), "page_p99": share(taken, 0.99)}
        found[rate]["cpu_ms_a_line"] = spent * 1000 / max(1, len(marks))
        tell(f"{name} {rate} a second", found[rate])
    found["most"] = 0
    for rate in (30, 40, 50, 65, 80, 110, 140, 170, 200):
        before = ticks(pid)
        marks = rated(webs, path, said, rate=rate, seconds=5)
        got = figures(readers, said, marks, people)
        got["cpu_ms_a_line"] = (ticks(pid) - before) * 1000 / max(1, len(marks))
        tell(f"{name} {rate} a second", got)
        if got["p99"] > 100 or got["lost"]:
            break
        found["most"] = rate
    found["refused"] = said.refused
    readers.close()
    return found


def restart(port, pid, cookies, thread, path):
    """SIGHUP while 20 lines a second are said: how long till all are back, and what is missing then."""
    readers = Readers(port, [(each, thread) for each in cookies], back=True)
    webs, said = [Web(port, cookies[number]) for number in range(24)], Said(1_000_000)
    saying = ThreadPoolExecutor(1).submit(rated, webs, path, said, rate=20, seconds=8)
    time.sleep(2)
    os.kill(pid, signal.SIGHUP)
    end = time.monotonic() + 40
    up, cuts = readers.state()
    while (len(cuts) < len(cookies) or up < len(cookies)) and time.monotonic() < end:
        time.sleep(0.02)
        up, cuts = readers.state()
    back = time.monotonic() - cuts[0]
    marks = saying.result()
    whole = Web(port, cookies[0]).get(f"{path}/transcript")[2]
    lost = sum(f"line-{mark}-" not in whole for mark in marks)
    doubled = sum(whole.count(f"line-{mark}-") > 1 for mark in marks)
    readers.close()
    return {"back_s": back, "lines": len(marks), "refused": said.refused, "lost": lost, "doubled": doubled}  # fmt: skip  # noqa: E501


def floor_figures(port, cookies, seconds):
    floor = served([sys.executable, "-m", "bench.live_floor", str(port)], port)
    how = {"thread": 1, "path": "/say", "page": "/page", "seconds": seconds}
    try:
        plain = [{"c": str(number)} for number in range(len(cookies))]
        return measure("floor", port, floor.pid, plain, **how)
    finally:
        floor.terminate()
        floor.wait(30)


def our_figures(port, cookies, seconds, *, folder, parts):
    site = [sys.executable, "-m", "community", "run", "--data", str(folder), "--port", str(port)]
    ours, found = served(site, port, {"LIVE_SOCKETS": "400"}), {}
    try:
        if "lines" in parts:
            chat, path = live_people.open_chat(Web(port, cookies[0]))
            how = {"thread": chat, "path": path, "page": path, "seconds": seconds}
            found["ours"] = measure("ours", port, ours.pid, cookies, **how)
        if "votes" in parts:
            found["votes"] = live_votes.votes(port, ours.pid, cookies)
            tell("votes", found["votes"])
        if "council" in parts:
            webs = [Web(port, each) for each in cookies]
            item, path, at = live_people.open_council(webs)
            how = {"thread": item, "path": path, "page": f"{at}/hall", "seconds": seconds}
            found["council"] = measure("council", port, ours.pid, cookies, **how)
            found["council_votes"] = live_votes.council_votes(ours.pid, webs, at)
            tell("council votes", found["council_votes"])
        if "restart" in parts:
            chat, path = live_people.open_chat(Web(port, cookies[0]))
            found["restart"] = restart(port, ours.pid, cookies, chat, path)
            tell("restart", found["restart"])
        return found
    finally:
        ours.terminate()
        ours.wait(30)


PARTS = ("floor", "lines", "council", "votes", "restart", "rooms")


def main():
    parser = argparse.ArgumentParser(prog="bench.live", description=__doc__)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--port", type=int, default=8408)
    parser.add_argument(
        "--only", choices=PARTS, nargs="+", default=PARTS, help="leave out the rest"
    )
    parser.add_argument("--keep", help="keep the data in this folder for the next time")
    options = parser.parse_args()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="uchitelskaya-live-"))
    kept = folder / "cookies.json"
    if not kept.exists():
        kept.write_text(json.dumps(live_people.furnish(folder)))
    cookies = json.loads(kept.read_text())[: options.people]
    found = {"load": os.getloadavg()}
    print("load before", found["load"], flush=True)
    if "floor" in options.only:
        found["floor"] = floor_figures(options.port, cookies, options.seconds)
    if {"lines", "council", "votes", "restart"} & {*options.only}:
        how = {"folder": folder, "parts": options.only}
        found |= our_figures(options.port + 1, cookies, options.seconds, **how)
    if "rooms" in options.only:
        found["rooms"] = live_rooms.rooms(options.port + 2, folder, cookies, options.seconds)
        tell("rooms", found["rooms"])
    print(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
