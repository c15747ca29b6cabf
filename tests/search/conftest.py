"""Stories of the search: texts by known people, through the front door of publishing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from community.core import outbox
from community.core.db import db
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.search import queries, upkeep
from community.search.asking import asked
from community.search.views import Results
from community.topics.models import Board, Topic
from community.topics.services import writing
from community.topics.services.writing import TopicPlan
from tests.world import Person, Town


@dataclass
class Library:
    """Writes texts and looks for them, in an application context."""

    town: Town
    names: dict[int, str] = field(default_factory=dict)

    @property
    def community_id(self) -> int:
        return self.town.community_id

    def board(self, kind: str = "formal") -> int:
        board = db.session.scalars(
            select(Board).where(Board.community_id == self.community_id, Board.kind == kind)
        ).first()
        assert board is not None
        return board.id

    def topic(
        self, by: Person, title: str, body: str, *, name: str = "", kind: str = "discussion",
        board: str = "formal",
    ) -> publishing.Published:  # fmt: skip
        _topic, made = writing.open_topic(
            by.actor, self.board(board), Words(body=body, title=title), TopicPlan(kind, "", False),
            seen=frozenset(), file_ids=(),
        )  # fmt: skip
        self.names[made.entry_id] = name or title
        return made

    def reply(
        self, by: Person, thread_id: int, body: str, *, name: str = ""
    ) -> publishing.Published:
        made = publishing.publish(by.actor, thread_id, Words(body=body))
        self.names[made.entry_id] = name or body
        return made

    def topic_id(self, thread_id: int) -> int:
        return db.session.scalars(select(Topic.id).where(Topic.thread_id == thread_id)).one()

    def find(self, by: Person, q: str = "", **choices: Any) -> Results:
        """Look as a person does; what was noted is indexed first."""
        db.session.rollback()
        outbox.drain()
        found = asked({"q": q, **{name: str(value) for name, value in choices.items()}})
        return queries.search(by.actor, self.community_id, found)

    def names_of(self, results: Results) -> list[str]:
        return [self.names[int(hit.url.removeprefix("/e/"))] for hit in results.texts]

    def found(self, by: Person, q: str = "", **choices: Any) -> list[str]:
        """Return the names of the found texts, best first."""
        return self.names_of(self.find(by, q, **choices))


@pytest.fixture
def library(ctx: Flask, town: Town) -> Iterator[Library]:
    made = Library(town)
    outbox.drain()
    upkeep.rebuild(made.community_id)
    yield made
    db.session.rollback()


def outside(call: Callable[[], Any]) -> Any:
    """Do something outside of this test's application context, as a browser does."""
    with ThreadPoolExecutor(max_workers=1) as browser:
        return browser.submit(call).result()


@pytest.fixture
def get_as() -> Callable[[Person, str], TestResponse]:
    """Open a page as somebody, in a request of its own."""
    return lambda who, path: outside(lambda: who.get(path))


@pytest.fixture
def page_of(town: Town) -> Callable[..., str]:
    """Open the search page as somebody and return its text."""

    def page(who: Person, address: str = "", status: int = 200) -> str:
        db.session.rollback()
        outside(town.drain)
        answer = outside(lambda: who.get(f"/c/priozersk/search{address}"))
        assert answer.status_code == status
        return answer.get_data(as_text=True)

    return page
