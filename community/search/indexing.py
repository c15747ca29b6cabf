"""Keeping the index in step: changes are noted in their transactions, read and indexed in batches.

The noted rows go only after the index has taken them, so a crash loses nothing: the same work is
done once more. Whoever writes an index holds its lock and reads the database after that, so an
older state can never cover a newer one.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import chain

from sqlalchemy import bindparam, delete, insert, select

from community.core import clock, turns
from community.core.db import change, db
from community.core.outbox import OutboxJob
from community.core.transactions import in_transaction, transaction
from community.search import documents
from community.search.engines import index
from community.search.models import SearchTask
from community.search.port import IndexBusy, IndexWriter

log = logging.getLogger(__name__)
BATCH = 400
WAIT = timedelta(seconds=1)
"""How long a noted change may wait for others to come along."""


def note(community_id: int, keys: Iterable[str]) -> None:
    """Remember, in the open transaction, that these are to be read again."""
    at = clock.now()
    rows = [{"community_id": community_id, "key": key, "at": at} for key in keys]
    if rows:
        change(_NOTED, *rows)


_NOTED = insert(SearchTask).values(
    {name: bindparam(name) for name in ("community_id", "key", "at")}
)


def more_is_coming() -> bool:
    """Tell whether it pays to wait: more changes are on their way and none has waited long."""
    tasks = list(db.session.scalars(select(SearchTask.at).order_by(SearchTask.id).limit(BATCH)))
    if len(tasks) >= BATCH or (tasks and clock.now() - tasks[0] > WAIT):
        return False
    coming = select(OutboxJob.id).where(
        OutboxJob.consumer.startswith("search."),
        OutboxJob.state != "dead",
        OutboxJob.due <= clock.now(),
    )
    return db.session.scalar(coming.limit(1)) is not None


def waiting_communities() -> list[int]:
    """Return the communities in which something was noted and is not indexed yet."""
    rows = select(SearchTask.community_id).distinct().order_by(SearchTask.community_id)
    return list(db.session.scalars(rows))


def catch_up(community_id: int) -> int:
    """Index what was noted in a community, batch by batch; return how many notes were done with.

    Raises ``IndexUnavailable`` when there is no index to write; leaves it to the other when busy.
    """
    done = 0
    try:
        while ids := _index_some(community_id):
            _forget(ids)
            done += len(ids)
    except IndexBusy:
        log.info("the index of community %s is being written by another", community_id)
    return done


def _index_some(community_id: int) -> list[int]:
    with index().writing(community_id) as writer:
        see_the_present()
        rows = db.session.execute(
            select(SearchTask.id, SearchTask.key)
            .where(SearchTask.community_id == community_id)
            .order_by(SearchTask.id)
            .limit(BATCH)
        ).all()
        keys = list(dict.fromkeys(row.key for row in rows))
        _write(writer, community_id, keys)
    return [row.id for row in rows]


def see_the_present() -> None:
    """End a read snapshot that began before the lock was had: it is of yesterday."""
    if not in_transaction():
        db.session.rollback()


def _write(writer: IndexWriter, community_id: int, keys: Sequence[str]) -> None:
    entry_ids = {int(key[1:]) for key in keys if key[0] == "e"}
    for key in keys:
        if key[0] == "t":
            entry_ids.update(documents.of_thread(int(key[1:])))
    user_ids = {int(key[1:]) for key in keys if key[0] == "p"}
    found = []
    for each in chain(
        documents.entries(community_id, sorted(entry_ids)),
        documents.people(community_id, sorted(user_ids)),
    ):
        found.append(each)
        turns.breathe()
    here = {each.key for each in found}
    asked = [f"e{each}" for each in sorted(entry_ids)] + [f"p{each}" for each in sorted(user_ids)]
    writer.remove([key for key in asked if key not in here])
    writer.replace(found)


def _forget(ids: Sequence[int]) -> None:
    with transaction():
        db.session.execute(delete(SearchTask).where(SearchTask.id.in_(ids)))


def forget_until(community_id: int, last_id: int) -> None:
    """Drop the notes that an index built anew has taken in already."""
    with transaction():
        db.session.execute(
            delete(SearchTask).where(
                SearchTask.community_id == community_id, SearchTask.id <= last_id
            )
        )
