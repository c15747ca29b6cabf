"""A text in progress is never lost: drafts on the server, the last three versions of each."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from community.accounts.models import User
from community.core import clock
from community.core.actor import Actor
from community.core.db import change, db, fetch
from community.core.markup import MAX_TEXT, clean
from community.core.transactions import use_case
from community.publishing.facts import Words
from community.publishing.models import Draft

KEPT_VERSIONS = 3
KEPT_PLACES = 100
"""Drafts of one person: who writes in more places at once loses the oldest."""
NEW_VERSION_AFTER = timedelta(minutes=2)
_LONGEST_PLACE = 60


@use_case
def save(actor: Actor, place: str, words: Words, extra: Mapping[str, Any] | None = None) -> Draft:
    """Keep a text in progress; within two minutes it replaces the last version, then a new one begins.

    Over-long texts are kept whole up to ten times the limit: a refusal must not cost a word.
    """
    place = place[:_LONGEST_PLACE]
    _one_by_one(actor)
    latest = current(actor, place)
    moment = clock.now()
    body, title = clean(words.body)[: MAX_TEXT * 10], clean(words.title)[:200]
    if latest is not None and (latest.body, latest.title) == (body, title):
        return latest
    if latest is None or moment - latest.saved_at > NEW_VERSION_AFTER:
        latest = _next_version(actor, place, latest)
    latest.body, latest.title = body, title
    latest.extra, latest.saved_at = dict(extra or {}), moment
    db.session.add(latest)
    db.session.flush()
    return latest


@use_case
def drop(actor: Actor, place: str) -> None:
    """Forget the drafts of a place: the text was sent, or its author threw it away."""
    change(_DROPPED, author=actor.id, place=place)


_DROPPED = delete(Draft).where(
    Draft.user_id == bindparam("author"), Draft.place == bindparam("place")
)


_CURRENT = (
    select(Draft)
    .where(Draft.user_id == bindparam("author"), Draft.place == bindparam("place"))
    .order_by(Draft.version.desc())
    .limit(1)
)


def current(actor: Actor, place: str) -> Draft | None:
    """Return the newest version of the actor's draft for a place."""
    return db.session.scalars(_CURRENT, {"author": actor.id, "place": place}).one_or_none()


_SHOWN = (
    select(Draft.body, Draft.title, Draft.saved_at)
    .where(Draft.user_id == bindparam("author"), Draft.place == bindparam("place"))
    .order_by(Draft.version.desc())
    .limit(1)
)


def shown(actor: Actor, place: str) -> Any:
    """Return body, title and time of the newest version, or None; for pages, which only read it."""
    return fetch(_SHOWN, author=actor.id, place=place).one_or_none()


def versions(actor: Actor, place: str) -> list[Draft]:
    """Return the kept versions of a draft, newest first."""
    mine = select(Draft).where(Draft.user_id == actor.id, Draft.place == place)
    return list(db.session.scalars(mine.order_by(Draft.version.desc())))


def of(actor: Actor) -> list[Draft]:
    """Return the newest version of each of the actor's drafts, latest first."""
    newest = (
        select(func.max(Draft.id))
        .where(Draft.user_id == actor.id)
        .group_by(Draft.place)
        .scalar_subquery()
    )
    return list(
        db.session.scalars(
            select(Draft).where(Draft.id.in_(newest)).order_by(Draft.saved_at.desc())
        )
    )


def _make_room(actor: Actor) -> None:
    """Let the drafts of the oldest places go: a hundred are kept."""
    oldest = (
        select(Draft.place)
        .where(Draft.user_id == actor.id)
        .group_by(Draft.place)
        .order_by(func.max(Draft.saved_at).desc(), Draft.place)
        .offset(KEPT_PLACES - 1)
    )
    places = list(db.session.scalars(oldest))
    if places:
        db.session.execute(delete(Draft).where(Draft.user_id == actor.id, Draft.place.in_(places)))


def _one_by_one(actor: Actor) -> None:
    """Let two windows of one person save in turn: versions are unique."""
    db.session.execute(select(User.id).where(User.id == actor.id).with_for_update(key_share=True))


def _next_version(actor: Actor, place: str, latest: Draft | None) -> Draft:
    number = latest.version + 1 if latest else 1
    if latest is None:
        _make_room(actor)
    db.session.execute(
        delete(Draft).where(
            Draft.user_id == actor.id, Draft.place == place, Draft.version <= number - KEPT_VERSIONS
        )
    )
    return Draft(
        user_id=actor.id, place=place, version=number, title="", body="", saved_at=clock.now()
    )
