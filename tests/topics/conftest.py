"""A topic to talk in, opened through the page."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from community.core.db import db
from community.publishing.models import Entry, Thread
from community.topics.models import Board, Topic
from tests.world import SLUG, Person, Town


@dataclass
class Forum:
    """The forum of the known community, as tests speak of it."""

    town: Town

    def board(self, name: str = "Методика") -> int:
        with self.town.app.app_context():
            return db.session.scalar(select(Board.id).where(Board.name == name)) or 0

    def open(self, by: Person, title: str = "Дроби", **fields: object) -> int:
        """Open a topic; return its id."""
        answer = by.post(
            f"/c/{SLUG}/boards/{self.board()}/topics/new",
            {"title": title, "kind": "case", "body": "Как вернуть интерес на третьем уроке?"}
            | fields,
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
        with self.town.app.app_context():
            return db.session.scalar(select(Topic.id).order_by(Topic.id.desc())) or 0

    def reply(self, by: Person, topic: int, body: str, **fields: object) -> int:
        """Answer in a topic; return the entry's id."""
        answer = by.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": body} | fields)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
        with self.town.app.app_context():
            found = select(Entry.id).where(Entry.author_id == by.id).order_by(Entry.id.desc())
            return db.session.scalar(found.limit(1)) or 0

    def send(self, by: Person, topic: int, body: str, **fields: object) -> TestResponse:
        """Send an answer, whatever comes of it."""
        return by.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": body} | fields)

    def entry(self, entry_id: int) -> Entry:
        with self.town.app.app_context():
            return db.session.get_one(Entry, entry_id)

    def thread(self, topic: int) -> Thread:
        with self.town.app.app_context():
            found = select(Thread).join(Topic, Topic.thread_id == Thread.id)
            return db.session.scalars(found.where(Topic.id == topic)).one()

    def page(self, by: Person, topic: int, number: int = 1) -> str:
        return by.get(f"/c/{SLUG}/topics/{topic}?page={number}").get_data(as_text=True)


@pytest.fixture
def forum(town: Town) -> Forum:
    return Forum(town)
