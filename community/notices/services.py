"""Telling people, in the transaction of the act they are told about."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, delete, select, update

from community.core import clock, ripples
from community.core.actor import Actor
from community.core.db import db, insert
from community.core.outbox import emit
from community.core.transactions import in_transaction, use_case
from community.notices import sentences
from community.notices.events import NoticeTold
from community.notices.models import MailChoice, Notice

register = sentences.register

_NAMES = frozenset({"person", "name", "author"})
"""Values of a notice that hold the name of who acted."""


def tell(
    user_ids: Iterable[int],
    code: str,
    *,
    community_id: int | None = None,
    url: str | None = None,
    actor_id: int | None = None,
    params: Mapping[str, Any] | None = None,
    mail: bool = True,
) -> list[int]:
    """Write one notice per person in the open transaction, and queue its letter unless ``mail=False``.

    ``url`` is a path on this site. Returns the ids of the notices, each person told once.
    """
    if not in_transaction():
        raise RuntimeError("a notice is written in the transaction of the act")
    sentences.known(code)
    people = list(dict.fromkeys(user_ids))
    if not people:
        return []
    common = {
        "community_id": community_id, "code": code, "params": dict(params or {}), "url": url,
        "actor_id": actor_id, "created_at": clock.now(), "mail_state": "due" if mail else "none",
    }  # fmt: skip
    rows = [common | {"user_id": user_id} for user_id in people]
    made = list(db.session.scalars(insert(Notice).returning(Notice.id), rows))
    for user_id in people:
        ripples.person_told(user_id)
    for notice_id in made if mail else ():
        emit(NoticeTold(notice_id=notice_id))
    return made


@use_case
def mark_read(actor: Actor, ids: Iterable[int] | None = None) -> int:
    """Mark the actor's own notices as read (all of them without ``ids``); return how many were new."""
    statement = update(Notice).where(Notice.user_id == actor.id, Notice.read_at.is_(None))
    if ids is not None:
        statement = statement.where(Notice.id.in_(list(ids)))
    done = db.session.execute(statement.values(read_at=clock.now()))
    return int(done.rowcount)  # type: ignore[attr-defined]


@use_case
def choose_mail(actor: Actor, wanted: Iterable[str]) -> None:
    """Keep which groups of notices the actor wants by mail; the others are shown in the account only."""
    off = sorted(set(sentences.GROUPS) - set(wanted))
    db.session.execute(delete(MailChoice).where(MailChoice.user_id == actor.id))
    if off:
        rows = [{"user_id": actor.id, "group": each, "chosen_at": clock.now()} for each in off]
        db.session.execute(insert(MailChoice), rows)


def told_since(code: str, url: str, moment: datetime) -> set[int]:
    """Return who was told of a thing after ``moment``, so that nobody is told of it twice."""
    before = Notice.code == code, Notice.url == url, Notice.created_at > moment
    return set(db.session.scalars(select(Notice.user_id).where(*before)))


def withdraw(code: str, url: str) -> int:
    """Take back unread notices of a thing that is no longer so; inside the use case that changes it."""
    gone = delete(Notice).where(Notice.code == code, Notice.url == url, Notice.read_at.is_(None))
    return int(db.session.execute(gone).rowcount)  # type: ignore[attr-defined]


def scrub(words: Iterable[str]) -> int:
    """Take words that are erased by right out of everyone's notices; return how many had them.

    The notice stays: that something was told is no secret, the words are.
    """
    done = 0
    for each in words:
        spelled = json.dumps(each, ensure_ascii=False)[1:-1]
        held = select(Notice.id, Notice.params).where(
            cast(Notice.params, Text).contains(spelled, autoescape=True)
        )
        for notice_id, params in db.session.execute(held).all():
            kept = {key: "…" if each in str(value) else value for key, value in params.items()}
            db.session.execute(update(Notice).where(Notice.id == notice_id).values(params=kept))
            done += 1
    return done


def forget(user_id: int, *, nameless: bool) -> None:
    """Erase the notices and choices of a person who leaves, inside the use case that says so.

    With ``nameless`` the notices of others lose the person's name too.
    """
    db.session.execute(delete(Notice).where(Notice.user_id == user_id))
    db.session.execute(delete(MailChoice).where(MailChoice.user_id == user_id))
    if not nameless:
        return
    named = select(Notice.id, Notice.params).where(Notice.actor_id == user_id)
    for notice_id, params in db.session.execute(named).all():
        kept = {key: value for key, value in params.items() if key not in _NAMES}
        db.session.execute(update(Notice).where(Notice.id == notice_id).values(params=kept))
