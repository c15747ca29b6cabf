"""What the rules may know of the circumstances of a text; asked of the database only where a rule asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from community.accounts.models import User
from community.communities.models import Community
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import fetch
from community.publishing import counting
from community.publishing.models import Entry
from community.publishing.quoting import quotable
from community.rules.model import Submission
from community.rules.needs import NOTHING, Needs, PairNeed


@dataclass(frozen=True, slots=True)
class Words:
    """A text as its author typed it: Markdown, with a title where it opens a thread."""

    body: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and to whom a text is said."""

    event: str
    space: str | None = None
    community_id: int | None = None
    parent_id: int | None = None
    to_id: int | None = None
    """To whom a letter goes."""
    thread_id: int | None = None
    fields: Mapping[str, str] | None = None
    """What a form holds beside the text, for the rules that ask of its fields."""


LETTER, REPORT, UPLOAD = "message", "report", "upload"
"""Events that are judged in ways of their own: a letter, a complaint, the name of a file."""
LETTERS_PER = "24h"
"""How lately two people must have written to each other for a rule not to send them to letters."""


def submission(
    actor: Actor, who: Standing, words: Words, at: Circumstances, needs: Needs = NOTHING
) -> Submission:
    """Return what ``rules.judge`` is asked: the words with the facts that ``needs`` names."""
    target_id, target_name = addressee(at)
    known = counting.numbers(
        needs,
        event=at.event,
        actor=actor.user_id or 0,
        target=target_id,
        thread=at.thread_id,
        community=at.community_id,
    )
    letters_in = at.thread_id if at.to_id else None
    return Submission(
        text=words.body,
        title=words.title,
        event=at.event,
        space=at.space,
        signed_in=actor.is_person,
        author_name=actor.name,
        author_role=who.role or "visitor",
        author_age_days=(clock.now() - who.joined_at).days if who.joined_at else 0,
        author_posts=known.pop("posts", None),
        author_strikes=_strikes(who) if "strikes" in needs.facts else None,
        author_id=actor.user_id,
        target_author_id=target_id,
        members=_members(at.community_id) if "members" in needs.facts else None,
        fields=at.fields,
        quotable=quotable(actor, words.body, parent_id=at.parent_id, letters_in=letters_in),
        values={"target": target_name},
        earlier_hits={rule: known.pop(rule) for rule, _throttle in needs.throttles if rule in known}
        or None,
        counts=known or None,
        upheld=_upheld(needs, known, actor) or None,
    )


def addressee(at: Circumstances) -> tuple[int | None, str]:
    """Return the id and the name of the person to whom a text is said, where there is one."""
    if at.to_id is not None:
        return at.to_id, fetch(_NAME, user=at.to_id).scalar() or ""
    if at.parent_id is None:
        return None, ""
    row = fetch(_ANSWERED, entry=at.parent_id).one_or_none()
    return (row.author_id, row.name) if row else (None, "")


def letters_lately(actor: Actor, target_id: int | None) -> int:
    """Count the letters of the two within a day; asked once a rule would send them to letters."""
    if target_id is None:
        return 0
    pair = PairNeed(kind="private", per=LETTERS_PER)
    asked = Needs(pairs=(pair,))
    found = counting.numbers(
        asked, event="", actor=actor.user_id or 0, target=target_id, thread=None, community=None
    )
    return found[pair.name]


_NAME = select(User.name).where(User.id == bindparam("user"))
_ANSWERED = (
    select(Entry.author_id, User.name)
    .join(User, User.id == Entry.author_id)
    .where(Entry.id == bindparam("entry"))
)
_MEMBERS = select(Community.members).where(Community.id == bindparam("community"))


def _upheld(needs: Needs, known: Mapping[str, int], actor: Actor) -> dict[str, int]:
    """Of what was done too often, how much was right; asked only then."""
    return {
        ask.name: share
        for ask in needs.counts
        if ask.upheld_below is not None
        and known.get(ask.name, 0) > ask.over
        and (share := counting.share_of(ask, actor.user_id or 0)) is not None
    }


def _strikes(who: Standing) -> int | None:
    return counting.strikes_of(who.user_id or 0, who.community_id)


def _members(community_id: int | None) -> int | None:
    if community_id is None:
        return None
    found: int | None = fetch(_MEMBERS, community=community_id).scalar()
    return found
