"""Who opens, votes, closes and reads results; pure, one condition a line."""

from datetime import datetime
from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny

FEW = 5
"""A secret ballot with fewer votes shows no split: a few votes name their voters."""


class BallotLike(Protocol):
    """What policies need of a ballot."""

    kind: str
    secrecy: str
    results: str
    state: str
    author_id: int
    closes_at: datetime
    cast: int


def may_open(who: Standing, kind: str) -> Verdict:
    """Any member asks for an opinion; what binds all is put to the vote by those who answer for it."""
    if not who.is_member:
        return deny("ballot.not_a_member")
    if kind == "decision" and not who.is_moderator:
        return deny("ballot.decision_by_moderators")
    return ALLOW


def may_vote(ballot: BallotLike, now: datetime, *, on_roll: bool, has_voted: bool) -> Verdict:
    """Those on the roll vote till the closing; a secret vote is final, for nobody can find it again."""
    if ballot.state == "cancelled":
        return deny("ballot.cancelled")
    if ballot.state != "open" or now >= ballot.closes_at:
        return deny("ballot.closed")
    if not on_roll:
        return deny("ballot.not_on_roll")
    if ballot.secrecy == "secret" and has_voted:
        return deny("ballot.voted_already")
    return ALLOW


def may_close(who: Standing, ballot: BallotLike) -> Verdict:
    """The author closes what they opened; a moderator may too."""
    if who.user_id != ballot.author_id and not who.is_moderator:
        return deny("ballot.not_yours")
    return ALLOW


def may_see_results(ballot: BallotLike, *, has_voted: bool, group_closed: bool) -> bool:
    """Results come when the author promised, and those of linked ballots together."""
    if ballot.state == "closed":
        return group_closed
    if ballot.state == "cancelled" or ballot.secrecy == "secret":
        return False
    return ballot.results == "at_once" or (ballot.results == "after_vote" and has_voted)


def may_see_split(ballot: BallotLike) -> bool:
    """Tell whether the votes by option may be shown."""
    return ballot.secrecy == "open" or ballot.cast >= FEW
