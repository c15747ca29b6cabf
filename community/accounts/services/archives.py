"""«Мои данные»: asked for on a page, made beside the pages, taken for a week, then deleted."""

import logging
from datetime import timedelta

from sqlalchemy import or_, select, update

from community.accounts import letters, my_data, queries
from community.accounts.events import ArchiveRequested
from community.accounts.models import Archive
from community.audit import services as audit
from community.core import clock, outbox
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Refused
from community.core.transactions import use_case
from community.core.verdict import deny

log = logging.getLogger(__name__)
KEPT = timedelta(days=7)
_PATIENCE = timedelta(minutes=15)
_MOST_TRIES = 3


@use_case
def request_archive(actor: Actor) -> int:
    """Ask for an archive of everything one wrote and is recorded as; one is made at a time."""
    queries.user_to_change(actor.id)
    under_way = select(Archive.id).where(
        Archive.user_id == actor.id, Archive.state.in_(("queued", "making"))
    )
    if db.session.scalar(under_way) is not None:
        raise Refused(deny("archive.under_way"))
    row = Archive(user_id=actor.id, state="queued", requested_at=clock.now())
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "personal.exported", body={"user_id": actor.id})
    outbox.emit(ArchiveRequested(archive_id=row.id))
    return row.id


def begin(archive_id: int) -> bool:
    """Mark an archive as being made, inside the worker's transaction; False when it is not wanted."""
    begun = update(Archive).where(Archive.id == archive_id, Archive.state == "queued")
    values = {"state": "making", "started_at": clock.now(), "tries": Archive.tries + 1}
    return bool(db.session.execute(begun.values(values)).rowcount)  # type: ignore[attr-defined]


def make(archive_id: int) -> None:
    """Gather and write the archive outside any write transaction: it may take minutes."""
    row = db.session.get(Archive, archive_id)
    if row is None:
        return
    try:
        made = my_data.write_zip(row.user_id)
    except Exception:
        log.exception("the archive %s could not be made", archive_id)
        db.session.rollback()
        _give_up(archive_id)
        return
    _finish(archive_id, made.name, made.stat().st_size)


@use_case
def _finish(archive_id: int, file: str, octets: int) -> None:
    moment = clock.now()
    row = db.session.get(Archive, archive_id)
    if row is None:  # the person left meanwhile
        my_data.discard([file])
        return
    row.state, row.file, row.octets = "ready", file, octets
    row.ready_at, row.expires_at = moment, moment + KEPT
    email = queries.user(row.user_id).email
    if email:
        letters.archive_ready(email)


@use_case
def _give_up(archive_id: int) -> None:
    db.session.execute(update(Archive).where(Archive.id == archive_id).values(state="failed"))


@use_case
def sweep() -> None:
    """Delete archives whose week is over, and begin anew those whose maker died."""
    moment = clock.now()
    lapsed = select(Archive).where(Archive.state == "ready", Archive.expires_at < moment)
    for row in db.session.scalars(lapsed):
        my_data.discard([row.file])
        row.state, row.file = "gone", ""
    lost = select(Archive).where(Archive.state == "making", Archive.started_at < moment - _PATIENCE)
    for row in db.session.scalars(lost):
        row.state = "failed" if row.tries >= _MOST_TRIES else "queued"
        if row.state == "queued":
            outbox.emit(ArchiveRequested(archive_id=row.id))


def is_due() -> bool:
    """Tell whether ``sweep`` has anything to do; cheap, so that idle minutes write nothing."""
    moment = clock.now()
    due = or_(
        (Archive.state == "ready") & (Archive.expires_at < moment),
        (Archive.state == "making") & (Archive.started_at < moment - _PATIENCE),
    )
    return db.session.scalar(select(Archive.id).where(due).limit(1)) is not None
