"""Members open chats and say lines in them; every word goes through the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from community.chats import policies
from community.chats.models import Chat
from community.chats.queries import single
from community.communities.models import Membership
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.files import services as files
from community.publishing import drafts
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import Thread, ThreadPerson
from community.publishing.services import NO_RULES, Published


@dataclass(frozen=True, slots=True)
class ChatPlan:
    """What is said of a new chat besides its words; ``invited`` is None where it is open to all."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    invited: frozenset[int] | None = None


@use_case
def open_chat(
    actor: Actor,
    community_id: int,
    words: Words,
    plan: ChatPlan,
    *,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Open a chat with its theme and its hours (S3 §4 f7), for the community or by invitation."""
    require(policies.may_open(standing(actor, community_id)))
    require(policies.may_hold_hours(plan.opens_at, plan.closes_at, clock.now()))
    if not words.title.strip():
        require(deny("chat.no_theme"))
    claimed = [file.id for file in files.claim(actor, file_ids, community_id=community_id)]
    made = publishing.open_thread(
        actor, words, community_id=community_id, kind="chat", seen=seen, file_ids=claimed
    )
    if plan.invited is not None:
        _invite(made.thread_id, community_id, plan.invited | {actor.id})
        publishing.set_thread(made.thread_id, by_invitation=True)
    db.session.add(
        Chat(
            thread_id=made.thread_id,
            community_id=community_id,
            opens_at=plan.opens_at,
            closes_at=plan.closes_at,
        )
    )
    db.session.flush()
    drafts.drop(actor, place_of_new(community_id))
    return made


@use_case
def invite(actor: Actor, thread_id: int, user_ids: frozenset[int]) -> None:
    """Let more members into a chat by invitation."""
    chat, thread = _led(actor, thread_id)
    if thread.by_invitation:
        _invite(thread_id, chat.community_id, user_ids)
        publishing.set_thread(thread_id, by_invitation=True)


@use_case
def say(
    actor: Actor,
    thread_id: int,
    words: Words,
    *,
    parent_id: int | None = None,
    seen: frozenset[str] = NO_RULES,
    file_ids: Sequence[int] = (),
) -> Published:
    """Say a line; the hours, the pace and the invitation are asked by ``watching.may_write``."""
    chat = single.chat_for_change(thread_id)
    claimed = [file.id for file in files.claim(actor, file_ids, community_id=chat.community_id)]
    made = publishing.publish(
        actor, thread_id, words, parent_id=parent_id, event="chat", seen=seen, file_ids=claimed
    )
    drafts.drop(actor, place_of(thread_id))
    return made


def place_of(thread_id: int) -> str:
    """Return where a line is being written, as drafts name it."""
    return f"chat:{thread_id}"


def place_of_new(community_id: int) -> str:
    """Return where a new chat is being written."""
    return f"chats:{community_id}"


def _invite(thread_id: int, community_id: int, user_ids: frozenset[int]) -> None:
    """Name members of the community beside the thread; others are passed over."""
    members = select(Membership.user_id).where(
        Membership.community_id == community_id,
        Membership.state == "active",
        Membership.user_id.in_(user_ids),
    )
    named = select(ThreadPerson.user_id).where(ThreadPerson.thread_id == thread_id)
    known = set(db.session.scalars(named))
    for user_id in set(db.session.scalars(members)) - known:
        db.session.add(ThreadPerson(thread_id=thread_id, user_id=user_id))
    db.session.flush()


def _led(actor: Actor, thread_id: int) -> tuple[Chat, Thread]:
    chat = single.chat_for_change(thread_id)
    thread = publishing.thread_for_change(thread_id)
    require(policies.may_lead(standing(actor, chat.community_id), thread.author_id))
    return chat, thread
