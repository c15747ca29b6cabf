"""Scenes that stories of moderation begin with: a text that stands, one that a rule holds or stops."""

import re
from typing import Any

from sqlalchemy import select

from community.audit.models import AuditEntry
from community.core.db import db
from community.publishing.models import Entry
from community.topics.models import Board, Topic
from tests.world import SLUG, Person, Town

RUDE = "Ирина Олеговна, ну ты и дура, раз не понимаешь таких вещей."
PHONE = "Звоните мне вечером, обсудим: 8 904 111-22-33."
WORDS = "Это цитата из сценки, которую мы ставим с пятым классом."
ANSWER = "Слова взяты из сценки, на собеседницу они не направлены."


def topic_of(town: Town, irina: Person) -> int:
    """Ирина opens a topic; its id."""
    with town.app.app_context():
        board = db.session.scalar(select(Board.id).where(Board.name == "Методика"))
    irina.post(
        f"/c/{SLUG}/boards/{board}/topics/new",
        {"title": "Дроби", "kind": "case", "body": "Как вернуть интерес на третьем уроке?"},
    )
    with town.app.app_context():
        return db.session.scalar(select(Topic.id).order_by(Topic.id.desc())) or 0


def reply(town: Town, by: Person, topic: int, body: str, **fields: Any) -> int:
    """Somebody answers, insisting where a rule asks first; the id of the entry, 0 if it was stopped."""
    place = f"/c/{SLUG}/topics/{topic}/reply"
    asked = by.post(place, {"body": body, **fields}).get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', asked)
    if seen:
        by.post(place, {"body": body, "seen": seen[1], **fields})
    with town.app.app_context():
        found = select(Entry.id).where(Entry.body == body).order_by(Entry.id.desc())
        return db.session.scalar(found) or 0


def numbers(town: Town, kind: str) -> list[int]:
    """The numbers of the journal's rows of a kind, in order."""
    with town.app.app_context():
        rows = select(AuditEntry.number).where(AuditEntry.kind == kind)
        return list(db.session.scalars(rows.order_by(AuditEntry.number)))


def kinds(town: Town, prefix: str) -> list[str]:
    """The kinds of the journal's rows that begin so, in order."""
    with town.app.app_context():
        rows = select(AuditEntry.kind).where(AuditEntry.kind.like(f"{prefix}%"))
        return list(db.session.scalars(rows.order_by(AuditEntry.number)))


def state_of(town: Town, entry_id: int) -> str:
    """The state of an entry."""
    with town.app.app_context():
        return db.session.scalar(select(Entry.state).where(Entry.id == entry_id)) or ""


def appeal(number: int, by: Person, words: str = WORDS) -> Any:
    """Appeal on the page of the decision."""
    return by.post(f"/decisions/{number}", {"act": "appeal", "appeal-words": words})


def answer(
    number: int, by: Person, outcome: str = "overturned", words: str = ANSWER, version: int = 1
) -> Any:
    """Answer an appeal on the page of the decision."""
    return by.post(
        f"/decisions/{number}",
        {"act": "answer", "answer-outcome": outcome, "answer-answer": words,
         "answer-version": str(version)},
    )  # fmt: skip


def step(number: int, by: Person, act: str, version: int = 1) -> Any:
    """Take an appeal up, give it back or withdraw it."""
    return by.post(f"/decisions/{number}", {"act": act, f"{act}-version": str(version)})
