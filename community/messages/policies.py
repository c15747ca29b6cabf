"""Who may write to whom; pure, one condition a line."""

from community.core.actor import Actor
from community.core.verdict import ALLOW, Verdict, deny


def may_write_to(actor: Actor, other_id: int, *, is_here: bool, shares: bool) -> Verdict:
    """Any member writes to any other member directly (S3 §6 rights 2); strangers do not."""
    if actor.user_id == other_id:
        return deny("letter.to_yourself")
    if not is_here:
        return deny("letter.person_gone")
    if not shares:
        return deny("letter.nothing_shared")
    return ALLOW
