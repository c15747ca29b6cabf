"""Boards, as far as the reader may read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from community.core.db import Columns, db, fetch
from community.core.errors import NotFound
from community.publishing.access import Viewer, shown_title, thread_visible
from community.publishing.models import Entry, Thread
from community.topics.models import Board, Topic
from community.topics.queries.lists import titled


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board in the list of boards."""

    id: int
    name: str
    purpose: str
    kind: str
    audience: str
    is_archived: bool
    topics: int
    last_title: str
    last_topic_id: int | None
    last_at: datetime | None


def boards(reader: Viewer, community_id: int) -> list[BoardRow]:
    """Return the boards whose topics the reader may see, in the administrator's order."""
    counted = (
        select(
            Thread.shelf_id, func.count().label("topics"), func.max(Thread.last_at).label("last_at")
        )
        .where(Thread.community_id == community_id, Thread.kind == "topic", thread_visible(reader))
        .group_by(Thread.shelf_id)
        .subquery()
    )
    last, opener = aliased(Thread), aliased(Entry)
    rows = db.session.execute(
        select(
            Board, counted.c.topics, counted.c.last_at, Topic.id.label("topic_id"),
            shown_title(opener).label("title"),
        )
        .outerjoin(counted, counted.c.shelf_id == Board.id)
        .outerjoin(last, and_(last.shelf_id == Board.id, last.last_at == counted.c.last_at))
        .outerjoin(opener, opener.id == last.opener_id)
        .outerjoin(Topic, Topic.thread_id == last.id)
        .where(Board.community_id == community_id, _board_readable(reader, community_id))
        .order_by(Board.archived_at.is_not(None), Board.place),
        {"reader": reader.user_id or 0},
    ).all()  # fmt: skip
    seen: dict[int, BoardRow] = {}
    for row in rows:
        board = row.Board
        seen.setdefault(
            board.id,
            BoardRow(
                board.id, board.name, board.purpose, board.kind, board.audience,
                board.archived_at is not None, row.topics or 0,
                titled(row.title) if row.topic_id else "", row.topic_id,
                row.last_at,
            ),
        )  # fmt: skip
    return list(seen.values())


_COLUMNS = Columns(Board)
_BOARD = select(*_COLUMNS.asked).where(
    Board.id == bindparam("board"), Board.community_id == bindparam("community")
)


def board(reader: Viewer, board_id: int, community_id: int) -> Any:
    """Return a board of the community that the reader may read; raises ``NotFound``."""
    row = fetch(_BOARD, board=board_id, community=community_id).one_or_none()
    if row is None:
        raise NotFound
    found, _end = _COLUMNS.taken(row, 0)
    if found.audience != "everyone" and community_id not in reader.communities:
        raise NotFound
    return found


def board_for_change(board_id: int) -> Board:
    """Return a board inside a use case; the policy is asked next. Raises ``NotFound``."""
    found = db.session.get(Board, board_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _board_readable(reader: Viewer, community_id: int) -> Any:
    if community_id in reader.communities:
        return Board.id.is_not(None)
    return Board.audience == "everyone"
