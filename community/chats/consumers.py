"""After a line is out: whoever is named, answered or invited is told; the clock closes what is over."""

from typing import Any

from sqlalchemy import bindparam, select

from community.accounts.models import User
from community.chats import watching
from community.chats.models import Chat
from community.chats.services import leading
from community.communities.models import Membership
from community.core import clock
from community.core.db import db, fetch
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
    line = fetch(_LINE, entry=event.entry_id, thread=event.thread_id).one_or_none()
    if line is None or line.state != "published" or line.kind != "chat":
        return
    if line.opener_id == line.id:
        _tell(_invited(line.thread_id), "chat.invited", line)
        return
    named = _named(line.id)
    _tell(named, "chat.mentioned", line)
    _tell(_answered(line.parent_id) - named, "chat.answered", line)


_LINE = (
    select(
        Entry.id, Entry.state, Entry.author_id, Entry.parent_id, Thread.id.label("thread_id"),
        Thread.kind, Thread.opener_id, Thread.community_id, Thread.by_invitation,
    )
    .join(Thread, Thread.id == bindparam("thread"))
    .where(Entry.id == bindparam("entry"))
)  # fmt: skip


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


def _tell(people: set[int], code: str, line: Any) -> None:
    fresh = _who_may_read(people - {line.author_id}, line)
    if not fresh:
        return
    opener = select(public_title(Entry)).where(Entry.id == line.opener_id)
    author = db.session.scalar(select(User.name).where(User.id == line.author_id)) or ""
    notices.tell(
        fresh,
        code,
        community_id=line.community_id,
        url=f"/e/{line.id}",
        actor_id=line.author_id,
        params={"author": author, "title": db.session.scalar(opener) or ""},
        mail=code == "chat.invited",
    )


def _who_may_read(people: set[int], line: Any) -> list[int]:
    if not people:
        return []
    here = select(Membership.user_id).where(
        Membership.community_id == line.community_id,
        Membership.state == "active",
        Membership.user_id.in_(people),
    )
    found = set(db.session.scalars(here))
    return sorted(found & _invited(line.thread_id) if line.by_invitation else found)


def _invited(thread_id: int) -> set[int]:
    named = select(ThreadPerson.user_id).where(ThreadPerson.thread_id == thread_id)
    return set(db.session.scalars(named))


_NAMED = select(Reference.user_id).where(
    Reference.entry_id == bindparam("entry"), Reference.user_id.is_not(None)
)


def _named(entry_id: int) -> set[int]:
    return set(fetch(_NAMED, entry=entry_id).scalars())


def _answered(parent_id: int | None) -> set[int]:
    if parent_id is None:
        return set()
    return set(db.session.scalars(select(Entry.author_id).where(Entry.id == parent_id)))
