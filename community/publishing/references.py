"""Mentions and quotes found in a text: whom it names, what it answers."""

from sqlalchemy import delete, select

from community.accounts.models import User
from community.communities.models import Membership
from community.core.db import db
from community.core.markup import possible_mentions
from community.publishing.facts import Words
from community.publishing.models import Entry, Reference
from community.publishing.quoting import linked


def people(words: Words, community_id: int | None) -> dict[str, str]:
    """Return name -> address for members whom the text mentions by «@Имя Фамилия»."""
    return {name: f"/people/{user_id}" for name, user_id in _named(words, community_id).items()}


def store(entry: Entry, words: Words) -> None:
    """Keep whom and what a stored entry refers to."""
    for user_id in set(_named(words, entry.community_id).values()) - {entry.author_id}:
        db.session.add(Reference(entry_id=entry.id, user_id=user_id))
    for quoted_id in _quoted(words, entry.thread_id):
        db.session.add(Reference(entry_id=entry.id, quoted_id=quoted_id))


def replace(entry: Entry, words: Words) -> None:
    """Find the references of an edited entry anew."""
    db.session.execute(delete(Reference).where(Reference.entry_id == entry.id))
    store(entry, words)


def quotation(name: str, entry: Entry) -> str:
    """Return the beginning of an entry as a quotation with the way back to it."""
    lines = "\n".join(f"> {line}" for line in entry.body.strip().splitlines()[:12])
    return f"> [{name}, № {entry.position}](/e/{entry.id})\n>\n{lines}\n\n"


def _named(words: Words, community_id: int | None) -> dict[str, int]:
    names = possible_mentions(words.body) if "@" in words.body else set()
    if not names or community_id is None:
        return {}
    rows = db.session.execute(
        select(User.name, User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.community_id == community_id,
            Membership.state == "active",
            User.name.in_(sorted(names)[:200]),
        )
    )
    return {row.name: row.id for row in rows}


def _quoted(words: Words, thread_id: int) -> set[int]:
    ids = linked(words.body)
    if not ids:
        return set()
    found = select(Entry.id).where(Entry.id.in_(ids), Entry.thread_id == thread_id)
    return set(db.session.scalars(found))
