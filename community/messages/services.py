"""A letter goes from one person to another."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from community.accounts.models import User
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.core.verdict import require
from community.files import services as files
from community.messages import policies, queries
from community.messages.models import Correspondence
from community.publishing import drafts
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.services import NO_RULES, Published
from community.web.words import zone


@use_case
def write(
    actor: Actor,
    to_id: int,
    words: Words,
    *,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Send a letter to a person of a shared community, in the one thread of the two (S3 §4 m2).

    Raises ``AskFirst``, ``Blocked``, ``Invalid``, ``NotFound``, ``Refused``; no letter ever waits.
    """
    _lock_pair(actor.id, to_id)
    person = queries.correspondent(actor, to_id)
    require(policies.may_write_to(actor, to_id, is_here=person.is_here, shares=person.shares))
    sent, free_at = queries.sent_lately(actor)
    require(policies.may_send_more(sent, free_at, _clock(free_at)))
    claimed = [file.id for file in files.claim(actor, file_ids, community_id=None)]
    thread_id = queries.with_person(actor, to_id)
    if thread_id is None:
        made = _begin(actor, to_id, words, seen, claimed)
    else:
        made = publishing.publish(actor, thread_id, words, seen=seen, file_ids=claimed)
    drafts.drop(actor, place_of(to_id))
    return made


@use_case
def rewrite(
    actor: Actor,
    thread_id: int,
    entry_id: int,
    words: Words,
    *,
    expected_revision: int,
    seen: frozenset[str] = NO_RULES,
) -> Published:
    """Change a letter that its addressee has not read yet, through the same door as a new one.

    Raises ``AskFirst``, ``Blocked``, ``Conflict``, ``Invalid``, ``NotFound``, ``Refused``.
    """
    queries.other_of(actor, thread_id)
    entry, thread = publishing.entry_for_change(entry_id)
    if thread.id != thread_id:
        raise NotFound
    is_read = queries.read_by_other(actor, thread_id) >= (entry.position or 0)
    require(policies.may_rewrite(is_mine=entry.author_id == actor.id, is_read=is_read))
    made = publishing.revise(actor, entry_id, words, expected_revision=expected_revision, seen=seen)
    drafts.drop(actor, f"entry:{entry_id}")
    return made


def _clock(moment: datetime | None) -> str:
    return f"{moment.astimezone(zone()):%H:%M}" if moment else ""


def place_of(to_id: int) -> str:
    """Return where a letter to a person is being written, as drafts name it."""
    return f"letter:{to_id}"


def _begin(
    actor: Actor, to_id: int, words: Words, seen: frozenset[str], file_ids: Sequence[int]
) -> Published:
    made = publishing.open_thread(
        actor,
        words,
        community_id=None,
        kind="letter",
        audience="pair",
        event="message",
        seen=seen,
        file_ids=file_ids,
        to_id=to_id,
    )
    first, second = sorted((actor.id, to_id))
    db.session.add(Correspondence(thread_id=made.thread_id, first_id=first, second_id=second))
    db.session.flush()
    return made


def _lock_pair(*people: int) -> None:
    """Two who write to each other for the first time at once still get one thread."""
    pair = select(User.id).where(User.id.in_(people)).order_by(User.id)
    db.session.execute(pair.with_for_update()).all()
