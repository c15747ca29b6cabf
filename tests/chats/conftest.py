"""A chat that Anna has opened, and how its lines are said."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from community.core.db import db
from community.publishing.models import Entry
from tests.world import SLUG

ABOUT = "Пятнадцать минут перед завтрашним уроком."


class Talk:
    """A chat as people use it, through the front door."""

    def __init__(self, town, opened_by, **more):
        fields = {"title": "Открытый урок", "body": ABOUT, "access": "community", **more}
        self.town = town
        self.answer = opened_by.post(f"/c/{SLUG}/chats/new", fields)
        found = re.search(rf"/c/{SLUG}/chats/(\d+)$", self.answer.request.path)
        self.id = int(found.group(1)) if found else 0
        self.path = f"/c/{SLUG}/chats/{self.id}"

    def say(self, who, words, **more):
        return who.post(self.path, {"body": words, **more})

    def page(self, who):
        return who.get(self.path).get_data(as_text=True)

    def last(self):
        with self.town.app.app_context():
            return db.session.scalar(
                select(Entry.id).where(Entry.thread_id == self.id).order_by(Entry.id.desc())
            )

    def news(self, who, after=0):
        answer = who.client.get(
            f"/live/threads/{self.id}?after={after}", headers={"Accept": "application/json"}
        )
        return answer.get_json() if answer.status_code == 200 else answer.status_code


@pytest.fixture
def talk(town, anna):
    return Talk(town, anna)


@pytest.fixture
def open_talk(town):
    """Open a chat of one's own choice."""
    return lambda who, **more: Talk(town, who, **more)
