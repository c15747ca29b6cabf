"""One council as the reader may know of it: its row, its people's names, its time."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.calendar.models import Happening
from community.communities.models import Community
from community.core.db import db
from community.core.errors import NotFound
from community.councils.models import Council, CouncilItem
from community.publishing import queries as words
from community.publishing.access import VISIBLE, Viewer, shown_title
from community.publishing.models import Entry, Thread
from community.publishing.views import EntryView

_opener = aliased(Entry)
_chairman, _secretary, _deputy = aliased(User), aliased(User), aliased(User)
_COUNCIL = (
    select(
        Council, Thread, Happening, shown_title(_opener).label("title"),
        _chairman.name.label("chairman_name"), _secretary.name.label("secretary_name"),
        _deputy.name.label("deputy_name"),
    )
    .join(Thread, Thread.id == Council.thread_id)
    .join(Happening, Happening.id == Council.happening_id)
    .join(_chairman, _chairman.id == Council.chairman_id)
    .join(_secretary, _secretary.id == Council.secretary_id)
    .outerjoin(_deputy, _deputy.id == Council.deputy_id)
    .outerjoin(_opener, _opener.id == Thread.opener_id)
    .where(Council.thread_id == bindparam("council"), VISIBLE)
)  # fmt: skip


def council(reader: Viewer, council_id: int, community_id: int) -> Any:
    """Return a council with its ``Thread``, ``Happening``, ``title`` and the names of its desks.

    Raises ``NotFound`` for a council that the reader may not know of, or of another community.
    """
    values = {"reader": reader.user_id or 0, "council": council_id}
    row = db.session.execute(_COUNCIL, values).one_or_none()
    if row is None or row.Council.community_id != community_id:
        raise NotFound
    return row


def opener(reader: Viewer, thread_id: int) -> EntryView | None:
    """Return the words of a council's theme, or the matter of an item; None where they are hidden."""
    found = select(Thread.opener_id).where(Thread.id == thread_id)
    entry_id = db.session.scalar(found)
    return next(iter(words.entries(reader, [entry_id] if entry_id else [])), None)


def whereabouts(item_id: int) -> tuple[str, int]:
    """Return the community's address name and the council of an item; raises ``NotFound``."""
    row = db.session.execute(
        select(Community.slug, Council.thread_id)
        .join(Council, Council.community_id == Community.id)
        .join(CouncilItem, CouncilItem.council_id == Council.thread_id)
        .where(CouncilItem.thread_id == item_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.slug, row.thread_id


def title_of(reader: Viewer, council_id: int | None) -> tuple[int, str] | None:
    """Return (id, theme) of a council, or None for one that the reader may not know of."""
    if council_id is None:
        return None
    row = db.session.execute(_NAMED.where(Council.thread_id == council_id), _of(reader)).first()
    return (row.thread_id, row.title or "") if row else None


def following(reader: Viewer, council_id: int) -> list[tuple[int, str]]:
    """Return (id, theme) of the councils that go on from this one."""
    rows = db.session.execute(_NAMED.where(Council.follows_id == council_id), _of(reader))
    return [(row.thread_id, row.title or "") for row in rows]


def closed(reader: Viewer, community_id: int, most: int = 20) -> list[tuple[int, str]]:
    """Return (id, theme) of the last councils of a community that are over, the latest first."""
    rows = db.session.execute(
        _NAMED.where(Council.community_id == community_id, Council.state == "closed")
        .order_by(Council.closed_at.desc())
        .limit(most),
        _of(reader),
    )
    return [(row.thread_id, row.title or "") for row in rows]


_NAMED = (
    select(Council.thread_id, shown_title(_opener).label("title"))
    .join(Thread, Thread.id == Council.thread_id)
    .outerjoin(_opener, _opener.id == Thread.opener_id)
    .where(VISIBLE)
)


def _of(reader: Viewer) -> dict[str, int]:
    return {"reader": reader.user_id or 0}
