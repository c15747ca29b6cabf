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

    def vote(voter, number):
        return voter.post(f"{path}/vote", {"choice": choices[number % len(choices)]})[0]

    found = _raced(pid, voters, vote)
    return found | {"counted": _counted(author.get(path)[2])}


def council_votes(pid, people, at):
    """Put a question to a council at which everybody is present; everybody votes within two seconds."""
    chair = people[0]
    form = {"title": "Утвердить план?", "body": "", "secrecy": "secret", "majority": "half", "base": "present"}  # fmt: skip  # noqa: E501
    status, _headers, page = chair.post(f"{at}/vote", form)
    found = re.findall(rf"{at}/votes/(\d+)/", chair.get(f"{at}/desk")[2])
    if status != 302 or not found:
        raise SystemExit(f"the vote was not opened: {status} {page[:3000]}")
    path = f"{at}/votes/{found[0]}"

    def vote(voter, number):
        return voter.post(f"{path}/cast/{number % 3}", {})[0]

    raced = _raced(pid, people, vote)
    desk = chair.get(f"{at}/desk")[2].replace("\xa0", " ")
    counted = re.search(r"Проголосовали (\d+) из (\d+)", desk)
    return raced | {"counted": int(counted.group(1)) if counted else -1}


def _raced(pid, voters, vote):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_ready, voters))
        before, began = ticks(pid), time.perf_counter()
        waiting = []
        for number, voter in enumerate(voters):
            time.sleep(max(0.0, began + number * WITHIN / len(voters) - time.perf_counter()))
            waiting.append(pool.submit(_timed, vote, voter, number))
        answers = [each.result() for each in waiting]
        took = time.perf_counter() - began
    spent = ticks(pid) - before
    times = [each for _status, each in answers]
    return {
        "voters": len(voters),
        "taken": sum(status == 302 for status, _time in answers),
        "all_answered_s": took,
        "p50": share(times, 0.5),
        "p99": share(times, 0.99),
        "cpu_ms_a_vote": spent * 1000 / len(voters),
    }


def _timed(vote, voter, number):
    due = time.perf_counter()
    return vote(voter, number), time.perf_counter() - due


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


def _counted(page):
    """Add up what the page says of each answer."""
    rows = re.findall(r'<th scope="row">(?:(?!</tr>).)*?<td>(\d+)</td>', page, re.DOTALL)
    return sum(map(int, rows))
