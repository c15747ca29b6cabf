"""The agenda of a council: its items in their order, and what was proposed to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.core import clock
from community.core.db import db, fetch
from community.councils.models import CouncilItem, CouncilReading
from community.publishing.access import VISIBLE, Viewer, shown_title
from community.publishing.models import Entry, Thread


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item of the agenda as a reader sees it."""

    thread_id: int
    number: int | None
    """Its place in the agenda; none while it is only proposed."""
    title: str
    """Empty where its words are hidden."""
    state: str
    rapporteur_id: int | None
    rapporteur_name: str
    minutes: int
    began_at: datetime | None
    spent: int
    """Seconds that were spent before ``began_at``."""
    file_count: int
    replies: int
    is_review: bool
    read_by_me: bool
    author_id: int
    author_name: str
    opener_id: int | None
    declined_id: int | None
    """The text that says why the proposal was declined."""
    is_held: bool
    """Its words wait for a moderator: only the author and the moderators know of it."""

    def spent_at(self, moment: datetime | None = None) -> int:
        """Return the seconds spent on it till ``moment`` (now); a clock set back takes nothing away."""
        if self.began_at is None:
            return self.spent
        since = ((moment or clock.now()) - self.began_at).total_seconds()
        return self.spent + max(0, int(since))


_opener = aliased(Entry)
_rapporteur, _author = aliased(User), aliased(User)
_PUBLISHED = func.coalesce(Thread.entry_count, 0)


def _items(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(
            CouncilItem.thread_id, CouncilItem.place, shown_title(_opener).label("title"),
            CouncilItem.state, CouncilItem.rapporteur_id, CouncilItem.minutes,
            CouncilItem.began_at, CouncilItem.spent, CouncilItem.is_review,
            _rapporteur.name.label("rapporteur_name"), _opener.file_count,
            case((_PUBLISHED > 0, _PUBLISHED - 1), else_=0).label("replies"),
            CouncilReading.at.label("read_at"),
            Thread.author_id, Thread.opener_id, CouncilItem.declined_id, _author.name.label("author_name"),
            Thread.state.label("thread_state"),
        )
        .join(Thread, Thread.id == CouncilItem.thread_id)
        .join(_author, _author.id == Thread.author_id)
        .outerjoin(_opener, _opener.id == Thread.opener_id)
        .outerjoin(_rapporteur, _rapporteur.id == CouncilItem.rapporteur_id)
        .outerjoin(
            CouncilReading,
            and_(
                CouncilReading.item_id == CouncilItem.thread_id,
                CouncilReading.user_id == bindparam("reader"),
                or_(_opener.edited_at.is_(None), CouncilReading.at >= _opener.edited_at),
            ),
        )
        .where(CouncilItem.council_id == bindparam("council"), VISIBLE, *conditions)
    )  # fmt: skip


_AGENDA = _items(CouncilItem.place.is_not(None)).order_by(CouncilItem.place)
_PROPOSED = _items(CouncilItem.place.is_(None)).order_by(CouncilItem.thread_id)


def agenda(reader: Viewer, council_id: int) -> list[ItemView]:
    """Return the items of the agenda that the reader may know of, by their numbers."""
    rows = fetch(_AGENDA, reader=reader.user_id or 0, council=council_id)
    return [_view(row) for row in rows]


def proposals(reader: Viewer, council_id: int) -> list[ItemView]:
    """Return what was proposed to the agenda and is not on it, in the order of coming."""
    rows = fetch(_PROPOSED, reader=reader.user_id or 0, council=council_id)
    return [_view(row) for row in rows]


def _view(row: Any) -> ItemView:
    return ItemView(
        thread_id=row.thread_id,
        number=row.place,
        title=row.title or "",
        state=row.state,
        rapporteur_id=row.rapporteur_id,
        rapporteur_name=row.rapporteur_name or "",
        minutes=row.minutes,
        began_at=row.began_at,
        spent=row.spent,
        file_count=row.file_count or 0,
        replies=row.replies,
        is_review=row.is_review,
        read_by_me=row.read_at is not None,
        author_id=row.author_id,
        author_name=row.author_name,
        opener_id=row.opener_id,
        declined_id=row.declined_id,
        is_held=row.thread_state == "held",
    )


def places(item_id: int) -> int:
    """Return how many places the talk of an item has; the first is the matter itself."""
    return db.session.scalar(select(Thread.entry_count).where(Thread.id == item_id)) or 0
