"""Who may do what in a chat, and when; pure, one condition a line."""

from datetime import datetime, timedelta
from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.publishing.policies import suspended

EDITED_WITHIN = timedelta(minutes=15)
MOST_PINS = 5


class HoursLike(Protocol):
    """What policies need of a chat."""

    opens_at: datetime | None
    closes_at: datetime | None
    pace: int


def may_open(who: Standing) -> Verdict:
    """Any member opens a chat."""
    if not who.is_member:
        return suspended(who) if who.is_suspended else deny("chat.not_a_member")
    return ALLOW


def may_say(
    who: Standing, chat: HoursLike, state: str, at: datetime, last_said: datetime | None
) -> Verdict:
    """Members write within the hours, at the pace that was set; moderators keep no pace."""
    if not who.is_member:
        return suspended(who) if who.is_suspended else deny("chat.not_a_member")
    if state != "open":
        return deny("chat.is_closed")
    if chat.opens_at is not None and at < chat.opens_at:
        return deny("chat.not_begun")
    if chat.closes_at is not None and at >= chat.closes_at:
        return deny("chat.is_over")
    return ALLOW if who.is_moderator else _keeps_pace(chat, at, last_said)


def _keeps_pace(chat: HoursLike, at: datetime, last_said: datetime | None) -> Verdict:
    if chat.pace and last_said is not None and at < last_said + timedelta(seconds=chat.pace):
        return deny("chat.too_soon", seconds=chat.pace)
    return ALLOW


def may_change_line(written: datetime, at: datetime) -> Verdict:
    """A line is changed soon after it was written, while its answers still fit it."""
    if at >= written + EDITED_WITHIN:
        minutes = int(EDITED_WITHIN.total_seconds() // 60)
        return deny("chat.too_late_to_edit", minutes=minutes)
    return ALLOW


def may_lead(who: Standing, author_id: int) -> Verdict:
    """Who opened a chat leads it, and so do the moderators."""
    if who.is_moderator or (who.is_member and who.user_id == author_id):
        return ALLOW
    return deny("chat.not_yours")


def may_set_pace(who: Standing) -> Verdict:
    """Slow mode is a moderator's."""
    return ALLOW if who.is_moderator else deny("chat.for_moderators")


def may_hold_hours(opens: datetime | None, closes: datetime | None, at: datetime) -> Verdict:
    """The end comes after the beginning, and after now."""
    if opens is not None and closes is not None and opens >= closes:
        return deny("chat.hours_backwards")
    if closes is not None and closes <= at:
        return deny("chat.hours_past")
    return ALLOW
