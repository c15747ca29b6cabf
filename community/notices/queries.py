"""What a person was told, as the bell and the list show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from community.core.db import db, fetch
from community.core.errors import NotFound
from community.notices.models import MailChoice, Notice
from community.notices.sentences import GROUPS, Told, as_of_now, card, say

PER_PAGE = 20
_MANY = 100


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of the list, in the reader's language."""

    id: int
    text: str
    at: datetime
    is_new: bool
    has_target: bool
    card: Mapping[str, Any] | None = None
    """The decision that it tells of, whole."""


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """A numbered page of notices, newest first."""

    rows: Sequence[NoticeRow]
    number: int
    last: int
    unread: int


UNREAD = select(func.count()).select_from(
    select(Notice.id)
    .where(Notice.user_id == bindparam("user"), Notice.read_at.is_(None))
    .limit(_MANY)
    .subquery()
)


def unread_count(user_id: int) -> int:
    """Count the unread notices of a person, up to a hundred: the bell shows «99+»."""
    return fetch(UNREAD, user=user_id).scalar() or 0


def page(user_id: int, number: int = 1) -> NoticesPage:
    """Return a page of a person's notices; a number past the end is ``NotFound``."""
    total = db.session.scalar(select(func.count()).where(Notice.user_id == user_id)) or 0
    last = max(1, -(-total // PER_PAGE))
    if not 1 <= number <= last:
        raise NotFound
    found = db.session.scalars(
        select(Notice)
        .where(Notice.user_id == user_id)
        .order_by(Notice.id.desc())
        .limit(PER_PAGE)
        .offset((number - 1) * PER_PAGE)
    )
    shown = [(each, told(each)) for each in found]
    params = as_of_now([value for _notice, value in shown])
    rows = [_row(notice, value, params[notice.id]) for notice, value in shown]
    return NoticesPage(rows, number, last, unread_count(user_id))


def _row(notice: Notice, value: Told, params: Mapping[str, Any]) -> NoticeRow:
    text = say(notice.code, params)
    return NoticeRow(
        id=notice.id,
        text=text,
        at=notice.created_at,
        is_new=notice.read_at is None,
        has_target=bool(notice.url),
        card=card(value),
    )


def told(notice: Notice) -> Told:
    """Return a notice as a value."""
    return Told(
        id=notice.id,
        user_id=notice.user_id,
        community_id=notice.community_id,
        code=notice.code,
        params=notice.params,
        url=notice.url,
        actor_id=notice.actor_id,
    )


def target(user_id: int, notice_id: int) -> str | None:
    """Return where a person's own notice leads, or None; those of others are ``NotFound``."""
    query = select(Notice.id, Notice.url).where(Notice.id == notice_id, Notice.user_id == user_id)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound
    url: str | None = row.url
    return url


def mail_choices(user_id: int) -> dict[str, bool]:
    """Return each group of notices with whether the person gets it by mail."""
    off = set(db.session.scalars(select(MailChoice.group).where(MailChoice.user_id == user_id)))
    return {group: group not in off for group in GROUPS}
