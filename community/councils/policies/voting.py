"""Who puts a question to the vote, and when; pure. How votes are counted is the ballots' affair."""

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.councils.policies.floor import GOES_ON
from community.councils.policies.holding import CouncilLike, has_quorum, leads, needed


def may_lead_votes(who: Standing, council: CouncilLike) -> Verdict:
    """Both desks open votes, close and recount them."""
    if not who.is_member or not leads(council, who.user_id):
        return deny("council.for_the_desks")
    return ALLOW


def may_put_to_vote(
    who: Standing, council: CouncilLike, item_state: str, *, expected: int, counted: int
) -> Verdict:
    """A vote is opened on the current item of an open council that has its quorum."""
    if not (verdict := may_lead_votes(who, council)):
        return verdict
    if council.state != "open" or item_state != "current":
        return deny("council.vote_on_current")
    if not has_quorum(council, expected=expected, counted=counted):
        return deny("council.no_quorum", counted=counted, needed=needed(council.quorum, expected))
    return ALLOW


def may_vote_now(state: str) -> Verdict:
    """Votes are taken while the council goes on, in a break too."""
    return ALLOW if state in GOES_ON else deny("council.is_over")


def may_recount(who: Standing, council: CouncilLike) -> Verdict:
    """Both desks let the stored votes be counted again, after the council too."""
    return may_lead_votes(who, council)
