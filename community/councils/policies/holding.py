"""The meeting as a machine of states: which move may be made from where, and by whom.

planned → open ⇄ break → closed; planned → cancelled. At most one item is current; it is listed, then
current, then done or put off, and a thing put off may be taken up again while the council is open.
"""

from datetime import datetime, timedelta
from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny

EARLY = timedelta(minutes=30)
"""Doors open so long before the hour: people come, the chairman may begin when all are there."""
SILENT_CHAIR = timedelta(minutes=2)
"""A chairman who is not heard of for so long may be stood in for."""
MOVES = {
    "open": frozenset({"planned"}),
    "pause": frozenset({"open"}),
    "resume": frozenset({"break"}),
    "close": frozenset({"open", "break"}),
    "cancel": frozenset({"planned"}),
    "take": frozenset({"open"}),
    "finish": frozenset({"open"}),
    "put_off": frozenset({"open"}),
}
"""Move of the desk -> states of the council from which it is made."""
ITEM_MOVES = {
    "take": frozenset({"listed", "put_off"}),
    "finish": frozenset({"current"}),
    "put_off": frozenset({"current", "listed"}),
}


class CouncilLike(Protocol):
    """What policies need of a council."""

    @property
    def state(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def chairman_id(self) -> int: ...
    @property
    def secretary_id(self) -> int: ...
    @property
    def deputy_id(self) -> int | None: ...
    @property
    def quorum(self) -> str: ...


def may_call(who: Standing) -> Verdict:
    """Councils are called by the administrator and the moderators."""
    return ALLOW if who.is_moderator else deny("council.for_moderators")


def leads(council: CouncilLike, user_id: int | None) -> bool:
    """Tell whether the person sits at one of the two desks."""
    return user_id in (council.chairman_id, council.secretary_id)


def may_prepare(who: Standing, council: CouncilLike) -> Verdict:
    """The agenda is made by the two desks, the administrator and the moderators, before it begins."""
    if not who.is_member:
        return deny("council.not_a_member")
    if not (leads(council, who.user_id) or who.is_moderator):
        return deny("council.for_the_desk")
    return ALLOW if council.state == "planned" else deny("council.has_begun")


def may_move(who: Standing, council: CouncilLike, move: str) -> Verdict:
    """The chairman moves the council; the secretary stands in where the chair asks for it."""
    if who.user_id != council.chairman_id or not who.is_member:
        return deny("council.for_the_chair")
    return can_move(council, move)


def can_move(council: CouncilLike, move: str) -> Verdict:
    """Tell whether the move leads on from the state of the council."""
    return ALLOW if council.state in MOVES[move] else deny("council.not_now")


def can_move_item(state: str, move: str) -> Verdict:
    """Tell whether the move leads on from the state of an item."""
    return ALLOW if state in ITEM_MOVES[move] else deny("council.item_not_now")


def may_open(starts_at: datetime, at: datetime) -> Verdict:
    """The doors open half an hour before the appointed time."""
    return ALLOW if at >= starts_at - EARLY else deny("council.too_early")


def needed(quorum: str, expected: int) -> int:
    """Return how many must be counted for a quorum: more than half of all, or two thirds."""
    return expected // 2 + 1 if quorum == "half" else -(-2 * expected // 3)


def has_quorum(council: CouncilLike, *, expected: int, counted: int) -> bool:
    """Tell whether enough people are counted."""
    return expected > 0 and counted >= needed(council.quorum, expected)


def may_take_chair(
    who: Standing, council: CouncilLike, heard_of_chairman: datetime | None, at: datetime
) -> Verdict:
    """The deputy or the secretary takes the chair of one who dropped out of an open council."""
    if not who.is_member or not is_heir(council, who.user_id):
        return deny("council.for_the_heir")
    if council.state not in ("open", "break", "planned"):
        return deny("council.not_now")
    if heard_of_chairman is not None and at < heard_of_chairman + SILENT_CHAIR:
        return deny("council.chair_is_here")
    return ALLOW


def is_heir(council: CouncilLike, user_id: int | None) -> bool:
    """Tell whether the person may stand in for a chairman who drops out."""
    heir = council.deputy_id or council.secretary_id
    return user_id is not None and user_id in (heir, council.secretary_id)


def may_pass_chair(who: Standing, council: CouncilLike) -> Verdict:
    """The chairman hands a desk over; an administrator may, when both are empty.

    After the closing too, as long as there are minutes to be signed.
    """
    if not who.is_member or not (who.user_id == council.chairman_id or who.is_administrator):
        return deny("council.for_the_chair")
    return (
        ALLOW
        if council.state in ("planned", "open", "break", "closed")
        else deny("council.not_now")
    )
