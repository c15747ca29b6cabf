"""A pause that a rule began, lifted before its end by a person who says why (rules, §3)."""

from community.audit import services as audit
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.errors import Conflict, Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.moderation import policies
from community.moderation.queries import rulings
from community.moderation.services import readers, settling
from community.notices import services as notices
from community.publishing import pauses


@use_case
def lift_pause(actor: Actor, number: int, *, reason: str) -> int:
    """Let a member write again before the pause ends; return the number of the act in the journal.

    The member is told why; an open appeal against the pause is closed as granted. Raises ``Conflict``
    when the pause is over, ``Refused`` for one's own.
    """
    pauses.lock(number)
    what = rulings.ruling(number)
    if what.kind != "pause":
        raise NotFound
    require(policies.may_lift_pause(standing(actor, what.community_id), what.about_id))
    said = " ".join(reason.split())
    if len(said) < settling.SHORTEST:
        raise Invalid({"reason": [N_("Write at least 20 characters: the member should see why.")]})
    if not what.stands:
        raise Conflict("pause.over")
    role = readers.role_in(actor, what.community_id)
    pauses.end(number)
    settling.cancelled_by_hand(actor, number, role=role, reason=said)
    lifted = audit.record(
        actor,
        "entry.pause_lifted",
        actor_role=role,
        community_id=what.community_id,
        target=("user", what.about_id),
        author_id=what.about_id,
        body={"previous": number},
        sealed={"reason": said},
    )
    notices.tell(
        [what.about_id],
        "moderation.pause_lifted",
        community_id=what.community_id,
        url=f"/decisions/{number}",
        params={"number": number, "reason": said},
    )
    return lifted
