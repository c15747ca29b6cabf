"""The addressee of a letter is told that it came, never what it says."""

from sqlalchemy import select

from community.accounts.models import User
from community.core.db import db
from community.core.outbox import consumes
from community.core.verdict import N_
from community.notices import services as notices
from community.notices.models import Notice
from community.notices.sentences import Told
from community.publishing.events import EntryPublished, in_kind
from community.publishing.models import Entry, ReadMark, Thread, ThreadPerson


def _is_unread(told: Told) -> bool:
    """Tell whether there is still something to read, asked just before the mail leaves."""
    thread_id = int((told.url or "").removeprefix("/letters/") or 0)
    return bool(_fresh(thread_id, told.user_id))


notices.register(
    {"letter.came": N_("%(author)s writes to you in person")}, group="talk", still=_is_unread
)


@consumes(EntryPublished, only=in_kind("letter"))
def tell_addressee(event: EntryPublished) -> None:
    """Tell of a letter once, until it is read; what was taken back or read meanwhile is not told."""
    entry = db.session.get(Entry, event.entry_id)
    thread = db.session.get(Thread, event.thread_id)
    if entry is None or thread is None or thread.kind != "letter" or entry.state != "published":
        return
    url = f"/letters/{thread.id}"
    others = select(ThreadPerson.user_id).where(
        ThreadPerson.thread_id == thread.id, ThreadPerson.user_id != entry.author_id
    )
    people = [each for each in db.session.scalars(others) if _is_new(entry, each, url)]
    author = db.session.scalar(select(User.name).where(User.id == entry.author_id)) or ""
    notices.tell(
        people, "letter.came", url=url, actor_id=entry.author_id, params={"author": author}
    )


def _is_new(entry: Entry, user_id: int, url: str) -> bool:
    told = select(Notice.id).where(
        Notice.user_id == user_id,
        Notice.code == "letter.came",
        Notice.url == url,
        Notice.read_at.is_(None),
    )
    return bool(_fresh(entry.thread_id, user_id)) and db.session.scalar(told.limit(1)) is None


def _fresh(thread_id: int, user_id: int) -> int | None:
    """Return a published letter to the person, written by the other, that they have not read."""
    read = select(ReadMark.position).where(
        ReadMark.thread_id == thread_id, ReadMark.user_id == user_id
    )
    fresh = select(Entry.id).where(
        Entry.thread_id == thread_id,
        Entry.author_id != user_id,
        Entry.state == "published",
        Entry.position > (db.session.scalar(read) or 0),
    )
    return db.session.scalar(fresh.limit(1))
