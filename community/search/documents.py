"""What stands in the database now, as documents for the index. Only what members may read gets in."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import and_, func, select

from community.accounts.models import Organisation, User
from community.communities.models import Membership
from community.config import Config
from community.core.db import db
from community.core.markup import plain
from community.core.transactions import in_transaction
from community.publishing.models import Entry, Thread
from community.search.places import places
from community.search.port import Document
from community.search.words import stems

BATCH = 500
_READABLE = and_(
    Entry.state == "published",
    Entry.position.is_not(None),
    Thread.state.in_(("open", "closed")),
    Thread.kind != "profile",
    Thread.by_invitation.is_(False),  # the index holds only what every member may read
)


def entries(community_id: int, ids: Sequence[int]) -> Iterator[Document]:
    """Yield those of the named entries that can be found in the community now."""
    for some in _batches(ids):
        yield from _entries(_readable(community_id).where(Entry.id.in_(some)))


def of_thread(thread_id: int) -> list[int]:
    """Return the ids of all entries of a thread, whatever their state."""
    return list(db.session.scalars(select(Entry.id).where(Entry.thread_id == thread_id)))


def people(community_id: int, ids: Sequence[int]) -> Iterator[Document]:
    """Yield those of the named people who are members now."""
    for some in _batches(ids):
        rows = db.session.execute(_members(community_id).where(User.id.in_(some))).all()
        about = _about([row.id for row in rows])
        for row in rows:
            yield _person(row, about.get(row.id, ""))


def everything(community_id: int) -> Iterator[Document]:
    """Yield all documents of a community in the order of time, a batch at a time."""
    ids = db.session.scalars(select(User.id).join(Membership).where(_active(community_id))).all()
    yield from people(community_id, sorted(ids))
    last = 0
    while True:
        rows = list(
            db.session.scalars(
                select(Entry.id)
                .join(Thread, Thread.id == Entry.thread_id)
                .where(Entry.community_id == community_id, Entry.id > last, _READABLE)
                .order_by(Entry.id)
                .limit(BATCH)
            )
        )
        if not rows:
            return
        yield from entries(community_id, rows)
        last = rows[-1]
        if not in_transaction():
            db.session.rollback()  # a snapshot held for long keeps the database's log from shrinking


def count(community_id: int) -> int:
    """Count the documents that a whole index has."""
    words = (
        select(func.count())
        .select_from(Entry)
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.community_id == community_id, _READABLE)
    )
    members = select(func.count()).select_from(Membership).where(_active(community_id))
    return (db.session.scalar(words) or 0) + (db.session.scalar(members) or 0)


def _active(community_id: int) -> Any:
    return and_(Membership.community_id == community_id, Membership.state == "active")


def _readable(community_id: int) -> Any:
    return (
        select(
            Entry.id, Entry.title, Entry.html, Entry.author_id, Entry.published_at, Entry.thread_id,
            Thread.opener_id, Thread.shelf_id,
        )
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.community_id == community_id, _READABLE)
        .order_by(Entry.id)
    )  # fmt: skip


def _entries(statement: Any) -> Iterator[Document]:
    rows = db.session.execute(statement).all()
    kinds = places().kinds_of(sorted({row.thread_id for row in rows}))
    for row in rows:
        yield Document(
            key=f"e{row.id}",
            what="topic" if row.id == row.opener_id else "reply",
            title=stems(row.title),
            text=stems(plain(row.html)),
            author_id=row.author_id,
            shelf_id=row.shelf_id,
            kind=kinds.get(row.thread_id, ""),
            day=_day(row.published_at),
        )


def _day(moment: datetime | None) -> date | None:
    """The day on the clock of the installation, as the page writes it."""
    if moment is None:
        return None
    config: Config = current_app.extensions["community"]
    return moment.astimezone(ZoneInfo(config.timezone)).date()


def _members(community_id: int) -> Any:
    return (
        select(
            User.id, User.last_name, User.first_name, User.patronymic, User.post,
            User.subject_line, Organisation.name.label("school"), Organisation.short_name,
        )
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .where(_active(community_id), User.state != "anonymised")
        .order_by(User.id)
    )  # fmt: skip


def _about(user_ids: Sequence[int]) -> dict[int, str]:
    """What people say of themselves on their own pages."""
    rows = db.session.execute(
        select(Entry.author_id, Entry.html)
        .join(Thread, and_(Thread.id == Entry.thread_id, Thread.opener_id == Entry.id))
        .where(Entry.author_id.in_(user_ids), Thread.kind == "profile")
        .where(Entry.state == "published", Thread.state.in_(("open", "closed")))
    )
    return {row.author_id: plain(row.html) for row in rows}


def _person(row: Any, about: str) -> Document:
    name = f"{row.last_name} {row.first_name} {row.patronymic}"
    interests = ", ".join(places().interests_of(row.id))
    more = (row.short_name or "", row.school or "", row.post, row.subject_line, interests, about)
    return Document(
        key=f"p{row.id}",
        what="person",
        title=stems(name),
        text=[word for line in more for word in stems(line)],
        author_id=row.id,
    )


def _batches(ids: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return (tuple(ids[at : at + BATCH]) for at in range(0, len(ids), BATCH))
