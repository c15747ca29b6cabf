"""How a file comes in, is kept, and goes. Decoding and storing precede the write transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Literal, cast

from flask import current_app
from sqlalchemy import delete, select, update

from community.accounts.models import User
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid, NotFound, Refused
from community.core.markup import clean
from community.core.transactions import in_transaction, use_case
from community.core.verdict import N_, deny
from community.files import queries, storage
from community.files.intake import SHAPES, Prepared, prepare
from community.files.licences import LICENCES
from community.files.models import Portrait, StoredFile
from community.files.names import clean_name, split_name
from community.files.unfit import Unfit

Purpose = Literal["attachment", "portrait"]
MOST_ATTACHED = 20
_PIECE = 256 * 1024
_SPOOL = 2 * 1024 * 1024


def receive(
    actor: Actor,
    stream: BinaryIO,
    filename: str | None,
    *,
    community_id: int | None = None,
    purpose: Purpose = "attachment",
) -> queries.FileCard:
    """Take an upload: measured, recognised by content, pictures written anew; loose until claimed.

    Refuses in words what cannot be taken (``Unfit``), what exceeds the quota, and a full disk.
    """
    if in_transaction():
        raise RuntimeError("a file is received before the transaction that uses it")
    if not actor.is_person or not queries.is_member_somewhere(actor.id, community_id):
        raise Refused(deny("files.members_only"))
    _check_quota(actor.id, 0)
    with _disk_in_words(), SpooledTemporaryFile(max_size=_SPOOL) as spool:
        copy = cast("BinaryIO", spool)
        _copy_within_limit(stream, copy, filename)
        prepared = prepare(copy, filename, SHAPES[purpose])
        if purpose == "portrait" and prepared.kind != "image":
            raise Unfit("files.not_an_image", name=prepared.name)
        keys = _stored(prepared)
    return _keep(actor, prepared, keys, community_id)


@use_case
def _keep(
    actor: Actor, prepared: Prepared, keys: tuple[str, str | None], community_id: int | None
) -> queries.FileCard:
    """Write the row of what lies in the storage already; exact on the quota under any race."""
    db.session.execute(select(User.id).where(User.id == actor.id).with_for_update())
    _check_quota(actor.id, prepared.octets + len(prepared.thumb or b""))
    moment = clock.now()
    file = StoredFile(
        owner_id=actor.id,
        community_id=community_id,
        name=prepared.name,
        kind=prepared.kind,
        mime=prepared.mime,
        octets=prepared.octets,
        sha256=keys[0],
        thumb_sha256=keys[1],
        thumb_octets=len(prepared.thumb or b""),
        width=prepared.width,
        height=prepared.height,
        state="loose",
        loose_since=moment,
        created_at=moment,
    )
    db.session.add(file)
    db.session.flush()
    return queries.FileCard.of(file)


@use_case
def declare(actor: Actor, file_ids: Sequence[int], *, licence: str, author: str) -> None:
    """Note by what right the actor publishes these files, and whose they are; said once for each."""
    if licence not in LICENCES or not file_ids:
        return
    if LICENCES[licence].names_author and not author.strip():
        raise Invalid({"file_author": [N_("Name the author of the file.")]})
    db.session.execute(
        update(StoredFile)
        .where(
            StoredFile.id.in_(list(file_ids)),
            StoredFile.owner_id == actor.user_id,
            StoredFile.licence == "",
        )
        .values(licence=licence, author=" ".join(clean(author).split())[:120])
    )


@use_case
def rename(actor: Actor, file_id: int, name: str) -> None:
    """Give one's own file another name while no text shows it; its extension stays what it is.

    Raises ``NotFound`` for a file of somebody else, ``Refused`` for one that stands in a text.
    """
    file = db.session.get(StoredFile, file_id)
    if file is None or file.owner_id != actor.user_id:
        raise NotFound
    if file.state == "used":
        raise Refused(deny("files.in_use"))
    stem, extension = split_name(file.name)
    typed = clean_name(name)
    file.name = clean_name(split_name(typed)[0] if typed.strip() else stem, extension)


@use_case
def claim(actor: Actor, file_ids: Sequence[int], *, community_id: int | None) -> list[StoredFile]:
    """Put the actor's own files to use in a place of the community; each once, in the order given."""
    wanted = list(dict.fromkeys(file_ids))
    if len(wanted) > MOST_ATTACHED:
        raise Unfit("files.too_many", limit=MOST_ATTACHED)
    if not wanted:
        return []
    rows = db.session.scalars(
        select(StoredFile)
        .where(StoredFile.id.in_(wanted), StoredFile.owner_id == actor.user_id)
        .order_by(StoredFile.id)
        .with_for_update()  # the sweep may be about to take one of them
    )
    found = {row.id: row for row in rows if row.id != queries.portrait_id(actor.id)}
    if len(found) != len(wanted):
        raise Unfit("files.not_yours")
    for file in found.values():
        file.state, file.loose_since = "used", None
        file.community_id = community_id
    db.session.flush()
    return [found[each] for each in wanted]


@use_case
def release(file_ids: Sequence[int]) -> None:
    """Let go of files that no place shows any more; the sweep takes them a day later."""
    db.session.execute(
        update(StoredFile)
        .where(StoredFile.id.in_(list(file_ids)), StoredFile.state == "used")
        .values(state="loose", loose_since=clock.now())
    )


@use_case
def discard(actor: Actor, file_id: int) -> None:
    """Delete one of the actor's own files that stands in no text."""
    file = db.session.get(StoredFile, file_id)
    if file is None or file.owner_id != actor.user_id:
        raise NotFound
    if file.state == "used":
        raise Refused(deny("files.in_use"))
    db.session.delete(file)


def show_face(actor: Actor, stream: BinaryIO, filename: str | None) -> None:
    """Make the uploaded picture the actor's photo in place of the former one."""
    file = receive(actor, stream, filename, purpose="portrait")
    _hang(actor, file.id)


@use_case
def _hang(actor: Actor, file_id: int) -> None:
    forget_face(actor.id)
    claim(actor, [file_id], community_id=None)
    db.session.add(Portrait(user_id=actor.id, file_id=file_id))


@use_case
def forget_face(user_id: int) -> None:
    """Take the person's photo away; initials stand in its place."""
    former = queries.portrait_id(user_id)
    if former is None:
        return
    db.session.execute(delete(Portrait).where(Portrait.user_id == user_id))
    db.session.execute(delete(StoredFile).where(StoredFile.id == former))


def share(actor: Actor) -> queries.Share:
    """Return how much of the actor's share is taken."""
    return queries.Share(queries.octets_of(actor.id), _config().quota_mb * 1024 * 1024)


def _stored(prepared: Prepared) -> tuple[str, str | None]:
    place = storage.current()
    key = place.put(prepared.content())
    return key, place.put(prepared.thumb_content()) if prepared.thumb else None


def _copy_within_limit(stream: BinaryIO, copy: BinaryIO, filename: str | None) -> None:
    limit = _config().max_upload_mb
    left = limit * 1024 * 1024
    while piece := stream.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise Unfit("files.too_large", name=clean_name(filename), limit=limit)
        copy.write(piece)
    if left == limit * 1024 * 1024:
        raise Unfit("files.empty", name=clean_name(filename))


def _check_quota(user_id: int, more: int) -> None:
    quota = _config().quota_mb
    if queries.octets_of(user_id) + more > quota * 1024 * 1024:
        raise Refused(deny("files.quota", quota=quota))


@contextmanager
def _disk_in_words() -> Iterator[None]:
    try:
        yield
    except (OSError, storage.StorageFailed) as error:
        current_app.logger.error("a file could not be stored: %s", error)  # noqa: TRY400 — no trace is needed
        raise Refused(deny("files.disk_full")) from error


def _config() -> Any:
    return current_app.extensions["community"]
