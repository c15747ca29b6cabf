"""How much is new for a person: counted once, kept under a key that rises with each change."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app, g, has_request_context
from sqlalchemy import and_, bindparam, func, or_, select

from community.communities.models import Membership
from community.core.db import db, fetch
from community.core.transactions import in_transaction
from community.publishing.access import VISIBLE, Viewer
from community.publishing.models import Follow, Pulse, ReadFloor, ReadMark, Thread

MOST = 99
_KEPT = 5_000
_lock = Lock()


_BEGUN = (
    select(ReadFloor.at, Membership.joined_at)
    .select_from(Membership)
    .outerjoin(
        ReadFloor,
        and_(
            ReadFloor.user_id == Membership.user_id,
            ReadFloor.community_id == Membership.community_id,
        ),
    )
    .where(
        Membership.user_id == bindparam("reader"), Membership.community_id == bindparam("community")
    )
)


def floor(user_id: int, community_id: int) -> datetime | None:
    """Return the moment before which everything counts as read, or None for a stranger."""
    row = fetch(_BEGUN, reader=user_id, community=community_id).one_or_none()
    if row is None:
        return None
    begun: datetime = row.at or row.joined_at - timedelta(days=14)
    return begun


MY_MARK = and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == bindparam("reader"))
MY_LEVEL = and_(Follow.thread_id == Thread.id, Follow.user_id == bindparam("reader"))
FRESH = and_(
    Thread.community_id == bindparam("community"),
    Thread.kind == bindparam("kind"),
    VISIBLE,
    Thread.last_at > bindparam("since"),
    Thread.entry_count > func.coalesce(ReadMark.position, 0),
    or_(Follow.level.is_(None), Follow.level != "mute"),
)
"""Threads with something new for ``reader``, joined by ``MY_MARK`` and ``MY_LEVEL``; no muted ones."""
_FEW = (
    select(Thread.id)
    .outerjoin(ReadMark, MY_MARK)
    .outerjoin(Follow, MY_LEVEL)
    .where(FRESH)
    .limit(MOST + 1)
)
_HOW_MANY = select(func.count()).select_from(_FEW.subquery())


def values(reader: Viewer, community_id: int, kind: str) -> dict[str, object] | None:
    """Return what ``FRESH`` asks for, or None for a stranger, who has nothing new."""
    since = floor(reader.user_id, community_id) if reader.user_id is not None else None
    if since is None:
        return None
    return {"reader": reader.user_id, "community": community_id, "kind": kind, "since": since}


def unread_count(reader: Viewer, community_id: int, kind: str = "topic") -> int:
    """Count threads with something new, up to ``MOST``; asked again only when something changed."""
    if reader.user_id is None:
        return 0

    def count() -> int:
        asked = values(reader, community_id, kind)
        return fetch(_HOW_MANY, **asked).scalar() or 0 if asked is not None else 0

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
