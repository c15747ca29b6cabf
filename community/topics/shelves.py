"""What the forum tells the search of its threads: the boards they stand on, the kinds they are of."""

from collections.abc import Sequence

from sqlalchemy import select

from community.core.db import db
from community.publishing.access import Viewer
from community.topics.models import Board, Topic


def board_names(reader: Viewer, community_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of the boards that the reader may see, in the administrator's order."""
    statement = select(Board.id, Board.name).where(Board.community_id == community_id)
    if community_id not in reader.communities:
        statement = statement.where(Board.audience == "everyone")
    rows = db.session.execute(statement.order_by(Board.archived_at.is_not(None), Board.place))
    return [(row.id, row.name) for row in rows]


def kinds_of(thread_ids: Sequence[int]) -> dict[int, str]:
    """Return thread id -> kind of its topic; threads of other rooms are left out."""
    rows = db.session.execute(
        select(Topic.thread_id, Topic.kind).where(Topic.thread_id.in_(thread_ids))
    )
    return {row.thread_id: row.kind for row in rows}
