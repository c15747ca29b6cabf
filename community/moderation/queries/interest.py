"""Conflict of interest: how a person stands to a text, and who is free to decide on it (rules, §6)."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.communities.models import Membership, RoleGrant
from community.core import clock
from community.core.db import db
from community.moderation.models import Report
from community.publishing.models import Entry, Reference, Thread, ThreadPerson, VerdictRecord

HEATED = ("notice", "cooldown", "hold")
"""What a rule said of an answer that was not calm."""
LATELY = timedelta(days=14)
_SHORTEST_NAME = 4


def sides(user_id: int, entry: Entry) -> frozenset[str]:
    """Tell as which sides a person stands to a text; whoever stands nowhere may decide on it.

    «author» their own text; «target» it answers them, or a rule marked it and it names them;
    «thread» the two answered each other here, this very text or with heat; «private» they settle
    something in letters; «reporter» they complained of the text.
    """
    asked = {
        "author": entry.author_id == user_id,
        "target": _answers(user_id, entry) or _names(user_id, entry),
        "thread": _quarrelled(user_id, entry),
        "private": _settles(user_id, entry.author_id),
        "reporter": _complained(user_id, entry),
    }
    return frozenset(side for side, stands in asked.items() if stands)


def free(entry: Entry, *, but: int | None = None) -> list[int]:
    """Return who may decide on a text: its free moderators, where there are none administrators."""
    for role in ("moderator", "administrator"):
        found = [
            each
            for each in holders(entry.community_id or 0, role)
            if each != but and not sides(each, entry)
        ]
        if found:
            return found
    return []


def holders(community_id: int, role: str) -> list[int]:
    """Return the active members who hold a role."""
    held = (
        select(Membership.user_id)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(
            Membership.community_id == community_id,
            Membership.state == "active",
            RoleGrant.role == role,
        )
        .order_by(Membership.user_id)
    )
    return list(db.session.scalars(held))


def _answers(user_id: int, entry: Entry) -> bool:
    above = entry.parent_id and db.session.scalar(
        select(Entry.author_id).where(Entry.id == entry.parent_id)
    )
    return above == user_id


def _names(user_id: int, entry: Entry) -> bool:
    """A name alone makes nobody a side, or a text could name everyone who might decide on it."""
    spoke = select(VerdictRecord.id).where(
        VerdictRecord.id == entry.verdict_id, VerdictRecord.act.in_((*HEATED, "offer_move"))
    )
    if db.session.scalar(spoke) is None:
        return False
    mentioned = select(Reference.id).where(
        Reference.entry_id == entry.id, Reference.user_id == user_id
    )
    if db.session.scalar(mentioned.limit(1)) is not None:
        return True
    last = db.session.scalar(select(User.last_name).where(User.id == user_id)) or ""
    stem = last.rstrip("аяоийь") if len(last) > _SHORTEST_NAME else last
    words = f"{entry.title}\n{entry.body}"
    return bool(stem) and bool(re.search(rf"\b{re.escape(stem)}\w{{0,3}}\b", words, re.IGNORECASE))


def _quarrelled(user_id: int, entry: Entry) -> bool:
    answer, above = aliased(Entry), aliased(Entry)
    heated = or_(VerdictRecord.act.in_(HEATED), answer.state == "removed")
    pair = or_(
        and_(answer.author_id == user_id, above.author_id == entry.author_id),
        and_(answer.author_id == entry.author_id, above.author_id == user_id),
    )
    under_it = and_(above.id == entry.id, answer.author_id == user_id)
    found = (
        select(answer.id)
        .join(above, above.id == answer.parent_id)
        .outerjoin(VerdictRecord, VerdictRecord.id == answer.verdict_id)
        .where(
            answer.thread_id == entry.thread_id,
            answer.author_id != above.author_id,
            or_(under_it, and_(pair, heated)),
        )
    )
    return db.session.scalar(found.limit(1)) is not None


def _settles(user_id: int, author_id: int) -> bool:
    """Letters that began from a text of the forum, «Выяснить лично», and not any correspondence."""
    letter, hers = aliased(Entry), aliased(ThreadPerson)
    mine: Any = exists().where(
        ThreadPerson.thread_id == letter.thread_id, ThreadPerson.user_id == user_id
    )
    found = (
        select(letter.id)
        .join(Thread, and_(Thread.id == letter.thread_id, Thread.audience == "pair"))
        .join(hers, and_(hers.thread_id == letter.thread_id, hers.user_id == author_id))
        .where(
            mine,
            letter.state == "published",
            letter.created_at >= clock.now() - LATELY,
            letter.body.contains("](/e/"),
        )
    )
    return user_id != author_id and db.session.scalar(found.limit(1)) is not None


def _complained(user_id: int, entry: Entry) -> bool:
    found = select(Report.id).where(Report.entry_id == entry.id, Report.reporter_id == user_id)
    return db.session.scalar(found.limit(1)) is not None
