"""Reading objections to minutes, and the proof that sealed minutes are what was sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.audit import queries as journal
from community.core.db import db
from community.councils import minutes as paper
from community.councils.models import CouncilItem, CouncilMinutes, CouncilObjection
from community.publishing import queries as words
from community.publishing.access import Viewer
from community.publishing.models import Entry
from community.publishing.views import EntryView

_answer = aliased(Entry)


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection as a reader sees it, with the secretary's answer."""

    entry: EntryView
    number: int | None
    """Of which item; none where it is about the minutes as a whole."""
    state: str
    answer: EntryView | None


_OBJECTIONS = (
    select(CouncilObjection, CouncilItem.place)
    .outerjoin(CouncilItem, CouncilItem.thread_id == CouncilObjection.item_id)
    .where(CouncilObjection.council_id == bindparam("council"))
    .order_by(CouncilObjection.entry_id)
)


def objections(reader: Viewer, council_id: int) -> list[ObjectionView]:
    """Return the objections that the reader may read, in the order in which they came."""
    rows = db.session.execute(_OBJECTIONS, {"council": council_id}).all()
    ids = [row.CouncilObjection.entry_id for row in rows]
    answers = [row.CouncilObjection.answer_id for row in rows if row.CouncilObjection.answer_id]
    seen = {each.id: each for each in words.entries(reader, [*ids, *answers])}
    return [
        ObjectionView(
            entry=seen[row.CouncilObjection.entry_id],
            number=row.place,
            state=row.CouncilObjection.state,
            answer=seen.get(row.CouncilObjection.answer_id),
        )
        for row in rows
        if row.CouncilObjection.entry_id in seen
        and seen[row.CouncilObjection.entry_id].state in ("published", "held")
    ]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed as whom, and when."""

    post: str
    name: str
    at: datetime


def signatures(it: CouncilMinutes) -> list[Signature]:
    """Return the signatures that are there, the chairman's first."""
    given = (
        ("chairman", it.chairman_signed_by, it.chairman_signed_at),
        ("secretary", it.secretary_signed_by, it.secretary_signed_at),
    )
    ids = [by for _post, by, _at in given if by]
    people = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    names = {row.id: row.name for row in people}
    return [
        Signature(post, names.get(by, ""), at) for post, by, at in given if by and at is not None
    ]


def is_whole(row: CouncilMinutes) -> bool:
    """Tell whether sealed minutes are what was sealed: hash, content and the journal's row agree."""
    if row.content is None or row.sealed_number is None:
        return False
    made = paper.fingerprint(row.content)
    return made == row.sha256 == _told(row.sealed_number, row.council_id)


def sealed() -> list[CouncilMinutes]:
    """Return all sealed minutes of the installation, for those who check them."""
    found = select(CouncilMinutes).where(CouncilMinutes.state == "sealed")
    return list(db.session.scalars(found.order_by(CouncilMinutes.council_id)))


def _told(number: int, council_id: int) -> str:
    """Return the hash that the journal keeps of these minutes under a number."""
    entry = journal.entry(number)
    if entry is None or entry.kind != "council.minutes_sealed":
        return ""
    body: Mapping[str, Any] = entry.body
    return str(body.get("sha256", "")) if body.get("council_id") == council_id else ""
