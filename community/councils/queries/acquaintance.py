"""Who of those expected has read the documents of the items.

A reading is of the words and files as they stood: of what was changed since, it is no reading.
"""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from community.accounts.models import User
from community.calendar.models import HappeningPerson
from community.core.db import db
from community.councils.models import CouncilItem, CouncilReading
from community.publishing.models import Entry, Thread

_HAS_DOCUMENTS = and_(
    CouncilItem.place.is_not(None), Entry.state == "published", Entry.file_count > 0
)
COUNTS = or_(Entry.edited_at.is_(None), CouncilReading.at >= Entry.edited_at)
"""Whether a reading is of the item's words as they stand; ``Entry`` is its opener."""


@dataclass(frozen=True, slots=True)
class Readers:
    """How many have read the documents of one item, and who has not."""

    item_id: int
    number: int
    title: str
    read: int
    owing: tuple[tuple[int, str], ...]
    """(id, name) of those expected who have not."""


def readers(council_id: int, happening_id: int) -> list[Readers]:
    """Return for each item with documents who has not read them yet, by its number."""
    people = db.session.execute(
        select(User.id, User.name)
        .join(HappeningPerson, HappeningPerson.user_id == User.id)
        .where(HappeningPerson.happening_id == happening_id)
        .order_by(User.sort_name, User.id)
    ).all()
    items = db.session.execute(
        select(CouncilItem.thread_id, CouncilItem.place, Entry.title)
        .join(Thread, Thread.id == CouncilItem.thread_id)
        .join(Entry, Entry.id == Thread.opener_id)
        .where(CouncilItem.council_id == council_id, _HAS_DOCUMENTS)
        .order_by(CouncilItem.place)
    ).all()
    read = _read(council_id)
    made = []
    for item in items:
        mine = read.get(item.thread_id, set())
        owing = tuple((row.id, row.name) for row in people if row.id not in mine)
        made.append(
            Readers(item.thread_id, item.place, item.title, len(people) - len(owing), owing)
        )
    return made


def owing(council_id: int, happening_id: int) -> set[int]:
    """Return those expected who have not read the documents of some item."""
    return {user_id for each in readers(council_id, happening_id) for user_id, _name in each.owing}


def _read(council_id: int) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    readings = (
        select(CouncilReading.item_id, CouncilReading.user_id)
        .join(CouncilItem, CouncilItem.thread_id == CouncilReading.item_id)
        .join(Thread, Thread.id == CouncilItem.thread_id)
        .join(Entry, Entry.id == Thread.opener_id)
        .where(CouncilItem.council_id == council_id, COUNTS)
    )
    for row in db.session.execute(readings):
        found.setdefault(row.item_id, set()).add(row.user_id)
    return found
