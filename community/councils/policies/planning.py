"""Who may say what before a council begins: proposals, reports, the agenda."""

from datetime import datetime
from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.councils.policies.holding import CouncilLike

OPEN_TO_CHANGE = frozenset({"proposed", "listed"})
"""An item whose words, minutes and place may still be changed."""


class ProposingLike(CouncilLike, Protocol):
    """A council that may take proposals."""

    proposals_until: datetime | None


def takes_proposals(council: ProposingLike, at: datetime) -> bool:
    """Tell whether members may propose items now."""
    until = council.proposals_until
    return council.state == "planned" and until is not None and at < until


def may_propose(who: Standing, council: ProposingLike, at: datetime) -> Verdict:
    """Any member proposes an item till the date that the desk has set."""
    if not who.is_member:
        return deny("council.not_a_member")
    if council.state != "planned":
        return deny("council.has_begun")
    if council.proposals_until is None:
        return deny("council.no_proposals")
    return ALLOW if takes_proposals(council, at) else deny("council.proposals_over")


def may_seat(who: Standing, council: CouncilLike) -> Verdict:
    """Who leads is changed by the chairman, and by those who may call a council."""
    if who.is_member and (who.user_id == council.chairman_id or who.is_moderator):
        return ALLOW
    return deny("council.for_the_chair")


def can_change_item(state: str) -> Verdict:
    """What is on the agenda or proposed is changed; what was decided on stays."""
    return ALLOW if state in OPEN_TO_CHANGE else deny("council.item_not_now")


def can_list(state: str) -> Verdict:
    """A proposal is put on the agenda; so is again what was declined or taken off."""
    fits = state in ("proposed", "declined", "withdrawn")
    return ALLOW if fits else deny("council.item_not_now")


def can_answer_proposal(state: str) -> Verdict:
    """A proposal is answered once."""
    return ALLOW if state == "proposed" else deny("council.item_not_now")
