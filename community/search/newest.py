"""While an index is being built: the newest texts are looked through, and the page says so."""

from typing import Any

from sqlalchemy import ColumnElement, select

from community.core.db import db
from community.core.markup import plain
from community.publishing.models import Entry, Thread
from community.search.port import Narrowing, Question
from community.search.words import stems

LOOKED_THROUGH = 300


def matching(question: Question, narrowing: Narrowing, allowed: ColumnElement[bool]) -> list[int]:
    """Return those of the newest allowed texts that fit, the newest first."""
    if narrowing.what == "person":
        return []
    rows = db.session.execute(
        select(Entry.id, Entry.title, Entry.html, Thread.opener_id)
        .join(Thread, Thread.id == Entry.thread_id)
        .where(allowed, Thread.kind != "profile")
        .order_by(Entry.id.desc())
        .limit(LOOKED_THROUGH)
    )
    return [row.id for row in rows if _fits(row, question, narrowing)]


def _fits(row: Any, question: Question, narrowing: Narrowing) -> bool:
    if narrowing.what == "topic" and row.id != row.opener_id:
        return False
    title, text = stems(row.title), stems(plain(row.html))
    here = {*title, *text}
    if not here.issuperset(question.words) or not here.isdisjoint(question.without):
        return False
    return all(_stands(phrase, title) or _stands(phrase, text) for phrase in question.phrases)


def _stands(phrase: tuple[str, ...], row: list[str]) -> bool:
    width = len(phrase)
    return any(tuple(row[at : at + width]) == phrase for at in range(len(row) - width + 1))
