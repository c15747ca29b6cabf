"""The minutes as a machine of states: draft → objections → signing → sealed; pure."""

from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.councils.policies.holding import CouncilLike


class MinutesLike(Protocol):
    """What policies need of minutes."""

    state: str


def may_write_down(who: Standing, council: CouncilLike, minutes: MinutesLike) -> Verdict:
    """The secretary writes the minutes, from the opening of the council till they are being signed."""
    if not who.is_member or who.user_id != council.secretary_id:
        return deny("council.for_the_secretary")
    if minutes.state == "sealed":
        return deny("council.minutes_sealed")
    return ALLOW if minutes.state in ("draft", "objections") else deny("council.minutes_signed")


def may_object(who: Standing, minutes: MinutesLike) -> Verdict:
    """Every member who knows of the council objects within the term."""
    if not who.is_member:
        return deny("council.not_a_member")
    return ALLOW if minutes.state == "objections" else deny("council.no_objections_now")


def may_add(who: Standing, council: CouncilLike, minutes: MinutesLike) -> Verdict:
    """Words come into the minutes' thread from the secretary, and from others while they may object."""
    written = may_write_down(who, council, minutes)
    return ALLOW if may_object(who, minutes) else written
