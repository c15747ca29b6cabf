"""Letters as tests speak of them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from community.core.db import db
from community.messages.models import Correspondence
from tests.topics.conftest import Forum
from tests.world import Person, Town


@dataclass
class Post:
    """The letters of the known people, sent and read through the pages."""

    town: Town

    def send(self, by: Person, to: Person, body: str, **fields: object) -> int:
        """Write a letter by the form; return the thread of the two."""
        answer = by.post(f"/people/{to.id}/write", {"body": body} | fields)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
        return self.thread(by, to)

    def thread(self, one: Person, other: Person) -> int:
        first, second = sorted((one.id, other.id))
        with self.town.app.app_context():
            wanted = select(Correspondence.thread_id).where(
                Correspondence.first_id == first, Correspondence.second_id == second
            )
            return db.session.scalar(wanted) or 0

    def read(self, by: Person, thread: int) -> str:
        return by.get(f"/letters/{thread}").get_data(as_text=True)


@pytest.fixture
def letters(town: Town) -> Post:
    return Post(town)


@pytest.fixture
def forum(town: Town) -> Forum:
    return Forum(town)
