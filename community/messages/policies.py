"""Who may write to whom; pure, one condition a line."""

from datetime import datetime

from community.core.actor import Actor
from community.core.verdict import ALLOW, Verdict, deny

AN_HOUR = 30
"""So many letters a person sends within an hour: enough for talk, too few for a mailing."""


def may_send_more(sent: int, free_at: datetime | None, at: str) -> Verdict:
    """Letters are for talk; the thirty-first within an hour waits (``at``: free_at in words)."""
    if sent >= AN_HOUR and free_at is not None:
        return deny("letter.too_many", limit=AN_HOUR, time=at)
    return ALLOW


def may_rewrite(*, is_mine: bool, is_read: bool) -> Verdict:
    """A letter is changed by its author until the other has read it."""
    if not is_mine:
        return deny("entry.not_yours")
    if is_read:
        return deny("letter.already_read")
    return ALLOW


def may_write_to(actor: Actor, other_id: int, *, is_here: bool, shares: bool) -> Verdict:
    """Any member writes to any other member directly (S3 §6 rights 2); strangers do not."""
    if actor.user_id == other_id:
        return deny("letter.to_yourself")
    if not is_here:
        return deny("letter.person_gone")
    if not shares:
        return deny("letter.nothing_shared")
    return ALLOW
