"""Who leads a chat closes it, sets its pace and hours, pins lines; a moderator's act is journaled."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from community.audit import services as audit
from community.chats import policies
from community.chats.models import PACES, Chat, ChatPin
from community.chats.queries import single
from community.communities.standing import Standing, standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.publishing import services as publishing
from community.publishing.models import Thread


@use_case
def close(actor: Actor, thread_id: int) -> None:
    """Close a chat before its hour; it stays readable."""
    chat, thread, who = _led(actor, thread_id)
    if thread.state != "open":
        require(deny("chat.is_closed"))
    publishing.set_thread(thread_id, state="closed")
    chat.closed_by = actor.id
    _journal(actor, who, chat, thread, "chat.closed")


@use_case
def reopen(actor: Actor, thread_id: int) -> None:
    """Open a closed chat again; hours that are over are taken off."""
    chat, thread, who = _led(actor, thread_id)
    if thread.state != "closed":
        return
    publishing.set_thread(thread_id, state="open")
    chat.closed_by = None
    if chat.closes_at is not None and chat.closes_at <= clock.now():
        chat.closes_at = None
    _journal(actor, who, chat, thread, "chat.reopened")


@use_case
def set_hours(
    actor: Actor, thread_id: int, opens_at: datetime | None, closes_at: datetime | None
) -> None:
    """Appoint other hours for a chat that is not closed."""
    chat, thread, who = _led(actor, thread_id)
    require(policies.may_hold_hours(opens_at, closes_at, clock.now()))
    chat.opens_at, chat.closes_at = opens_at, closes_at
    publishing.set_thread(
        thread_id, by_invitation=thread.by_invitation
    )  # pages that are open load anew
    more = {"from": _told(opens_at), "until": _told(closes_at)}
    _journal(actor, who, chat, thread, "chat.hours_changed", **more)


@use_case
def set_pace(actor: Actor, thread_id: int, seconds: int) -> None:
    """Let one person write every so many seconds («медленный режим»), or as they like with 0."""
    chat, thread, who = _led(actor, thread_id)
    require(policies.may_set_pace(who))
    if seconds not in PACES:
        raise NotFound
    was, chat.pace = chat.pace, seconds
    publishing.set_thread(thread_id, by_invitation=thread.by_invitation)
    if was != seconds:
        _journal(actor, who, chat, thread, "chat.paced", pace=seconds, was=was)


@use_case
def pin(actor: Actor, entry_id: int) -> int:
    """Put a line on top of its chat, or take it down; return the chat."""
    entry, thread = publishing.entry_for_change(entry_id)
    _led(actor, thread.id)
    pinned = db.session.get(ChatPin, entry_id)
    if pinned is not None:
        db.session.delete(pinned)
    else:
        _require_room(thread.id)
        if entry.state != "published":
            raise NotFound
        moment = clock.now()
        db.session.add(
            ChatPin(entry_id=entry_id, thread_id=thread.id, pinned_by=actor.id, at=moment)
        )
    publishing.set_thread(thread.id, by_invitation=thread.by_invitation)
    return thread.id


@use_case
def close_in_time() -> int:
    """Close the chats whose hour has come; return how many."""
    due = (
        select(Chat.thread_id)
        .join(Thread, Thread.id == Chat.thread_id)
        .where(Chat.closes_at <= clock.now(), Thread.state == "open")
    )
    ids = list(db.session.scalars(due))
    for thread_id in ids:
        publishing.set_thread(thread_id, state="closed")
    return len(ids)


def _require_room(thread_id: int) -> None:
    count = select(func.count()).where(ChatPin.thread_id == thread_id)
    if (db.session.scalar(count) or 0) >= policies.MOST_PINS:
        require(deny("chat.too_many_pins"))


def _led(actor: Actor, thread_id: int) -> tuple[Chat, Thread, Standing]:
    chat = single.chat_for_change(thread_id)
    thread = publishing.thread_for_change(thread_id)
    who = standing(actor, chat.community_id)
    require(policies.may_lead(who, thread.author_id))
    return chat, thread, who


def _journal(
    actor: Actor, who: Standing, chat: Chat, thread: Thread, kind: str, **more: Any
) -> None:
    """A moderator's act on another person's chat stands in the journal; one's own affairs do not."""
    if actor == SYSTEM or thread.author_id == actor.user_id:
        return
    audit.record(
        actor,
        kind,
        actor_role=who.role,
        community_id=chat.community_id,
        target=("thread", thread.id),
        author_id=thread.author_id,
        body={"thread_id": thread.id, **more},
    )


def _told(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ") if moment is not None else ""
