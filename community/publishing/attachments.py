"""Who may read the files of a text: whoever may read the text."""

from sqlalchemy import bindparam, select

from community.core.actor import Actor
from community.core.db import db
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
