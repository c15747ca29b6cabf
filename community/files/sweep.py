"""The duties that keep the storage no larger than what is shown."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import delete

from community.core import clock
from community.core.db import db
from community.core.transactions import use_case
from community.core.worker import duty
from community.files import queries, storage
from community.files.models import StoredFile

log = logging.getLogger(__name__)
LOOSE_FOR = timedelta(hours=24)
SETTLED = timedelta(hours=1)
"""A younger blob may belong to an upload whose row is not written yet."""
_EVERY = 3600.0
_last = {"collect": 0.0}


@duty
def sweep_loose() -> None:
    """Once a minute: forget the uploads that no text has used for a day."""
    forget_loose()


@use_case
def forget_loose() -> int:
    """Delete the rows of files that nothing has used for a day; return how many."""
    gone = delete(StoredFile).where(
        StoredFile.state == "loose", StoredFile.loose_since < clock.now() - LOOSE_FOR
    )
    return db.session.execute(gone).rowcount  # type: ignore[attr-defined]


@duty
def collect_hourly() -> None:
    """Once an hour: clear the storage of content that no row names."""
    if time.monotonic() - _last["collect"] < _EVERY and _last["collect"]:
        return
    _last["collect"] = time.monotonic()
    collect()


def collect(older_than: timedelta = SETTLED) -> int:
    """Delete blobs that no row names and that have settled; return how many. Running twice is no harm."""
    place = storage.current()
    gone = place.tidy(older_than=older_than)
    for keys in _hundreds(place.keys(older_than=older_than)):
        for key in queries.unused_digests(keys):
            place.delete(key)
            gone += 1
        db.session.rollback()  # lets go of the read snapshot, so the next hundred sees the present
    if gone:
        log.info("the storage was cleared of %s blobs", gone)
    return gone


def _hundreds(keys: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(keys, 100)):
        yield batch
