"""Reading minutes: made of what the council did while they grow, of the sealed copy afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from community.accounts import names
from community.accounts.models import User
from community.calendar.models import Happening, HappeningPerson
from community.communities.models import Community
from community.core.db import db
from community.core.errors import NotFound
from community.councils import minutes
from community.councils.minutes import Minutes
from community.councils.models import Council, CouncilItem, CouncilMinutes, CouncilNote, CouncilTurn
from community.councils.policies import holding
from community.councils.queries import agenda_kept, attendance
from community.publishing.access import VISIBLE, Viewer, public_title
from community.publishing.models import Entry, Thread
from community.web.forms import zone

_opener = aliased(Entry)
_COUNCIL = (
    select(Council, CouncilMinutes, Thread, public_title(_opener).label("title"))
    .join(Thread, Thread.id == Council.thread_id)
    .join(_opener, _opener.id == Thread.opener_id)
    .outerjoin(CouncilMinutes, CouncilMinutes.council_id == Council.thread_id)
    .where(
        Council.thread_id == bindparam("council"),
        Council.community_id == bindparam("community"),
        VISIBLE,
    )
)


def council(reader: Viewer, council_id: int, community_id: int) -> Any:
    """Return (Council, CouncilMinutes or None, Thread, title) of a council that the reader may know of.

    Raises ``NotFound``.
    """
    values = {"reader": reader.user_id or 0, "council": council_id, "community": community_id}
    row = db.session.execute(_COUNCIL, values).one_or_none()
    if row is None:
        raise NotFound
    return row


def may_read(reader: Viewer, row: CouncilMinutes) -> bool:
    """Tell whether the reader may read the minutes: a draft is the desks' and the moderators'."""
    found = select(Thread.id).where(Thread.id == row.thread_id, VISIBLE)
    return db.session.scalar(found, {"reader": reader.user_id or 0}) is not None


def shown(row: CouncilMinutes) -> Minutes:
    """Return the minutes as they are to be shown: what was signed, else what they are now."""
    if row.content is not None:
        return minutes.of_content(row.content)
    return minutes_of(row.council_id)


def minutes_of(council_id: int) -> Minutes:
    """Make the minutes of a council anew, of what was said, counted and written down till now.

    Reads alone and returns plain values: the same council gives the same minutes.
    """
    row = db.session.execute(
        select(Council, CouncilMinutes.number, Happening.place, Community.name,
               public_title(Entry).label("theme"))
        .join(CouncilMinutes, CouncilMinutes.council_id == Council.thread_id)
        .join(Happening, Happening.id == Council.happening_id)
        .join(Community, Community.id == Council.community_id)
        .join(Thread, Thread.id == Council.thread_id)
        .join(Entry, Entry.id == Thread.opener_id)
        .where(Council.thread_id == council_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    held = row.Council
    book = attendance.book(held, stamp)
    desks = people({held.chairman_id, held.secretary_id})
    return Minutes(
        form=minutes.FORM,
        council_id=council_id,
        number=row.number,
        community=row.name,
        theme=row.theme,
        mode=held.mode,
        place=row.place,
        opened=stamp(held.opened_at),
        closed=stamp(held.closed_at),
        chairman=desks[held.chairman_id],
        secretary=desks[held.secretary_id],
        expected=book.expected,
        needed=holding.needed(held.quorum, book.expected),
        attendees=book.attendees,
        absent=book.absent,
        items=agenda_kept.items(council_id),
    )


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note with what its editor needs: of which item, of what kind, in which revision."""

    entry_id: int
    item_id: int
    kind: str
    speaker_id: int | None
    turn_id: int | None
    ballot_id: int | None
    body: str
    revision: int
    author_id: int
    is_held: bool


def note(council_id: int, entry_id: int) -> NoteRow:
    """Return a note that is part of the minutes; raises ``NotFound``."""
    for each in notes(council_id):
        if each.entry_id == entry_id:
            return each
    raise NotFound


def notes(council_id: int) -> list[NoteRow]:
    """Return the notes of the minutes, those that wait for a moderator too, in their order."""
    rows = db.session.execute(
        select(CouncilNote, Entry)
        .join(Entry, Entry.id == CouncilNote.entry_id)
        .where(
            CouncilNote.council_id == council_id,
            CouncilNote.dropped_at.is_(None),
            Entry.state.in_(("published", "held")),
        )
        .order_by(CouncilNote.place, CouncilNote.entry_id)
    )
    return [
        NoteRow(
            entry_id=it.entry_id, item_id=it.item_id, kind=it.kind, speaker_id=it.speaker_id,
            turn_id=it.turn_id, ballot_id=it.ballot_id, body=entry.body, revision=entry.revision,
            author_id=entry.author_id, is_held=entry.state == "held",
        )
        for it, entry in rows
    ]  # fmt: skip


def people(ids: set[int]) -> dict[int, str]:
    """Return id -> «Соколова А. С.»."""
    found = db.session.scalars(select(User).where(User.id.in_(ids)))
    return {
        each.id: names.initialled(each.last_name, each.first_name, each.patronymic)
        for each in found
    }


def stamp(moment: datetime | None) -> str:
    """Return a moment as the minutes keep it: ISO in the installation's zone, to the minute."""
    if moment is None:
        return ""
    return moment.astimezone(zone()).isoformat(timespec="minutes")


def speaker_of(turn_id: int, item_id: int) -> int:
    """Return whose turn it was under an item; raises ``NotFound``."""
    turn = db.session.get(CouncilTurn, turn_id)
    if turn is None or turn.item_id != item_id:
        raise NotFound
    return turn.user_id


def expected(council_id: int) -> list[tuple[int, str]]:
    """Return (id, «Соколова А. С.») of those who are expected, by name."""
    found = db.session.scalars(
        select(User)
        .join(HappeningPerson, HappeningPerson.user_id == User.id)
        .join(Council, Council.happening_id == HappeningPerson.happening_id)
        .where(Council.thread_id == council_id)
        .order_by(User.sort_name, User.id)
    )
    return [
        (each.id, names.initialled(each.last_name, each.first_name, each.patronymic))
        for each in found
    ]


def headings(council_id: int) -> list[tuple[int, str, str]]:
    """Return (number, title, state) of the agenda: all that members see of minutes that grow."""
    rows = db.session.execute(
        select(CouncilItem.place, public_title(Entry), CouncilItem.state)
        .join(Thread, Thread.id == CouncilItem.thread_id)
        .join(Entry, Entry.id == Thread.opener_id)
        .where(CouncilItem.council_id == council_id, CouncilItem.place.is_not(None))
        .order_by(CouncilItem.place)
    )
    return [(place or 0, title, state) for place, title, state in rows]
