"""Readers in processes of their own, so that what is measured is the server and not the measuring."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections import defaultdict

from bench.live_client import Sockets

MOST_IN_ONE = 400


class Readers:
    """Many sockets; each sits in a seat (cookies, thread). Times are those of ``perf_counter``."""

    def __init__(self, port, seats, *, back=False):
        spawning, self.seats = multiprocessing.get_context("spawn"), len(seats)
        parts = max(1, -(-len(seats) // MOST_IN_ONE))
        self._pipes, self._children = [], []
        self.came = defaultdict(list)
        for part in range(parts):
            here, there = spawning.Pipe()
            what = (there, port, seats[part::parts], back)
            child = spawning.Process(target=_sit, args=what, daemon=True)
            child.start()
            self._pipes.append(here)
            self._children.append(child)
        for each in self._pipes:
            if not each.poll(120) or each.recv() != "up":
                raise SystemExit("the readers did not come up")

    def _ask(self, what):
        for each in self._pipes:
            each.send(what)
        return [each.recv() for each in self._pipes]

    def take(self):
        """Gather what was heard since the last time."""
        for heard in self._ask("came"):
            for mark, times in heard.items():
                self.came[mark] += times

    def wait_for(self, marks, readers, seconds=6):
        """Gather until every mark came to so many readers, or it is no use to wait."""
        end = time.monotonic() + seconds
        while True:
            self.take()
            if all(len(self.came[mark]) >= readers for mark in marks) or time.monotonic() > end:
                return
            time.sleep(0.2)

    def state(self):
        """Return how many are up, and when (``time.monotonic``) sockets were cut."""
        told = self._ask("state")
        return sum(up for up, _cuts in told), sorted(at for _up, cuts in told for at in cuts)

    def close(self):
        for each in self._pipes:
            each.send("end")
        for each in self._children:
            each.join(20)


def _sit(pipe, port, seats, back):
    asyncio.run(_stay(pipe, port, seats, back))


async def _stay(pipe, port, seats, back):
    sockets, loop = Sockets(port, seats, back=back), asyncio.get_running_loop()
    await sockets.connect()
    pipe.send("up")
    while True:
        asked = await loop.run_in_executor(None, pipe.recv)
        if asked == "came":
            heard, sockets.came = sockets.came, {}
            pipe.send(heard)
        elif asked == "state":
            pipe.send((len(sockets.up), list(sockets.cut_at)))
        else:
            await sockets.close()
            return
