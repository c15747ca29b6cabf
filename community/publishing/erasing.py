"""Words leave for good: the text, its history, drafts, files; what others keep follows the event.

Who may do it, the journal and the author's notice are the caller's.
"""

from sqlalchemy import delete, or_

from community.audit.erasing import erase_about
from community.core import mail
from community.core.db import db
from community.core.outbox import emit
from community.core.transactions import use_case
from community.notices import services as notices
from community.publishing import attachments, gate
from community.publishing.events import EntryErased, EntryRemoved
from community.publishing.models import Draft, Entry
from community.publishing.threads import entry_for_change, next_seq

SHORTEST = 5
"""Shorter words are not looked for elsewhere: they would be found in every text."""


@use_case
def erase(entry_id: int, *, quote: str) -> int:
    """Erase an entry's words everywhere they are kept; return how many sealed texts went with them.

    ``quote`` are the words for whose sake it is done: they are looked for in copies too.
    """
    entry, thread = entry_for_change(entry_id)
    words = _sought(entry, quote)
    sealed = erase_about("entry", entry.id, words)
    notices.scrub(words)
    mail.forget(words)
    _erase_drafts(entry, words)
    attachments.replace(entry.id, ())
    gate.blank(entry)
    gate.mark(entry.id, seq=next_seq(thread))
    emit(EntryRemoved(entry_id=entry.id, thread_id=thread.id))
    emit(EntryErased(entry_id=entry.id, community_id=entry.community_id or 0))
    return sealed


def _sought(entry: Entry, quote: str) -> list[str]:
    return [each for each in (quote.strip(), entry.title, entry.body) if len(each) >= SHORTEST]


def _erase_drafts(entry: Entry, words: list[str]) -> None:
    held = [Draft.body.contains(each, autoescape=True) for each in words]
    db.session.execute(
        delete(Draft).where(
            Draft.user_id == entry.author_id, or_(Draft.place == f"entry:{entry.id}", *held)
        )
    )
