"""The files of a text: who may read it may read them, its author changes them with the text."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from community.core.actor import Actor
from community.core.db import db
from community.files import services as files
from community.files.policies import FileFacts, reader
from community.publishing.access import entry_visible, thread_visible, viewer
from community.publishing.models import Entry, EntryFile, Thread

_HOLDS = (
    select(EntryFile.file_id)
    .join(Entry, Entry.id == EntryFile.entry_id)
    .join(Thread, Thread.id == Entry.thread_id)
    .where(EntryFile.file_id == bindparam("file"))
)


@reader
def shows_file(actor: Actor, file: FileFacts) -> bool:
    """Whoever may read a text may read the files attached to it."""
    who = viewer(actor)
    visible = _HOLDS.where(thread_visible(who), entry_visible(who)).limit(1)
    return db.session.scalar(visible, {"file": file.id}) is not None


def of_entry(entry_id: int) -> list[int]:
    """Return the files of a text in their order."""
    placed = select(EntryFile.file_id).where(EntryFile.entry_id == entry_id)
    return list(db.session.scalars(placed.order_by(EntryFile.place)))


def replace(entry_id: int, file_ids: Sequence[int]) -> None:
    """Give a text these files and no others; let go of those that no text shows any more."""
    dropped = set(of_entry(entry_id)) - set(file_ids)
    db.session.execute(delete(EntryFile).where(EntryFile.entry_id == entry_id))
    for place, file_id in enumerate(file_ids):
        db.session.add(EntryFile(entry_id=entry_id, file_id=file_id, place=place))
    db.session.flush()
    shown = select(EntryFile.file_id).where(EntryFile.file_id.in_(dropped))
    if gone := dropped - set(db.session.scalars(shown)):
        files.release(sorted(gone))
