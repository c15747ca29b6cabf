"""The minutes as a machine of states: draft → objections → signing → sealed; pure.

The draft is shown to the participants, who object within a term; when it is over and every objection
is answered, the two desks sign. Till the second signature the secretary may take the minutes back to
the draft: they are shown anew then.
"""

from datetime import datetime, timedelta
from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.councils.policies.holding import CouncilLike

TERM, LONGEST_TERM = 3, 14
"""Days for objections: what is offered, and the most."""


class MinutesLike(Protocol):
    """What policies need of minutes."""

    state: str
    objections_until: datetime | None
    secretary_signed_at: datetime | None
    chairman_signed_at: datetime | None


def may_write_down(who: Standing, council: CouncilLike, minutes: MinutesLike) -> Verdict:
    """The secretary writes the minutes, from the opening of the council till they are being signed."""
    if not who.is_member or who.user_id != council.secretary_id:
        return deny("council.for_the_secretary")
    if minutes.state == "sealed":
        return deny("council.minutes_sealed")
    return ALLOW if minutes.state in ("draft", "objections") else deny("council.minutes_signed")


def may_show(who: Standing, council: CouncilLike, minutes: MinutesLike) -> Verdict:
    """The secretary shows the draft when the council is over."""
    if not who.is_member or who.user_id != council.secretary_id:
        return deny("council.for_the_secretary")
    if council.state != "closed":
        return deny("council.goes_on")
    return ALLOW if minutes.state == "draft" else deny("council.minutes_moved_on")


def may_object(who: Standing, minutes: MinutesLike, at: datetime) -> Verdict:
    """Every member who knows of the council objects within the term."""
    if not who.is_member:
        return deny("council.not_a_member")
    if minutes.state != "objections" or is_over(minutes, at):
        return deny("council.no_objections_now")
    return ALLOW


def may_answer(who: Standing, council: CouncilLike, minutes: MinutesLike) -> Verdict:
    """The secretary answers objections, after the term too."""
    if not who.is_member or who.user_id != council.secretary_id:
        return deny("council.for_the_secretary")
    return ALLOW if minutes.state == "objections" else deny("council.minutes_moved_on")


def may_add(who: Standing, council: CouncilLike, minutes: MinutesLike, at: datetime) -> Verdict:
    """Words come into the minutes' thread from the secretary, and from others while they may object."""
    written = may_write_down(who, council, minutes)
    return ALLOW if may_object(who, minutes, at) else written


def is_over(minutes: MinutesLike, at: datetime) -> bool:
    """Tell whether the term for objections has run out."""
    return minutes.objections_until is not None and at >= minutes.objections_until


def hand(who: Standing, council: CouncilLike) -> str:
    """Return as whom a person signs: secretary, chairman, or nothing."""
    if who.user_id == council.secretary_id:
        return "secretary"
    return "chairman" if who.user_id == council.chairman_id else ""


def may_sign(who: Standing, council: CouncilLike, minutes: MinutesLike) -> Verdict:
    """The secretary and the chairman sign, each once."""
    mine = hand(who, council)
    if not who.is_member or not mine:
        return deny("council.for_the_two_desks")
    if minutes.state == "sealed":
        return deny("council.minutes_sealed")
    if minutes.state != "signing":
        return deny("council.not_to_be_signed")
    signed = minutes.secretary_signed_at if mine == "secretary" else minutes.chairman_signed_at
    return ALLOW if signed is None else deny("council.signed_already")


def may_take_back(who: Standing, council: CouncilLike, minutes: MinutesLike) -> Verdict:
    """The secretary takes the minutes back to the draft till the second signature."""
    if not who.is_member or who.user_id != council.secretary_id:
        return deny("council.for_the_secretary")
    if minutes.state == "sealed":
        return deny("council.minutes_sealed")
    return ALLOW if minutes.state in ("objections", "signing") else deny("council.minutes_moved_on")


def term(days: int) -> timedelta | None:
    """Return a term of so many days, or None where it is too short or too long."""
    return timedelta(days=days) if 1 <= days <= LONGEST_TERM else None
