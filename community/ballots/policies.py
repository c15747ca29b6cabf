"""Who opens, votes, closes and reads results; pure, one condition a line."""

from datetime import datetime
from typing import Protocol

from community.communities.standing import Standing
from community.core.verdict import ALLOW, Verdict, deny
from community.publishing.policies import suspended

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


class TakingLike(Protocol):
    """What is asked of a ballot when a vote comes in."""

    @property
    def secrecy(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def closes_at(self) -> datetime: ...


class VoiceLike(Protocol):
    """One voice of the roll: whose it is, who is trusted with it, what became of it."""

    @property
    def user_id(self) -> int: ...
    @property
    def proxy_id(self) -> int | None: ...
    @property
    def has_voted(self) -> bool: ...


def may_open(who: Standing, kind: str, *, leads: bool) -> Verdict:
    """Any member asks for an opinion; what binds all is put to the vote by those who answer for it."""
    if not who.is_member:
        return suspended(who) if who.is_suspended else deny("ballot.not_a_member")
    if kind == "decision" and not (leads or who.is_moderator):
        return deny("ballot.decision_by_moderators")
    return ALLOW


def may_take(who: Standing, ballot: TakingLike, now: datetime) -> Verdict:
    """Votes are taken from members in good standing till the closing."""
    if ballot.state == "cancelled":
        return deny("ballot.cancelled")
    if ballot.state != "open" or now >= ballot.closes_at:
        return deny("ballot.closed")
    if not who.is_member:
        return suspended(who) if who.is_suspended else deny("ballot.not_a_member")
    return ALLOW


def may_cast(who: Standing, ballot: TakingLike, voice: VoiceLike, *, by_id: int | None) -> Verdict:
    """A voice is cast by its voter or by the one they trust, whoever comes first.

    ``by_id`` is who cast an open vote for its voter. A secret vote is final: nobody finds it again.
    """
    if who.user_id not in (voice.user_id, voice.proxy_id):
        return deny("ballot.not_your_proxy")
    if not voice.has_voted:
        return ALLOW
    if ballot.secrecy == "secret":
        return deny("ballot.voice_is_cast" if voice.proxy_id else "ballot.voted_already")
    if who.user_id == voice.user_id:
        return deny("ballot.voted_by_proxy") if by_id is not None else ALLOW
    return deny("ballot.voted_in_person") if by_id is None else ALLOW


def may_close(who: Standing, ballot: BallotLike, *, leads: bool) -> Verdict:
    """The author closes what they opened; a moderator and who leads the votes there may too."""
    if who.user_id != ballot.author_id and not (leads or who.is_moderator):
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
