"""What people do to communities: each function is one use case, seats are taken at one place."""

from community.communities.services.applications import (
    Outcome,
    admit,
    apply,
    approve,
    refuse,
    withdraw,
)
from community.communities.services.documents import agree, publish_document
from community.communities.services.founding import Founded, found, spin_off
from community.communities.services.invitations import (
    Made,
    accept_invitation,
    invite,
    open_invitation,
    revoke_invitation,
)
from community.communities.services.members import (
    ask_to_confirm,
    confirm,
    leave,
    leave_all,
    remove,
    resume,
    suspend,
    touch,
)
from community.communities.services.offers import accept_offer, decline_offer, lapse, lapse_due
from community.communities.services.roles import grant, hand_over, revoke
from community.communities.services.settings import change_card, set_cap, switch_services

__all__ = [
    "Founded",
    "Made",
    "Outcome",
    "accept_invitation",
    "accept_offer",
    "admit",
    "agree",
    "apply",
    "approve",
    "ask_to_confirm",
    "change_card",
    "confirm",
    "decline_offer",
    "found",
    "grant",
    "hand_over",
    "invite",
    "lapse",
    "lapse_due",
    "leave",
    "leave_all",
    "open_invitation",
    "publish_document",
    "refuse",
    "remove",
    "resume",
    "revoke",
    "revoke_invitation",
    "set_cap",
    "spin_off",
    "suspend",
    "switch_services",
    "touch",
    "withdraw",
]
