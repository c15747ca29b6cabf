"""Ballots as tests speak of them: opened, voted and closed through the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from community.ballots.models import Ballot, BallotOption
from community.core import clock
from community.core.db import db
from tests.topics.conftest import Forum
from tests.world import SLUG, Person, Town

BASE = f"/c/{SLUG}/ballots"


@dataclass
class Booth:
    """The votes of the known people."""

    town: Town

    def send(self, by: Person, path: str = f"{BASE}/new", **fields: object):
        closes = (clock.now() + timedelta(days=3)).astimezone(ZoneInfo("Europe/Moscow"))
        form = {
            "title": "Когда соберёмся?", "body": "", "kind": "opinion", "options": "Вторник\nСреда",
            "secrecy": "open", "results": "after_vote", "majority": "half", "base": "cast",
            "quorum": "0", "most": "2", "closes_at": f"{closes:%Y-%m-%dT%H:%M}",
        }  # fmt: skip
        return by.post(path, form | fields)

    def open(self, by: Person, **fields: object) -> int:
        """Open a ballot by the form; return its id."""
        answer = self.send(by, **fields)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:3000]
        with self.town.app.app_context():
            found = db.session.scalar(select(Ballot.id).order_by(Ballot.id.desc()).limit(1))
        assert found, answer.get_data(as_text=True)[:3000]
        return found

    def options(self, ballot: int) -> dict[str, int]:
        with self.town.app.app_context():
            of = select(BallotOption.label, BallotOption.id).where(BallotOption.ballot_id == ballot)
            return {
                row.label: row.id for row in db.session.execute(of.order_by(BallotOption.place))
            }

    def vote(self, by: Person, ballot: int, *labels: str, **fields: object):
        known = self.options(ballot)
        data = {"choice": [str(known[label]) for label in labels]} | fields
        return by.post(f"{BASE}/{ballot}/vote", data)

    def page(self, by: Person, ballot: int) -> str:
        return by.get(f"{BASE}/{ballot}").get_data(as_text=True)

    def close(self, by: Person, ballot: int):
        return by.post(f"{BASE}/{ballot}/close")

    def row(self, ballot: int) -> Ballot:
        with self.town.app.app_context():
            return db.session.get_one(Ballot, ballot)


def cells(page: str) -> dict[str, list[str]]:
    """Return option -> the numbers of its line in the table of results."""
    found = {}
    line = r'<th scope="row">(?:<svg.*?</svg>)?\s*([^<]+?)\s*<(.*?)</tr>'
    for label, rest in re.findall(line, page, re.DOTALL):
        found[label.strip()] = re.findall(r"<td>(\d+)</td>", rest)
    return found


@pytest.fixture
def booth(town: Town) -> Booth:
    return Booth(town)


@pytest.fixture
def forum(town: Town) -> Forum:
    return Forum(town)
