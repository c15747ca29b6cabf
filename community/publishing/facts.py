"""What the rules may know of the circumstances of a text; asked of the database only where a rule asks."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from community.accounts.models import User
from community.communities.models import Community
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.publishing.models import Entry
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


def submission(actor: Actor, who: Standing, words: Words, at: Circumstances) -> Submission:
    """Return what ``rules.judge`` is asked: the words with the facts around them."""
    moment = clock.now()
    target_id, target_name = _target(at.parent_id)
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
        counts={at.event: _recent(actor, target_id)} if target_id else {},
        members=_members(at.community_id),
        values={"target": target_name},
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
