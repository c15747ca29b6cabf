"""What the rules may know of the circumstances of a text; asked of the database only where a rule asks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.communities.models import Community
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.publishing.models import Entry, ThreadPerson, VerdictRecord
from community.rules.model import Submission


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


def submission(actor: Actor, who: Standing, words: Words, at: Circumstances) -> Submission:
    """Return what ``rules.judge`` is asked: the words with the facts around them."""
    moment = clock.now()
    target_id, target_name = _addressee(at.to_id) if at.to_id else _target(at.parent_id)
    sharp, private = _quarrel(actor, target_id, at.event)
    return Submission(
        text=words.body,
        title=words.title,
        event=at.event,
        space=at.space,
        signed_in=actor.is_person,
        author_name=actor.name,
        author_role="moderator" if who.is_moderator else "member",
        author_age_days=(moment - who.joined_at).days if who.joined_at else 0,
        author_posts=_posts(actor),
        author_id=actor.user_id,
        target_author_id=target_id,
        counts={at.event: _recent(actor, target_id)} if target_id and not at.to_id else {},
        members=_members(at.community_id),
        values={"target": target_name},
        sharp=sharp,
        private=private,
    )


def _posts(actor: Actor) -> int:
    """Count up to 100 entries of the author: rules only tell newcomers from others."""
    few = select(Entry.id).where(Entry.author_id == actor.user_id).limit(100).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0


def _target(parent_id: int | None) -> tuple[int | None, str]:
    if parent_id is None:
        return None, ""
    row = db.session.execute(
        select(Entry.author_id, User.name)
        .join(User, User.id == Entry.author_id)
        .where(Entry.id == parent_id)
    ).one_or_none()
    return (row.author_id, row.name) if row else (None, "")


def _addressee(user_id: int) -> tuple[int, str]:
    return user_id, db.session.scalar(select(User.name).where(User.id == user_id)) or ""


_DAY = timedelta(hours=24)
_LOOKED_AT = 50
_HEATED = ("notice", "cooldown", "hold")
"""What a rule said of words, not of the quarrel itself: being sent to write in person is no new heat."""


def _quarrel(actor: Actor, target_id: int | None, event: str) -> tuple[int, int]:
    """Count the heated answers of the two to each other and their letters in a day (S3 §4 r3)."""
    if target_id is None or target_id == actor.user_id or event not in ("post", "comment"):
        return 0, 0
    pair = (actor.id, target_id)
    sharp = db.session.scalar(select(_heated(*pair) + _heated(*pair[::-1]))) or 0
    if not sharp:
        return 0, 0  # nobody asks whether they have written
    return sharp, db.session.scalar(_letters(*pair)) or 0


def _heated(author_id: int, other_id: int) -> Any:
    latest = (
        select(Entry.id, Entry.parent_id, Entry.verdict_id, Entry.state, Entry.created_at)
        .where(Entry.author_id == author_id)
        .order_by(Entry.id.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    answered = aliased(Entry)
    return (
        select(func.count())
        .select_from(latest)
        .join(answered, answered.id == latest.c.parent_id)
        .join(VerdictRecord, VerdictRecord.id == latest.c.verdict_id)
        .where(
            answered.author_id == other_id,
            latest.c.created_at >= clock.now() - _DAY,
            or_(VerdictRecord.act.in_(_HEATED), latest.c.state == "removed"),
        )
        .scalar_subquery()
    )


def _letters(one_id: int, other_id: int) -> Any:
    hers = aliased(ThreadPerson)
    return (
        select(func.count())
        .select_from(Entry)
        .join(ThreadPerson, ThreadPerson.thread_id == Entry.thread_id)
        .join(hers, hers.thread_id == Entry.thread_id)
        .where(
            ThreadPerson.user_id == one_id,
            hers.user_id == other_id,
            Entry.state == "published",
            Entry.created_at >= clock.now() - _DAY,
        )
    )


def _recent(actor: Actor, target_id: int) -> int:
    """Count the author's entries to one person within the hour that got no answer (S3 §4 r1)."""
    since = clock.now() - timedelta(hours=1)
    parent, answer = Entry.__table__.alias(), Entry.__table__.alias()
    answered = (
        select(func.max(answer.c.created_at))
        .join(parent, parent.c.id == answer.c.parent_id)
        .where(answer.c.author_id == target_id, parent.c.author_id == actor.user_id)
        .scalar_subquery()
    )
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Entry)
            .join(parent, parent.c.id == Entry.parent_id)
            .where(
                Entry.author_id == actor.user_id,
                Entry.created_at >= since,
                parent.c.author_id == target_id,
                Entry.created_at > func.coalesce(answered, since),
            )
        )
        or 0
    )


def _members(community_id: int | None) -> int | None:
    if community_id is None:
        return None
    return db.session.scalar(select(Community.members).where(Community.id == community_id))
