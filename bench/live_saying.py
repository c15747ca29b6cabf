"""Saying lines at a rate, and what became of them; shared by the parts of the live bench."""

from __future__ import annotations

import os
import queue
import random
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.live_client import Web

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


def rated(webs, path, said, *, rate, seconds):
    """Say lines at an even rate, whether or not the answers have come; return the marks said.

    ``path`` is where to say them, or a function of the line's number that tells it.
    """
    pool, free, waiting, marks = ThreadPoolExecutor(len(webs)), queue.SimpleQueue(), [], []
    for each in webs:
        free.put(each)

    def say(web, number, words):
        where = path(number) if callable(path) else path
        said.at[number] = time.perf_counter()
        status = web.post(where, {"body": words})[0]
        if status not in (204, 302):
            said.refused += 1
            print("refused", status, flush=True)
            said.at.pop(number)
        free.put(web)

    began = time.perf_counter()
    for count in range(int(rate * seconds)):
        time.sleep(max(0.0, began + count / rate - time.perf_counter()))
        web = free.get()
        number, words = said.line()
        marks.append(number)
        waiting.append(pool.submit(say, web, number, words))
    for each in waiting:
        each.result()
    pool.shutdown()
    return [mark for mark in marks if mark in said.at]


def figures(readers, said, marks, people):
    readers.wait_for(marks, people)
    waits = [at - said.at[mark] for mark in marks for at in readers.came[mark]]
    heard = [len(readers.came[mark]) for mark in marks]
    return {
        "p50": share(waits, 0.5),
        "p99": share(waits, 0.99),
        "lost": sum(max(0, people - each) for each in heard),
        "doubled": sum(max(0, each - people) for each in heard),
        "lines": len(marks),
    }


def tell(what, figures_of):
    print(what, {key: round(value, 1) for key, value in figures_of.items()}, flush=True)


def served(command, port, environ=None):
    """Start a server and wait until it answers."""
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
