"""Rows of entries made into what pages draw: authors, files, thanks and the texts they answer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from community.accounts.models import User
from community.communities.models import Membership, RoleGrant
from community.core.db import db, fetch
from community.files.licences import LICENCES
from community.files.models import StoredFile
from community.publishing.access import Viewer, sees_text
from community.publishing.models import Entry, EntryFile, Thanks
from community.publishing.views import AuthorView, EntryView, FileView, ParentView, RemovalView
from community.web.page import hue, initials


def build(reader: Viewer, rows: Sequence[Any], *, read_to: int | None) -> list[EntryView]:
    """Turn rows of entries into views; asks for files, thanks and parents only where there are any."""
    files = files_of([row.id for row in rows if row.file_count])
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


def files_of(entry_ids: Sequence[int]) -> dict[int, list[FileView]]:
    """Return entry id -> the files under it, in their order."""
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
