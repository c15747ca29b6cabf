"""What of a council is one reader's own: whether they are here, their hand, their votes, their marks."""

from collections.abc import Mapping
from dataclasses import dataclass

from community.ballots import queries as ballots
from community.ballots import views
from community.ballots.views import BallotView
from community.communities.standing import Standing
from community.core import clock
from community.core.errors import NotFound
from community.councils.policies import floor as policies
from community.councils.policies import holding
from community.councils.queries import queue
from community.councils.queries.hall import Stand
from community.councils.queries.queue import TurnView
from community.publishing.access import Viewer


@dataclass(frozen=True, slots=True)
class Mine:
    """The reader's own part of the hall."""

    user_id: int
    is_expected: bool
    is_here: bool
    may_come: bool
    leads: bool
    chairs: bool
    turn: TurnView | None
    asked: frozenset[int]
    votes: Mapping[int, BallotView]
    """The open votes with the voices that the reader casts."""


def of(stand: Stand, who: Standing, reader: Viewer) -> Mine:
    """Return what is the reader's own in a council that stands so."""
    me = who.user_id or 0
    known = next((each for each in stand.people if each.id == me), None)
    came = policies.may_come(who, stand.state, stand.starts_at, clock.now())
    return Mine(
        user_id=me,
        is_expected=known is not None,
        is_here=known is not None and known.is_here,
        may_come=bool(came),
        leads=holding.leads(stand, me),
        chairs=me == stand.chairman_id,
        turn=next((each for each in stand.turns if each.user_id == me), None),
        asked=queue.asked_too(stand.current.id, me) if stand.current and stand.questions else NONE,
        votes=_votes(stand, who, reader),
    )


NONE: frozenset[int] = frozenset()


def _votes(stand: Stand, who: Standing, reader: Viewer) -> dict[int, BallotView]:
    found = {}
    for vote in stand.open_votes:
        try:
            row = ballots.ballot(reader, vote.ballot_id, stand.community_id)
        except NotFound:
            continue  # its words were hidden this very moment
        found[vote.ballot_id] = views.view(row, who)
    return found
