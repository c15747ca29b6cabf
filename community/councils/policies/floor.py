"""Who comes in, who asks for the floor, who gives it, who asks the rapporteur; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.councils.policies.holding import EARLY, CouncilLike, leads

GOES_ON = ("open", "break")
EDITED_WITHIN = timedelta(minutes=15)
"""A line of the talk is changed within so long, as in a chat."""


class TurnLike(Protocol):
    """What policies need of a raised hand."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def asked_at(self) -> datetime: ...


T = TypeVar("T", bound=TurnLike)


def may_come(who: Standing, state: str, starts_at: datetime, at: datetime) -> Verdict:
    """The doors are open from half an hour before the appointed time till the closing."""
    if not who.is_member:
        return deny("council.not_a_member")
    if state in GOES_ON:
        return ALLOW
    if state != "planned":
        return deny("council.is_over")
    return ALLOW if at >= starts_at - EARLY else deny("council.doors_closed")


def may_raise_hand(who: Standing, council_state: str, item_state: str, *, is_here: bool) -> Verdict:
    """Whoever is here asks for the floor on the current item of an open council."""
    if not who.is_member:
        return deny("council.not_a_member")
    if council_state not in GOES_ON or item_state != "current":
        return deny("council.no_floor")
    return ALLOW if is_here else deny("council.come_first")


def may_give_floor(who: Standing, council: CouncilLike) -> Verdict:
    """Both desks give the floor and take it back."""
    if not who.is_member or not leads(council, who.user_id):
        return deny("council.for_the_desks")
    return ALLOW if council.state == "open" else deny("council.not_now")


def may_mark_question(who: Standing, council: CouncilLike) -> Verdict:
    """Both desks say what was asked and what is answered."""
    if not who.is_member or not leads(council, who.user_id):
        return deny("council.for_the_desks")
    return ALLOW if council.state in ("planned", *GOES_ON) else deny("council.is_over")


def may_ask_too(who: Standing, state: str, author_id: int) -> Verdict:
    """A member says once that they ask the same; one's own question counts already."""
    if not who.is_member:
        return deny("council.not_a_member")
    if state not in ("planned", *GOES_ON):
        return deny("council.is_over")
    return deny("council.own_question") if who.user_id == author_id else ALLOW


def may_change_line(written: datetime, at: datetime) -> Verdict:
    """A line is changed soon after it was written, while its answers still fit it."""
    if at >= written + EDITED_WITHIN:
        minutes = int(EDITED_WITHIN.total_seconds() // 60)
        return deny("council.too_late_to_edit", minutes=minutes)
    return ALLOW


def in_order(turns: Sequence[T]) -> list[T]:
    """Return raised hands in the order of the floor: remarks first, then speeches, as they were asked."""
    return sorted(turns, key=lambda turn: (turn.kind != "remark", turn.asked_at, turn.id))
