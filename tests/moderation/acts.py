"""What the stories of moderation do again and again, through the front door."""

import re
from typing import Any

from sqlalchemy import func, select

from community.audit.models import AuditEntry
from community.core.db import db
from community.moderation.models import Proposal, Removal
from community.publishing.models import Entry
from community.topics.models import Board, Topic
from tests.world import SLUG, Person, Town

REASON = "Слова унижают детей всего класса и автора урока."
ARTICLE = "4.1-оскорбления"


def grounds(quote: str, **more: Any) -> dict[str, Any]:
    """Return the form of a removal."""
    return {"article": ARTICLE, "quote": quote, "reason": REASON, "milder": "useless"} | more


def topic(town: Town, by: Person, title: str = "Дроби") -> int:
    """Open a topic; return its id."""
    with town.app.app_context():
        board = db.session.scalar(select(Board.id).where(Board.name == "Методика"))
    by.post(
        f"/c/{SLUG}/boards/{board}/topics/new",
        {"title": title, "kind": "case", "body": f"Как вернуть интерес к теме «{title}»?"},
    )
    return newest(town, Topic.id)


def say(town: Town, by: Person, topic_id: int, body: str, **more: Any) -> int:
    """Answer in a topic; return the entry's id."""
    answer = by.post(f"/c/{SLUG}/topics/{topic_id}/reply", {"body": body} | more)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    return newest(town, Entry.id)


def insist(town: Town, by: Person, topic_id: int, body: str) -> int:
    """Answer in a topic although a rule has asked; return the entry's id."""
    path = f"/c/{SLUG}/topics/{topic_id}/reply"
    asked = by.post(path, {"body": body}).get_data(as_text=True)
    if 'name="seen"' in asked:
        seen = asked.split('name="seen"')[1].split('value="')[1].split('"')[0]
        by.post(path, {"body": body, "seen": seen})
    return newest(town, Entry.id)


def newest(town: Town, column: Any) -> int:
    """Return the largest value of a column."""
    with town.app.app_context():
        return db.session.scalar(select(func.max(column))) or 0


def state(town: Town, entry_id: int) -> str:
    """Return the state of an entry."""
    with town.app.app_context():
        return db.session.scalar(select(Entry.state).where(Entry.id == entry_id)) or ""


def journal(town: Town) -> list[str]:
    """Return the kinds of the journal's rows, in order."""
    with town.app.app_context():
        return list(db.session.scalars(select(AuditEntry.kind).order_by(AuditEntry.number)))


def removals(town: Town) -> list[Removal]:
    """Return the removals, in order."""
    with town.app.app_context():
        return list(db.session.scalars(select(Removal).order_by(Removal.number)))


def proposals(town: Town) -> list[Proposal]:
    """Return the proposals, in order."""
    with town.app.app_context():
        return list(db.session.scalars(select(Proposal).order_by(Proposal.id)))


def page(answer: Any) -> str:
    """Return what a page says, blanks folded."""
    return re.sub(r"\s+", " ", answer.get_data(as_text=True)).replace(" ", " ")


def notices(town: Town, who: Person) -> str:
    """Return what a person has been told."""
    town.drain()
    return page(who.get("/notices"))
