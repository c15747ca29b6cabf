"""How much is new for a person: counted once, kept under a key that rises with each change."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app, g, has_request_context
from sqlalchemy import Select, and_, bindparam, func, or_, select

from community.communities.models import Membership
from community.core.db import db, fetch
from community.core.transactions import in_transaction
from community.publishing.access import Viewer, thread_visible
from community.publishing.models import Follow, Pulse, ReadFloor, ReadMark, Thread

MOST = 99
_KEPT = 5_000
_lock = Lock()


def floor(user_id: int, community_id: int) -> datetime | None:
    """Return the moment before which everything counts as read, or None for a stranger."""
    row = db.session.execute(
        select(ReadFloor.at, Membership.joined_at)
        .select_from(Membership)
        .outerjoin(
            ReadFloor,
            and_(
                ReadFloor.user_id == Membership.user_id,
                ReadFloor.community_id == Membership.community_id,
            ),
        )
        .where(Membership.user_id == user_id, Membership.community_id == community_id)
    ).one_or_none()
    if row is None:
        return None
    begun: datetime = row.at or row.joined_at - timedelta(days=14)
    return begun


def unread(reader: Viewer, community_id: int, kind: str) -> Select[Thread]:
    """Return the threads of a kind with something new for the reader; muted ones are left out."""
    since = floor(reader.user_id or 0, community_id)
    mine = and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == reader.user_id)
    level = and_(Follow.thread_id == Thread.id, Follow.user_id == reader.user_id)
    return (
        select(Thread)
        .outerjoin(ReadMark, mine)
        .outerjoin(Follow, level)
        .where(
            Thread.community_id == community_id,
            Thread.kind == kind,
            thread_visible(reader),
            Thread.last_at > since if since is not None else Thread.id < 0,
            Thread.entry_count > func.coalesce(ReadMark.position, 0),
            or_(Follow.level.is_(None), Follow.level != "mute"),
        )
    )


def unread_count(reader: Viewer, community_id: int, kind: str = "topic") -> int:
    """Count threads with something new, up to ``MOST``; asked again only when something changed."""
    if reader.user_id is None:
        return 0

    def count() -> int:
        few = unread(reader, community_id, kind).with_only_columns(Thread.id).limit(MOST + 1)
        return db.session.scalar(select(func.count()).select_from(few.subquery())) or 0

    key = (kind, reader.user_id, community_id, *_versions(reader.user_id, community_id))
    return _kept(key, count)


def count_until_changed(
    reader: Viewer, community_id: int, what: Hashable, count: Callable[[], int]
) -> int:
    """Return ``count()`` of threads, kept until something changes in the community."""
    pulse, _floor = _versions(reader.user_id or 0, community_id)
    return _kept((what, reader, community_id, pulse), count)


def _kept(key: Hashable, count: Callable[[], int]) -> int:
    counts = _of_installation()
    with _lock:
        if key in counts:
            counts.move_to_end(key)
            return counts[key]
    found = count()
    with _lock:
        counts[key] = found
        while len(counts) > _KEPT:
            counts.popitem(last=False)
    return found


def _of_installation() -> OrderedDict[Hashable, int]:
    """Return the counts of this site: two sites in one process know nothing of each other."""
    kept: OrderedDict[Hashable, int] = current_app.extensions.setdefault("counts", OrderedDict())
    return kept


_VERSIONS = select(
    select(Pulse.seq).where(Pulse.community_id == bindparam("community")).scalar_subquery(),
    select(ReadFloor.seq)
    .where(
        ReadFloor.user_id == bindparam("reader"), ReadFloor.community_id == bindparam("community")
    )
    .scalar_subquery(),
)


def _versions(user_id: int, community_id: int) -> tuple[int, int]:
    """Return what rises with each change of the community and of the reader's marks; once a request."""
    asked = _asked()
    found = asked.get((user_id, community_id))
    if found is None:
        row = fetch(_VERSIONS, reader=user_id, community=community_id).one()
        found = asked[user_id, community_id] = row[0] or 0, row[1] or 0
    return found


def _asked() -> dict[tuple[int, int], tuple[int, int]]:
    """Return what was asked in this request and this transaction: a write in between asks again."""
    if not has_request_context() or in_transaction():
        return {}
    present = db.session().get_transaction()
    if "versions" not in g or g.versions[0] is not present:
        g.versions = (present, {})
    asked: dict[tuple[int, int], tuple[int, int]] = g.versions[1]
    return asked
