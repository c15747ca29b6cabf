"""The councils of a community, and how many of them concern the reader now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.calendar.models import Happening, HappeningPerson
from community.core import clock
from community.core.db import fetch
from community.core.errors import NotFound
from community.councils.models import Council, CouncilItem
from community.publishing import unread
from community.publishing.access import VISIBLE, Viewer, shown_title
from community.publishing.models import Entry, Thread

PER_PAGE = 20
LATE = timedelta(days=1)
"""A planned council that nobody opened stops waiting for answers so long after its end."""
_LIVE = or_(Council.state == "open", Council.state == "break")


@dataclass(frozen=True, slots=True)
class CouncilRow:
    """A council in the list."""

    id: int
    title: str
    state: str
    mode: str
    starts_at: datetime
    ends_at: datetime
    place: str
    chairman_name: str
    is_held: bool
    by_invitation: bool
    items: int
    expected: bool
    """Whether the reader is among those expected."""
    answer: str

    @property
    def goes_on(self) -> bool:
        """Tell whether it is held at this moment."""
        return self.state in ("open", "break")

    @property
    def waits_for_me(self) -> bool:
        """Tell whether the reader has not said yet whether they will come."""
        return self.expected and not self.answer and self.state == "planned"


_opener, _chairman = aliased(Entry), aliased(User)
_COUNT = (
    select(func.count())
    .where(CouncilItem.council_id == Council.thread_id, CouncilItem.place.is_not(None))
    .scalar_subquery()
)
_MINE = and_(
    HappeningPerson.happening_id == Happening.id, HappeningPerson.user_id == bindparam("reader")
)
_HERE = Council.community_id == bindparam("community")


def _rows(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(
            Council.thread_id, shown_title(_opener).label("title"), Council.state, Council.mode,
            Happening.starts_at, Happening.ends_at, Happening.place,
            _chairman.name.label("chairman_name"), Thread.state.label("thread_state"),
            Thread.by_invitation, _COUNT.label("items"), HappeningPerson.user_id,
            HappeningPerson.answer,
        )
        .join(Thread, Thread.id == Council.thread_id)
        .join(Happening, Happening.id == Council.happening_id)
        .join(_chairman, _chairman.id == Council.chairman_id)
        .outerjoin(_opener, _opener.id == Thread.opener_id)
        .outerjoin(HappeningPerson, _MINE)
        .where(_HERE, VISIBLE, *conditions)
    )  # fmt: skip


_COMING = _rows(or_(Council.state == "planned", _LIVE)).order_by(
    Happening.starts_at, Council.thread_id
)
_ENDED = or_(Council.state == "closed", Council.state == "cancelled")
_OVER = (
    _rows(_ENDED)
    .order_by(Happening.starts_at.desc(), Council.thread_id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("start"))
)
_HOW_MANY_OVER = (
    select(func.count())
    .select_from(Council)
    .join(Thread, Thread.id == Council.thread_id)
    .where(_HERE, VISIBLE, _ENDED)
)
_WAITING = (
    select(func.count())
    .select_from(Council)
    .join(Thread, Thread.id == Council.thread_id)
    .join(Happening, Happening.id == Council.happening_id)
    .join(HappeningPerson, _MINE)
    .where(
        _HERE,
        VISIBLE,
        or_(
            _LIVE,
            and_(
                Council.state == "planned",
                HappeningPerson.answer == "",
                Happening.ends_at > bindparam("since"),
            ),
        ),
    )
)


def coming(reader: Viewer, community_id: int) -> list[CouncilRow]:
    """Return the councils that go on and those to come, the nearest first."""
    return [_row(row) for row in fetch(_COMING, reader=reader.user_id or 0, community=community_id)]


def over(reader: Viewer, community_id: int, number: int = 1) -> tuple[list[CouncilRow], int]:
    """Return a page of the councils that were held or called off, with the number of the last page.

    Raises ``NotFound`` for a page that there is not.
    """
    values = {"reader": reader.user_id or 0, "community": community_id}
    last = max(1, -(-int(fetch(_HOW_MANY_OVER, **values).scalar() or 0) // PER_PAGE))
    if not 1 <= number <= last:
        raise NotFound
    rows = fetch(_OVER, **values, most=PER_PAGE, start=(number - 1) * PER_PAGE)
    return [_row(row) for row in rows], last


def waiting_count(reader: Viewer, community_id: int) -> int:
    """Count the councils that go on, or wait for the reader's answer, for the rail."""
    if reader.user_id is None:
        return 0
    now, reader_id = clock.now(), reader.user_id

    def count() -> int:
        values = {"reader": reader_id, "community": community_id, "since": now - LATE}
        return int(fetch(_WAITING, **values).scalar() or 0)

    hour = f"councils {now:%Y%m%d%H}"  # time alone ends the waiting too
    return unread.count_until_changed(reader, community_id, hour, count)


def _row(row: Any) -> CouncilRow:
    return CouncilRow(
        id=row.thread_id,
        title=row.title or "",
        state=row.state,
        mode=row.mode,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        chairman_name=row.chairman_name,
        is_held=row.thread_state == "held",
        by_invitation=row.by_invitation,
        items=row.items,
        expected=row.user_id is not None,
        answer=row.answer or "",
    )
