"""150 people vote within two seconds: how long until all are answered, and whether all are counted."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from bench.live_client import Web
from bench.live_people import SLUG
from bench.live_saying import share, ticks

WITHIN = 2.0
AT_ONCE = 50


def votes(port, pid, cookies):
    """Open a ballot, let everybody vote evenly over ``WITHIN`` seconds, and ask the page what it counted."""
    author = Web(port, cookies[0])
    path = _opened(author)
    choices = re.findall(r'name="choice"[^>]*value="(\d+)"', author.get(path)[2])
    voters = [Web(port, each) for each in cookies]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_ready, voters))
        before, began = ticks(pid), time.perf_counter()
        waiting = []
        for number, voter in enumerate(voters):
            time.sleep(max(0.0, began + number * WITHIN / len(voters) - time.perf_counter()))
            due, choice = time.perf_counter(), choices[number % len(choices)]
            waiting.append(pool.submit(_vote, voter, path, choice, due))
        answers = [each.result() for each in waiting]
        took = time.perf_counter() - began
    spent = ticks(pid) - before
    times = [each for _status, each in answers]
    return {
        "voters": len(voters),
        "taken": sum(status == 302 for status, _time in answers),
        "counted": _counted(author.get(path)[2]),
        "all_answered_s": took,
        "p50": share(times, 0.5),
        "p99": share(times, 0.99),
        "cpu_ms_a_vote": spent * 1000 / len(voters),
    }


def _opened(author):
    end = (datetime.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:00")  # noqa: DTZ005
    form = {
        "title": "Замер", "body": "", "kind": "opinion", "options": "За\nПротив\nВоздержусь",
        "secrecy": "open", "results": "at_once", "majority": "half", "base": "cast",
        "quorum": "0", "most": "2", "closes_at": end,
    }  # fmt: skip
    status, headers, page = author.post(f"/c/{SLUG}/ballots/new", form)
    if status != 302:
        raise SystemExit(f"the ballot was not opened: {status} {page[:400]}")
    return headers["location"].split("?")[0].split("#")[0].removeprefix(f"http://127.0.0.1:{author.port}")  # fmt: skip  # noqa: E501


def _ready(voter):
    """Fetch the token, so that voting is one request, as it is for who has the page open."""
    voter.post("/live/threads/0/read", {})


def _vote(voter, path, choice, due):
    status = voter.post(f"{path}/vote", {"choice": choice})[0]
    return status, time.perf_counter() - due


def _counted(page):
    """Add up what the page says of each answer."""
    rows = re.findall(r'<th scope="row">(?:(?!</tr>).)*?<td>(\d+)</td>', page, re.DOTALL)
    return sum(map(int, rows))
