"""What a text may truly quote: the text that it answers, and the texts that it links to."""

import re

from sqlalchemy import select

from community.core.actor import Actor
from community.core.db import db
from community.publishing.access import entry_visible, thread_visible, viewer
from community.publishing.models import Entry, Thread

QUOTE_LINK = re.compile(r"^>.*\]\((?:https?://[^/\s)]+)?/e/([0-9]{1,9})\)", re.MULTILINE)
_QUOTE_LINE = re.compile(r"^[ \t]{0,3}>", re.MULTILINE)
_MOST = 20
_LETTERS = 10


def linked(body: str) -> set[int]:
    """Return the ids of the texts to which quoted lines link."""
    return {int(found) for found in QUOTE_LINK.findall(body)[:_MOST]}


def quotable(actor: Actor, body: str, *, parent_id: int | None, letters_in: int | None) -> str:
    """Return the words that may stand in quoted lines of ``body`` without being its author's own.

    Only texts that the author may read count; nothing is asked where no line is quoted.
    ``letters_in`` is a correspondence: its latest letters may be quoted without a link.
    """
    if not _QUOTE_LINE.search(body):
        return ""
    ids = linked(body) | ({parent_id} if parent_id is not None else set())
    if letters_in is not None:
        ids |= set(_latest(letters_in))
    who = viewer(actor)
    rows = db.session.execute(
        select(Entry.title, Entry.body)
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.id.in_(sorted(ids)), thread_visible(who), entry_visible(who))
        .order_by(Entry.id)
    )
    return "\n".join(f"{row.title}\n{row.body}" for row in rows)


def _latest(thread_id: int) -> list[int]:
    ids = select(Entry.id).where(Entry.thread_id == thread_id).order_by(Entry.id.desc())
    return list(db.session.scalars(ids.limit(_LETTERS)))
