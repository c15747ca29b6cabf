"""Who may answer an invitation, who may hold another's voice, when to remind; pure."""

from datetime import datetime, timedelta

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny

MOST_VOICES = 3
"""So many voices of others one person holds at most."""
ANSWERS = ("yes", "no", "proxy")
REMIND = (timedelta(hours=24), timedelta(hours=1))
"""How long before the beginning one is reminded, the first reminder first."""


def may_answer(who: Standing, *, is_expected: bool, state: str) -> Verdict:
    """Those expected answer, and change their answer, until it is over or called off."""
    if not who.is_member:
        return deny("calendar.not_a_member")
    if not is_expected:
        return deny("calendar.not_expected")
    if state == "cancelled":
        return deny("calendar.called_off")
    return ALLOW if state == "planned" else deny("calendar.answers_over")


def may_entrust(*, takes_proxies: bool, to_oneself: bool) -> Verdict:
    """A voice is given to another person, where voices by proxy are taken."""
    if not takes_proxies:
        return deny("calendar.no_proxies")
    return deny("calendar.proxy_of_oneself") if to_oneself else ALLOW


def may_hold(*, is_expected: bool, is_member: bool, answer: str, held: int) -> Verdict:
    """One holds voices who is expected, comes in person, and holds fewer than ``MOST_VOICES``."""
    if not (is_expected and is_member):
        return deny("calendar.holder_not_expected")
    if answer == "proxy":
        return deny("calendar.holder_gave_away")
    if answer == "no":
        return deny("calendar.holder_stays_away")
    if held >= MOST_VOICES:
        return deny("calendar.holder_is_full", most=MOST_VOICES)
    return ALLOW


def reminder(starts_at: datetime, *, told_at: datetime, state: str, now: datetime) -> int:
    """Return the number of the reminder that is due now, or 0; only the last one where both are late."""
    if state != "planned" or now >= starts_at:
        return 0
    due = [
        number
        for number, before in enumerate(REMIND, start=1)
        if told_at <= starts_at - before <= now
    ]
    return max(due, default=0)


def may_lead(who: Standing, author_id: int | None, state: str) -> Verdict:
    """A meeting is moved and called off by whoever appointed it, or by a moderator."""
    if not who.is_member:
        return deny("calendar.not_a_member")
    if not (who.is_moderator or who.user_id == author_id):
        return deny("calendar.not_yours")
    return deny("calendar.answers_over") if state == "over" else ALLOW
