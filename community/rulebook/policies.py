"""Who reads, tries, proposes and accepts; pure, one condition a line."""

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny


def may_keep(who: Standing) -> Verdict:
    """Moderators and administrators of a community keep its rules."""
    return ALLOW if who.is_moderator else deny("rulebook.for_moderators")


def may_accept(who: Standing, made_by: int) -> Verdict:
    """A second person accepts: never the one who proposed (rules, §2)."""
    if not who.is_moderator:
        return deny("rulebook.for_moderators")
    if who.user_id == made_by:
        return deny("rulebook.second_person")
    return ALLOW
