"""What pages ask about files; all answers are finished values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import bindparam, func, select

from community.communities.models import Membership
from community.core.actor import Actor
from community.core.db import db, fetch
from community.core.errors import NotFound
from community.files.models import Portrait, StoredFile
from community.files.names import url_name
from community.files.policies import FileFacts, may_read


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file as a page shows it; ``thumb_url`` only for pictures."""

    id: int
    name: str
    url: str
    size: int
    kind: str
    thumb_url: str | None = None
    width: int | None = None
    height: int | None = None
    is_used: bool = True
    is_face: bool = False
    created_at: datetime | None = None

    @classmethod
    def of(cls, file: StoredFile, *, face_id: int | None = None) -> "FileCard":
        """Return the card of a row."""
        is_image = file.kind == "image"
        return cls(
            id=file.id,
            name=file.name,
            url=f"/files/{file.id}/{quote(url_name(file.name))}",
            size=file.octets,
            kind=file.kind,
            thumb_url=f"/files/{file.id}/thumb" if is_image else None,
            width=file.width,
            height=file.height,
            is_used=file.state == "used",
            is_face=file.id == face_id,
            created_at=file.created_at,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """How much of one person's share is taken."""

    taken: int
    quota: int

    @property
    def quota_mb(self) -> int:
        """Return the share in megabytes, as the operator sets it."""
        return self.quota // (1024 * 1024)

    @property
    def percent(self) -> int:
        """Return the share taken, 0–100."""
        return min(100, round(100 * self.taken / self.quota))


def readable(actor: Actor, file_id: int) -> StoredFile:
    """Return the file, or ``NotFound`` when there is none or the actor may not know of it."""
    file = db.session.get(StoredFile, file_id)
    if file is None or not may_read(actor, FileFacts(file.id, file.owner_id, file.community_id)):
        raise NotFound
    return file


def cards(file_ids: Collection[int]) -> dict[int, FileCard]:
    """Return the cards of the given files by id, in one query; access is asked by who shows them."""
    if not file_ids:
        return {}
    rows = db.session.scalars(select(StoredFile).where(StoredFile.id.in_(set(file_ids))))
    return {row.id: FileCard.of(row) for row in rows}


def own(actor: Actor) -> list[FileCard]:
    """Return the actor's own files, newest first."""
    rows = (
        select(StoredFile)
        .where(StoredFile.owner_id == actor.id)
        .order_by(StoredFile.id.desc())
        .limit(1000)
    )
    face_id = portrait_id(actor.id)
    return [FileCard.of(row, face_id=face_id) for row in db.session.scalars(rows)]


def own_among(actor: Actor, file_ids: Collection[int]) -> list[FileCard]:
    """Return those of the files that are the actor's own, in the order given."""
    asked = select(StoredFile).where(
        StoredFile.id.in_(set(file_ids)), StoredFile.owner_id == actor.user_id
    )
    found = {row.id: FileCard.of(row) for row in db.session.scalars(asked)}
    return [found[each] for each in dict.fromkeys(file_ids) if each in found]


def octets_of(user_id: int) -> int:
    """Return how much the person's files take, thumbnails included."""
    total = func.sum(StoredFile.octets + StoredFile.thumb_octets)
    return (
        db.session.scalar(select(func.coalesce(total, 0)).where(StoredFile.owner_id == user_id))
        or 0
    )


def is_member_somewhere(user_id: int, community_id: int | None) -> bool:
    """Tell whether the person is an active member: of the given community, or of any."""
    found = select(Membership.id).where(Membership.user_id == user_id, Membership.state == "active")
    if community_id is not None:
        found = found.where(Membership.community_id == community_id)
    return db.session.scalar(found.limit(1)) is not None


PORTRAIT = select(Portrait.file_id).where(Portrait.user_id == bindparam("person"))
"""The file of a person's photo; the frame asks it together with what is new."""


def portrait_id(user_id: int) -> int | None:
    """Return the file of the person's photo, or None."""
    found: int | None = fetch(PORTRAIT, person=user_id).scalar()
    return found


def portraits(user_ids: Collection[int]) -> dict[int, str]:
    """Return the addresses of the small photos of those who have one, by person."""
    if not user_ids:
        return {}
    rows = db.session.execute(
        select(Portrait.user_id, Portrait.file_id).where(Portrait.user_id.in_(set(user_ids)))
    )
    return {user_id: portrait_url(file_id) for user_id, file_id in rows}


def portrait_url(file_id: int) -> str:
    """Return the address of the small photo; for lists that join ``portraits`` themselves."""
    return f"/files/{file_id}/thumb"


def unused_digests(digests: Collection[str]) -> set[str]:
    """Return those of the digests that no row names any more."""
    wanted = set(digests)
    held = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(wanted))))
    thumbs = select(StoredFile.thumb_sha256).where(StoredFile.thumb_sha256.in_(wanted))
    return wanted - held - {each for each in db.session.scalars(thumbs) if each}
