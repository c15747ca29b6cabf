"""Who may answer an invitation, and who may hold another's voice; pure."""

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny

MOST_VOICES = 3
"""So many voices of others one person holds at most."""
ANSWERS = ("yes", "no", "proxy")


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
