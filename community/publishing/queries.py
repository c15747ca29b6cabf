"""Reading words: every query starts from what the reader may see and returns finished values."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from community.accounts.models import Organisation, User
from community.core.db import db, fetch
from community.core.errors import NotFound
from community.files.models import Portrait
from community.publishing.access import Viewer, entry_visible, sees_text, thread_visible
from community.publishing.assembling import build, files_of
from community.publishing.models import (
    Entry,
    EntryRevision,
    Follow,
    ReadMark,
    Thread,
    VerdictRecord,
)
from community.publishing.views import EntryView, FileView

PAGE = 20
"""Entries on a page."""

_COLUMNS = (
    Entry.id, Entry.position, Entry.title, Entry.html, Entry.published_at, Entry.created_at,
    Entry.edited_at, Entry.parent_id, Entry.author_id, Entry.state, Entry.thanks, Entry.file_count,
    Entry.revision, Entry.removal_number, Entry.removal_article, Entry.fold_number, Entry.verdict_id,
    Entry.community_id, Entry.thread_id,
    User.name, User.subject_line, User.state.label("user_state"),
    Organisation.short_name, Portrait.file_id.label("photo_id"),
)  # fmt: skip


def _rows() -> Any:
    return (
        select(*_COLUMNS)
        .join(User, User.id == Entry.author_id)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Portrait, Portrait.user_id == User.id)
    )


_PAGE = (
    _rows()
    .where(
        Entry.thread_id == bindparam("thread"),
        Entry.position.between(bindparam("first"), bindparam("last")),
    )
    .order_by(Entry.position)
)


def thread(reader: Viewer, thread_id: int) -> Any:
    """Return a thread with the reader's mark and level; raises ``NotFound`` for what they may not know of."""
    mine = reader.user_id or 0
    row = db.session.execute(
        select(Thread, ReadMark.position.label("read_to"), Follow.level)
        .outerjoin(ReadMark, and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == mine))
        .outerjoin(Follow, and_(Follow.thread_id == Thread.id, Follow.user_id == mine))
        .where(Thread.id == thread_id, thread_visible(reader))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def page_of(position: int) -> int:
    """Return the number of the page on which a position stands."""
    return (max(position, 1) - 1) // PAGE + 1


def page_count(entry_count: int) -> int:
    """Return how many pages a thread has; an empty one has one."""
    return max(1, page_of(entry_count))


def page(reader: Viewer, thread_id: int, number: int, *, read_to: int | None) -> list[EntryView]:
    """Return the entries of one page by their places (no OFFSET), with stubs where texts are hidden."""
    first = (number - 1) * PAGE + 1
    rows = fetch(_PAGE, thread=thread_id, first=first, last=first + PAGE - 1).all()
    return build(reader, rows, read_to=read_to)


def span(
    reader: Viewer, thread_id: int, first: int, last: int, *, read_to: int | None
) -> list[EntryView]:
    """Return the entries of a thread from place ``first`` to ``last``, with stubs where texts are hidden."""
    rows = fetch(_PAGE, thread=thread_id, first=first, last=last).all()
    return build(reader, rows, read_to=read_to)


_CHANGED = (
    _rows()
    .add_columns(Entry.seq)
    .where(
        Entry.thread_id == bindparam("thread"),
        Entry.seq > bindparam("after"),
        Entry.position.is_not(None),
    )
    .order_by(Entry.seq)
    .limit(bindparam("most"))
)


def changed(reader: Viewer, thread_id: int, after: int, most: int) -> list[tuple[int, EntryView]]:
    """Return (seq, entry) of at most ``most`` placed entries that changed after ``after``, in order."""
    rows = fetch(_CHANGED, thread=thread_id, after=after, most=most).all()
    return list(zip([row.seq for row in rows], build(reader, rows, read_to=None), strict=True))


_WAITING = (
    _rows()
    .where(
        Entry.thread_id == bindparam("thread"),
        Entry.state == "held",
        Entry.position.is_(None),
        or_(
            Entry.author_id == bindparam("reader"),
            Entry.community_id.in_(bindparam("moderated", expanding=True)),
        ),
    )
    .order_by(Entry.id)
    .limit(PAGE)
)


def waiting(reader: Viewer, thread_id: int) -> list[EntryView]:
    """Return the held entries of a thread that the reader may see: their own, or all for a moderator."""
    moderated = sorted(reader.moderates)
    rows = fetch(_WAITING, thread=thread_id, reader=reader.user_id or 0, moderated=moderated).all()
    return build(reader, rows, read_to=None)


def entries(reader: Viewer, ids: Sequence[int]) -> list[EntryView]:
    """Return the named entries that the reader may read, in the order asked."""
    if not ids:
        return []
    rows = db.session.execute(
        _rows()
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.id.in_(ids), thread_visible(reader), entry_visible(reader))
    ).all()
    views = {view.id: view for view in build(reader, rows, read_to=None)}
    return [views[each] for each in ids if each in views]


def entry(reader: Viewer, entry_id: int) -> tuple[Entry, Thread]:
    """Return an entry whose thread the reader may see, with the thread; its text may still be hidden."""
    row = db.session.execute(
        select(Entry, Thread)
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.id == entry_id, thread_visible(reader))
    ).one_or_none()
    if row is None:
        raise NotFound
    found, place = row
    if found.position is None and not sees_text(
        reader, found.state, found.author_id, found.community_id
    ):
        raise NotFound
    return found, place


def latest_by(reader: Viewer, author_id: int, limit: int = 10) -> list[EntryView]:
    """Return an author's latest published entries that the reader may see, newest first."""
    rows = db.session.execute(
        _rows()
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.author_id == author_id, Entry.state == "published", thread_visible(reader))
        .where(Thread.kind.not_in(("profile", "letter")))
        .order_by(Entry.id.desc())
        .limit(limit)
    ).all()
    return build(reader, rows, read_to=None)


def files(entry_id: int) -> list[FileView]:
    """Return the files of one entry, for its author to change; the right to it is the caller's."""
    return files_of([entry_id]).get(entry_id, [])


def revisions(reader: Viewer, entry: Entry) -> list[EntryRevision]:
    """Return the earlier texts of an entry that the reader may read, oldest first.

    A version that a rule stopped was never out: it stays its author's and the moderators'.
    """
    history = (
        select(EntryRevision)
        .where(EntryRevision.entry_id == entry.id)
        .order_by(EntryRevision.number)
    )
    if not sees_text(reader, "held", entry.author_id, entry.community_id):
        verdict = select(VerdictRecord.act).where(VerdictRecord.id == EntryRevision.verdict_id)
        history = history.where(verdict.scalar_subquery().not_in(("hold", "cooldown")))
    return list(db.session.scalars(history))


def openers(thread_ids: Iterable[int]) -> dict[int, str]:
    """Return thread id -> title of its opening entry."""
    rows = db.session.execute(
        select(Thread.id, Entry.title)
        .join(Entry, Entry.id == Thread.opener_id)
        .where(Thread.id.in_(list(thread_ids)))
    )
    return {row.id: row.title for row in rows}
