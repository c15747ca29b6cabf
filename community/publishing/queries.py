"""Reading words: every query starts from what the reader may see and returns finished values."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from community.accounts.models import Organisation, User
from community.communities.models import Membership, RoleGrant
from community.core.db import db, fetch
from community.core.errors import NotFound
from community.files.licences import LICENCES
from community.files.models import Portrait, StoredFile
from community.publishing.access import Viewer, entry_visible, sees_text, thread_visible
from community.publishing.models import (
    Entry,
    EntryFile,
    EntryRevision,
    Follow,
    ReadMark,
    Thanks,
    Thread,
    VerdictRecord,
)
from community.publishing.views import AuthorView, EntryView, FileView, ParentView, RemovalView
from community.web.page import hue, initials

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
    return _files([entry_id]).get(entry_id, [])


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


def build(reader: Viewer, rows: Sequence[Any], *, read_to: int | None) -> list[EntryView]:
    """Turn rows of entries into views; asks for files, thanks and parents only where there are any."""
    files = _files([row.id for row in rows if row.file_count])
    thanked = _thanked(reader, [row.id for row in rows if row.thanks])
    parents = _parents({row.parent_id for row in rows if row.parent_id is not None})
    experts = _experts({row.community_id for row in rows if row.community_id is not None})
    authors: dict[int, AuthorView] = {}
    for row in rows:
        if row.author_id not in authors:
            authors[row.author_id] = _author(reader, row, experts)
    return [
        EntryView(
            id=row.id,
            number=row.position,
            url=f"/e/{row.id}",
            title=row.title if _seen(reader, row) else "",
            html=row.html if _seen(reader, row) else "",
            at=row.published_at or row.created_at,
            edited_at=row.edited_at,
            author=authors[row.author_id],
            parent=parents.get(row.parent_id),
            state=row.state,
            is_new=_is_new(row, reader, read_to),
            is_mine=row.author_id == reader.user_id,
            thanks=row.thanks,
            thanked=row.id in thanked,
            revision=row.revision,
            parent_id=row.parent_id,
            author_id=row.author_id,
            verdict_id=row.verdict_id,
            removal=_removal(row),
            fold_number=row.fold_number,
            attachments=files.get(row.id, ()) if _seen(reader, row) else (),
        )
        for row in rows
    ]


def _seen(reader: Viewer, row: Any) -> bool:
    return sees_text(reader, row.state, row.author_id, row.community_id)


def _is_new(row: Any, reader: Viewer, read_to: int | None) -> bool:
    if read_to is None or row.position is None or row.author_id == reader.user_id:
        return False
    return bool(row.position > read_to)


def _author(reader: Viewer, row: Any, experts: frozenset[int]) -> AuthorView:
    gone = row.user_state == "anonymised"
    knows = row.community_id in reader.communities  # a face is for those who share a community
    return AuthorView(
        id=row.author_id,
        name=row.name,
        initials=initials(row.name),
        hue=hue(row.author_id),
        photo_url=f"/files/{row.photo_id}/thumb" if row.photo_id and knows else None,
        school=row.short_name or "",
        subjects=row.subject_line,
        role_name="expert" if row.author_id in experts else "",
        url=f"/people/{row.author_id}" if knows and not gone else None,
        gone=gone,
    )


def _removal(row: Any) -> RemovalView | None:
    if row.state != "removed":
        return None
    return RemovalView(row.removal_article, row.removal_number, f"/journal/{row.removal_number}")


def _files(entry_ids: Sequence[int]) -> dict[int, list[FileView]]:
    if not entry_ids:
        return {}
    rows = db.session.execute(
        select(
            EntryFile.entry_id,
            StoredFile.id,
            StoredFile.name,
            StoredFile.octets,
            StoredFile.kind,
            StoredFile.licence,
            StoredFile.author,
        )
        .join(StoredFile, StoredFile.id == EntryFile.file_id)
        .where(EntryFile.entry_id.in_(entry_ids))
        .order_by(EntryFile.entry_id, EntryFile.place)
    )
    found: dict[int, list[FileView]] = {}
    for row in rows:
        thumb = f"/files/{row.id}/thumb" if row.kind == "image" else None
        view = FileView(
            row.id,
            row.name,
            f"/files/{row.id}/{row.name}",
            row.octets,
            row.kind,
            thumb,
            row.author,
            LICENCES[row.licence].said if row.licence else "",
        )
        found.setdefault(row.entry_id, []).append(view)
    return found


_THANKED = select(Thanks.entry_id).where(
    Thanks.user_id == bindparam("reader"), Thanks.entry_id.in_(bindparam("ids", expanding=True))
)


def _thanked(reader: Viewer, entry_ids: Sequence[int]) -> set[int]:
    if not entry_ids or reader.user_id is None:
        return set()
    return set(fetch(_THANKED, reader=reader.user_id, ids=list(entry_ids)).scalars())


_PARENTS = (
    select(Entry.id, Entry.position, User.name)
    .join(User, User.id == Entry.author_id)
    .where(Entry.id.in_(bindparam("ids", expanding=True)))
)


def _parents(ids: set[int]) -> dict[int, ParentView]:
    if not ids:
        return {}
    rows = fetch(_PARENTS, ids=list(ids))
    return {row.id: ParentView(row.id, row.position, f"/e/{row.id}", row.name) for row in rows}


_EXPERTS = (
    select(Membership.user_id)
    .join(RoleGrant, RoleGrant.membership_id == Membership.id)
    .where(
        RoleGrant.role == "expert",
        Membership.community_id.in_(bindparam("communities", expanding=True)),
    )
)


def _experts(community_ids: set[int]) -> frozenset[int]:
    if not community_ids:
        return frozenset()
    return frozenset(fetch(_EXPERTS, communities=list(community_ids)).scalars())
