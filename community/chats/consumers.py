"""After a line is out: whoever is named, answered or invited is told; the clock closes what is over."""

from sqlalchemy import select

from community.accounts.models import User
from community.chats import watching
from community.chats.models import Chat
from community.chats.services import leading
from community.communities.models import Membership
from community.core import clock
from community.core.db import db
from community.core.outbox import consumes
from community.core.verdict import N_
from community.core.worker import duty
from community.notices import services as notices
from community.notices.sentences import Told
from community.publishing.access import public_title
from community.publishing.events import EntryPublished, in_kind
from community.publishing.models import Entry, Reference, Thread, ThreadPerson

watching.install()


def _still_there(told: Told) -> bool:
    entry = db.session.get(Entry, int((told.url or "").removeprefix("/e/") or 0))
    return entry is not None and entry.state == "published"


notices.register(
    {
        "chat.mentioned": N_("%(author)s mentions you in the chat “%(title)s”"),
        "chat.answered": N_("%(author)s answers you in the chat “%(title)s”"),
        "chat.invited": N_("%(author)s invites you to the chat “%(title)s”"),
    },
    group="talk",
    still=_still_there,
)


@consumes(EntryPublished, only=in_kind("chat"))
def tell_people(event: EntryPublished) -> None:
    """Tell whoever is named or answered in a line, and those invited once the chat can be read."""
    entry = db.session.get(Entry, event.entry_id)
    thread = db.session.get(Thread, event.thread_id)
    if entry is None or thread is None or entry.state != "published" or thread.kind != "chat":
        return
    if thread.opener_id == entry.id:
        _tell(_invited(thread), "chat.invited", entry, thread)
        return
    named = _named(entry.id)
    _tell(named, "chat.mentioned", entry, thread)
    _tell(_answered(entry) - named, "chat.answered", entry, thread)


@duty
def close_in_time() -> None:
    """Close the chats whose hour has come; asked by a query that finds none most of the time."""
    due = (
        select(Chat.thread_id)
        .join(Thread, Thread.id == Chat.thread_id)
        .where(Chat.closes_at <= clock.now(), Thread.state == "open")
        .limit(1)
    )
    if db.session.scalar(due) is not None:
        leading.close_in_time()


def _tell(people: set[int], code: str, entry: Entry, thread: Thread) -> None:
    fresh = _who_may_read(people - {entry.author_id}, thread)
    if not fresh:
        return
    opener = select(public_title(Entry)).where(Entry.id == thread.opener_id)
    author = db.session.scalar(select(User.name).where(User.id == entry.author_id)) or ""
    notices.tell(
        fresh,
        code,
        community_id=thread.community_id,
        url=f"/e/{entry.id}",
        actor_id=entry.author_id,
        params={"author": author, "title": db.session.scalar(opener) or ""},
        mail=code == "chat.invited",
    )


def _who_may_read(people: set[int], thread: Thread) -> list[int]:
    if not people:
        return []
    here = select(Membership.user_id).where(
        Membership.community_id == thread.community_id,
        Membership.state == "active",
        Membership.user_id.in_(people),
    )
    found = set(db.session.scalars(here))
    return sorted(found & _invited(thread) if thread.by_invitation else found)


def _invited(thread: Thread) -> set[int]:
    named = select(ThreadPerson.user_id).where(ThreadPerson.thread_id == thread.id)
    return set(db.session.scalars(named))


def _named(entry_id: int) -> set[int]:
    named = select(Reference.user_id).where(
        Reference.entry_id == entry_id, Reference.user_id.is_not(None)
    )
    return {each for each in db.session.scalars(named) if each is not None}


def _answered(entry: Entry) -> set[int]:
    if entry.parent_id is None:
        return set()
    return set(db.session.scalars(select(Entry.author_id).where(Entry.id == entry.parent_id)))
