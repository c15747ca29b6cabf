"""Lines of an item's talk become its «ВЫСТУПИЛИ» in one act, each under its author's name (S3 §4 f7)."""

from collections.abc import Sequence

from sqlalchemy import select

from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.councils.models import CouncilNote
from community.councils.services import minutes
from community.councils.services.minutes import NotePlan
from community.publishing import access
from community.publishing import queries as words_of
from community.publishing.facts import Words
from community.publishing.models import Entry
from community.publishing.services import NO_RULES
from community.publishing.views import EntryView

MOST = 40


@use_case
def write_lines(
    actor: Actor,
    council_id: int,
    item_id: int,
    entry_ids: Sequence[int],
    *,
    seen: frozenset[str] = NO_RULES,
) -> int:
    """Write lines of an item's talk down in the order in which they were said; return how many.

    What stands in the minutes already word for word under the same name is not written twice. Raises
    what ``minutes.write_down`` raises; then none of them is written.
    """
    if not entry_ids:
        require(deny("council.no_lines"))
    if len(entry_ids) > MOST:
        require(deny("council.too_many_lines", most=MOST))
    kept = _kept(item_id)
    lines = [each for each in _lines(actor, item_id, entry_ids) if _key(each) not in kept]
    for line in lines:
        plan = NotePlan(item_id=item_id, kind="spoke", speaker_id=line.author_id)
        minutes.write_down(actor, council_id, plan, Words(body=line.body), seen=seen)
    return len(lines)


def _lines(actor: Actor, item_id: int, entry_ids: Sequence[int]) -> list[Entry]:
    """Return the chosen lines of the item that the actor may read, in the order of the talk."""
    reader = access.viewer(actor)
    shown: list[EntryView] = words_of.entries(reader, list(entry_ids))
    found = select(Entry).where(
        Entry.id.in_([each.id for each in shown]),
        Entry.thread_id == item_id,
        Entry.state == "published",
        Entry.position > 1,
    )
    return list(db.session.scalars(found.order_by(Entry.position)))


def _kept(item_id: int) -> set[tuple[int | None, str]]:
    rows = db.session.execute(
        select(CouncilNote.speaker_id, Entry.body)
        .join(Entry, Entry.id == CouncilNote.entry_id)
        .where(CouncilNote.item_id == item_id, CouncilNote.dropped_at.is_(None))
    )
    return {(row.speaker_id, row.body) for row in rows}


def _key(line: Entry) -> tuple[int | None, str]:
    return line.author_id, line.body
