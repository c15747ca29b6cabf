"""Reading tasks: mine, open, overdue, all; those of the councils before for the review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.communities.models import Membership
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.councils.models import Council, CouncilItem, CouncilMinutes, CouncilTask
from community.publishing import queries as words
from community.publishing.access import VISIBLE, Viewer, public_title
from community.publishing.models import Entry, Thread
from community.publishing.unread import count_until_changed
from community.publishing.views import EntryView
from community.web.forms import zone

SHOWS = ("mine", "open", "overdue", "all", "ended")
MOST = 200
_owner, _giver = aliased(User), aliased(User)
_theme, _meeting = aliased(Entry), aliased(Thread)


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as a reader sees it."""

    id: int
    thread_id: int
    council_id: int
    entry: EntryView
    state: str
    due_on: date
    owner_id: int | None
    owner_name: str
    given_by: str
    theme: str
    number: int | None
    """Of the minutes that it came of."""
    taken_at: datetime | None
    closed_at: datetime | None
    report: EntryView | None
    is_overdue: bool
    waits_for_me: bool


_TASKS = (
    select(
        CouncilTask, _owner.name.label("owner_name"), _giver.name.label("given_by"),
        public_title(_theme).label("theme"), CouncilMinutes.number,
    )
    .join(Thread, Thread.id == CouncilTask.thread_id)
    .join(_giver, _giver.id == CouncilTask.offered_by)
    .join(_meeting, _meeting.id == CouncilTask.council_id)
    .join(_theme, _theme.id == _meeting.opener_id)
    .outerjoin(_owner, _owner.id == CouncilTask.owner_id)
    .outerjoin(CouncilMinutes, CouncilMinutes.council_id == CouncilTask.council_id)
    .where(VISIBLE)
    .order_by(CouncilTask.due_on, CouncilTask.entry_id)
    .limit(MOST)
)  # fmt: skip
_RUNS = CouncilTask.state.in_(("offered", "taken", "declined"))


def tasks(reader: Viewer, community_id: int, show: str) -> list[TaskView]:
    """Return the tasks of a community, the nearest day first, as ``show`` narrows them."""
    mine, day = reader.user_id or 0, today()
    narrowed: dict[str, Any] = {
        "mine": and_(_RUNS, CouncilTask.owner_id == mine, CouncilTask.state != "declined"),
        "open": or_(
            and_(CouncilTask.state == "offered", CouncilTask.owner_id.is_(None)),
            CouncilTask.state == "declined",
        ),
        "overdue": and_(_RUNS, CouncilTask.due_on < day),
        "all": _RUNS,
        "ended": ~_RUNS,
    }
    if show not in narrowed:
        raise NotFound
    asked = _TASKS.where(CouncilTask.community_id == community_id, narrowed[show])
    return _views(reader, db.session.execute(asked, {"reader": mine}).all())


def task(reader: Viewer, entry_id: int, community_id: int) -> TaskView:
    """Return a task that the reader may know of; raises ``NotFound``."""
    asked = _TASKS.where(CouncilTask.entry_id == entry_id, CouncilTask.community_id == community_id)
    found = _views(reader, db.session.execute(asked, {"reader": reader.user_id or 0}).all())
    if not found:
        raise NotFound
    return found[0]


def of_council(reader: Viewer, council_id: int) -> list[TaskView]:
    """Return the tasks that came of a council."""
    asked = _TASKS.where(CouncilTask.council_id == council_id)
    return _views(reader, db.session.execute(asked, {"reader": reader.user_id or 0}).all())


def for_review(reader: Viewer, council_id: int) -> list[TaskView]:
    """Return what a council begins with: the tasks of the one before, and older ones not ended yet."""
    before = _before(council_id)
    if not before:
        return []
    asked = _TASKS.where(
        or_(
            CouncilTask.council_id == before[0],
            and_(CouncilTask.council_id.in_(before[1:]), _RUNS),
        )
    )
    return _views(reader, db.session.execute(asked, {"reader": reader.user_id or 0}).all())


def review_of(reader: Viewer, council_id: int, item_id: int) -> list[TaskView] | None:
    """Return what the item reviews, or None for an item that is no review."""
    item = db.session.get(CouncilItem, item_id)
    if item is None or item.council_id != council_id or not item.is_review:
        return None
    return for_review(reader, council_id)


def waiting_count(reader: Viewer, community_id: int) -> int:
    """Count the tasks that are offered to the reader, or theirs and overdue; for the rail."""
    if reader.user_id is None:
        return 0
    day = today()
    mine = CouncilTask.owner_id == bindparam("reader")
    found = (
        select(func.count())
        .select_from(CouncilTask)
        .join(Thread, Thread.id == CouncilTask.thread_id)
        .where(
            CouncilTask.community_id == community_id,
            mine,
            VISIBLE,
            or_(
                CouncilTask.state == "offered",
                and_(CouncilTask.state == "taken", CouncilTask.due_on < day),
            ),
        )
    )
    values = {"reader": reader.user_id}
    return count_until_changed(
        reader, community_id, ("tasks", day), lambda: int(db.session.scalar(found, values) or 0)
    )


def members(reader: Viewer, council_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of the members to whom a task of a council may be offered, by name."""
    council = db.session.get_one(Council, council_id)
    rows = db.session.execute(
        select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.community_id == council.community_id, Membership.state == "active")
        .order_by(User.sort_name, User.id)
    )
    return [(row.id, row.name) for row in rows if reader.user_id]


def today() -> date:
    """Return the day of the installation."""
    return clock.now().astimezone(zone()).date()


def _before(council_id: int) -> list[int]:
    """Return the councils that this one goes on from, the nearest first."""
    chain: list[int] = []
    now: int | None = council_id
    while now is not None and len(chain) < 50:
        now = db.session.scalar(select(Council.follows_id).where(Council.thread_id == now))
        if now is None or now in chain:
            break
        chain.append(now)
    return chain


def _views(reader: Viewer, rows: Sequence[Any]) -> list[TaskView]:
    ids = [row.CouncilTask.entry_id for row in rows]
    reports = [row.CouncilTask.report_id for row in rows if row.CouncilTask.report_id]
    seen = {each.id: each for each in words.entries(reader, [*ids, *reports])}
    day = today()
    made = []
    for row in rows:
        it: CouncilTask = row.CouncilTask
        if it.entry_id not in seen:
            continue
        runs = it.state in ("offered", "taken", "declined")
        late = runs and it.due_on < day
        mine = it.owner_id is not None and it.owner_id == reader.user_id
        made.append(
            TaskView(
                id=it.entry_id,
                thread_id=it.thread_id,
                council_id=it.council_id,
                entry=seen[it.entry_id],
                state=it.state,
                due_on=it.due_on,
                owner_id=it.owner_id,
                owner_name=row.owner_name or "",
                given_by=row.given_by,
                theme=row.theme,
                number=row.number,
                taken_at=it.taken_at,
                closed_at=it.closed_at,
                report=seen.get(it.report_id or 0),
                is_overdue=late,
                waits_for_me=mine and (it.state == "offered" or (late and it.state == "taken")),
            )
        )
    return made
