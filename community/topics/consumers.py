"""After an entry is out: whoever is named, quoted, answered or follows is told, once each."""

from datetime import timedelta

from sqlalchemy import select

from community.accounts.models import User
from community.communities.models import Membership
from community.core import clock
from community.core.db import db
from community.core.outbox import consumes
from community.core.verdict import N_
from community.notices import services as notices
from community.notices.sentences import Told
from community.publishing import titles
from community.publishing.access import public_title
from community.publishing.events import EntryPublished, in_kind
from community.publishing.models import Entry, Follow, Reference, Thread
from community.topics.events import HelpWanted
from community.topics.models import Topic

_ONE_CALL = timedelta(days=30)
"""A call for help that is taken back and made again is still the same call."""


def _still_there(told: Told) -> bool:
    """Tell whether the entry can still be read, asked just before a letter leaves."""
    entry = db.session.get(Entry, int((told.url or "").removeprefix("/e/") or 0))
    return entry is not None and entry.state == "published"


notices.register(
    {
        "topic.mentioned": N_("%(author)s mentions you in “%(title)s”"),
        "topic.quoted": N_("%(author)s quotes you in “%(title)s”"),
        "topic.answered": N_("%(author)s answers you in “%(title)s”"),
        "topic.followed": N_("%(author)s writes in “%(title)s”"),
        "topic.help_wanted": N_("%(author)s needs help: “%(title)s”"),
    },
    group="talk",
    still=_still_there,
    fresh=titles.now,
)


@consumes(EntryPublished, only=in_kind("topic"))
def tell_people(event: EntryPublished) -> None:
    """Tell each person once, of the nearest reason; re-reads the entry, for it may be gone by now."""
    entry = db.session.get(Entry, event.entry_id)
    thread = db.session.get(Thread, event.thread_id)
    if entry is None or thread is None or entry.state != "published" or thread.kind != "topic":
        return
    told = _muted(thread.id) | {entry.author_id}
    for code, people in (
        ("topic.mentioned", _mentioned(entry.id)),
        ("topic.quoted", _quoted(entry.id)),
        ("topic.answered", _answered(entry)),
        ("topic.followed", _followers(thread.id)),
    ):
        fresh = _members(people - told, thread.community_id)
        _tell(fresh, code, entry, thread)
        told |= set(fresh)


@consumes(HelpWanted)
def call_colleagues(event: HelpWanted) -> None:
    """Tell those whose subject fits that a colleague needs help (C07); of one topic once a month."""
    topic = db.session.get(Topic, event.topic_id)
    if topic is None or topic.help_wanted_at is None:
        return
    thread = db.session.get_one(Thread, topic.thread_id)
    entry = db.session.get(Entry, thread.opener_id)
    if entry is None or entry.state != "published":
        return
    subject = (topic.subject or _subject(entry.author_id)).strip()
    if subject:
        told = notices.told_since("topic.help_wanted", f"/e/{entry.id}", clock.now() - _ONE_CALL)
        people = _of_subject(subject, topic.community_id) - {entry.author_id} - told
        _tell(sorted(people), "topic.help_wanted", entry, thread)


def _tell(people: list[int], code: str, entry: Entry, thread: Thread) -> None:
    if not people:
        return
    author = db.session.scalar(select(User.name).where(User.id == entry.author_id)) or ""
    title = _title(thread.id)
    notices.tell(
        people,
        code,
        community_id=thread.community_id,
        url=f"/e/{entry.id}",
        actor_id=entry.author_id,
        params={"author": author, "title": title},
        mail=code in ("topic.mentioned", "topic.help_wanted"),
    )


def _title(thread_id: int) -> str:
    opener = select(Thread.opener_id).where(Thread.id == thread_id).scalar_subquery()
    return db.session.scalar(select(public_title(Entry)).where(Entry.id == opener)) or ""


def _muted(thread_id: int) -> set[int]:
    mute = select(Follow.user_id).where(Follow.thread_id == thread_id, Follow.level == "mute")
    return set(db.session.scalars(mute))


def _mentioned(entry_id: int) -> set[int]:
    named = select(Reference.user_id).where(
        Reference.entry_id == entry_id, Reference.user_id.is_not(None)
    )
    return {each for each in db.session.scalars(named) if each is not None}


def _quoted(entry_id: int) -> set[int]:
    return set(
        db.session.scalars(
            select(Entry.author_id)
            .join(Reference, Reference.quoted_id == Entry.id)
            .where(Reference.entry_id == entry_id)
        )
    )


def _answered(entry: Entry) -> set[int]:
    if entry.parent_id is None:
        return set()
    return set(db.session.scalars(select(Entry.author_id).where(Entry.id == entry.parent_id)))


def _followers(thread_id: int) -> set[int]:
    follow = select(Follow.user_id).where(Follow.thread_id == thread_id, Follow.level == "follow")
    return set(db.session.scalars(follow))


def _members(people: set[int], community_id: int | None) -> list[int]:
    if not people:
        return []
    here = select(Membership.user_id).where(
        Membership.community_id == community_id,
        Membership.state == "active",
        Membership.user_id.in_(people),
    )
    return sorted(db.session.scalars(here))


def _subject(user_id: int) -> str:
    line = db.session.scalar(select(User.subject_line).where(User.id == user_id)) or ""
    return line.split(",")[0]


def _of_subject(subject: str, community_id: int) -> set[int]:
    folded = subject.casefold()
    rows = db.session.execute(
        select(User.id, User.subject_line)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.community_id == community_id, Membership.state == "active")
    )
    return {row.id for row in rows if folded in row.subject_line.casefold()}
