"""Where a person says something: their standing there, and the circumstances that rules are told."""

from sqlalchemy import select

from community.communities.standing import Standing, standing
from community.core.actor import Actor
from community.core.db import db
from community.publishing.facts import LETTER, Circumstances
from community.publishing.models import Thread, ThreadPerson

OWN_PAGE = "own_page"
"""What the rules call a person's words about themselves: their own phone number may stand there."""


def standing_at(actor: Actor, community_id: int | None) -> Standing:
    """Return the actor's standing in a community; outside all of them everybody stands alike."""
    if community_id is None:
        return Standing(actor.user_id, 0, True)
    return standing(actor, community_id)


def standing_in(actor: Actor, thread: Thread) -> Standing:
    """Return the standing of who writes: between two people, only those two are members."""
    if thread.audience != "pair":
        return standing_at(actor, thread.community_id)
    return Standing(actor.user_id, 0, is_member=actor.user_id in _people(thread.id))


def circumstances(actor: Actor, thread: Thread, event: str, parent_id: int | None) -> Circumstances:
    """Return where and to whom a text of a thread is said."""
    if thread.audience != "pair":
        space = OWN_PAGE if thread.kind == "profile" else thread.space
        return Circumstances(event, space, thread.community_id, parent_id, thread_id=thread.id)
    others = [each for each in _people(thread.id) if each != actor.user_id]
    to_id = others[0] if others else None
    return Circumstances(LETTER, parent_id=parent_id, to_id=to_id, thread_id=thread.id)


def _people(thread_id: int) -> list[int]:
    among = select(ThreadPerson.user_id).where(ThreadPerson.thread_id == thread_id)
    return list(db.session.scalars(among))
