"""A council of the known people: Галина in the chair, Ирина writes, the others are expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from community.calendar.services import attending
from community.calendar.services.appointing import When
from community.core import clock
from community.core.db import db
from community.councils.models import Council, CouncilItem
from community.councils.services import holding, planning
from community.councils.services.planning import CouncilPlan, ItemPlan
from community.publishing.facts import Words
from tests.world import SLUG, Person, Town

HOUR = datetime(2026, 12, 3, 12, 0, tzinfo=UTC)


@dataclass
class Meeting:
    """A council as the desk and the people see it."""

    town: Town
    chair: Person
    secretary: Person
    id: int = 0
    items: list[int] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/c/{SLUG}/councils/{self.id}"

    def row(self) -> Council:
        with self.town.app.app_context():
            return db.session.get_one(Council, self.id)

    def item(self, number: int = 1) -> CouncilItem:
        with self.town.app.app_context():
            return db.session.get_one(CouncilItem, self.items[number - 1])

    def do(self, what, *args, by: Person | None = None, version: int | None = None):
        """Make a move of the desk, from the newest page where no ``version`` is named."""
        by = by or self.chair
        with self.town.app.app_context():
            known = self.row().version if version is None else version
            return what(by.actor, self.id, *args, known)

    def come(self, *people: Person) -> None:
        happening = self.row().happening_id
        for each in people:
            with self.town.app.app_context():
                attending.come(each.actor, happening)


def call(town: Town, chair: Person, secretary: Person, **more) -> Meeting:
    """Call a council for ``HOUR`` with an agenda of two items; the clock must stand before it."""
    made = Meeting(town, chair, secretary)
    plan = {
        "when": When(starts_at=HOUR, ends_at=HOUR + timedelta(hours=2), place="Кабинет 12"),
        "chairman_id": chair.id,
        "secretary_id": secretary.id,
    }
    with town.app.app_context():
        words = Words(title="Итоги первой четверти", body="Успеваемость и домашние задания.")
        made.id = planning.call(
            town["galina"].actor, town.community_id, words, CouncilPlan(**plan | more)
        ).thread_id
        for title in ("Успеваемость по классам", "Домашние задания без экрана"):
            item = planning.add_item(
                town["galina"].actor, made.id, Words(title=title, body="Справка приложена."),
                ItemPlan(rapporteur_id=town["anna"].id, minutes=10),
            )  # fmt: skip
            made.items.append(item.thread_id)
    return made


@pytest.fixture
def hour():
    """Twenty minutes before the council; ``clock.travel`` goes on from here."""
    with clock.frozen(HOUR - timedelta(minutes=20)):
        yield


@pytest.fixture
def meeting(town, hour):
    """A planned council whose doors are open."""
    return call(town, town["galina"], town["irina"])


@pytest.fixture
def opened(meeting):
    """An open council with all but one of its people."""
    meeting.come(meeting.town["boris"], meeting.town["irina"], meeting.town["anna"])
    meeting.do(holding.begin)
    return meeting
