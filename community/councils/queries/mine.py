"""What of a council is one reader's own: whether they are here, their hand, their votes, their marks.

A hundred and fifty people ask for it when a vote is opened, so it takes two questions for all votes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from community.accounts import names
from community.accounts.models import User
from community.ballots import policies as ballot_policies
from community.ballots.models import BallotOption, BallotVote, BallotVoter
from community.ballots.queries import Voice
from community.communities.standing import Standing
from community.core import clock
from community.core.db import fetch
from community.councils.policies import floor as policies
from community.councils.policies import holding
from community.councils.queries import queue
from community.councils.queries.hall import Stand
from community.councils.queries.queue import TurnView
from community.councils.queries.votes import VoteView


@dataclass(frozen=True, slots=True)
class Card:
    """A voice that the reader casts in a vote: their own, or one entrusted to them."""

    user_id: int
    name: str
    holder: str
    """Whom the voter trusts, where they do."""
    is_own: bool
    has_voted: bool
    may_vote: bool
    by_other: bool
    """In an open vote: it was cast by the other one of the two."""
    chosen: frozenset[int]
    """Places of what was chosen: for, against, abstained; nothing of a secret vote."""


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
    votes: Mapping[int, Sequence[Card]]
    """The open votes with the voices that the reader casts in them."""


def of(stand: Stand, who: Standing) -> Mine:
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
        votes=_cards(stand, who) if stand.open_votes else {},
    )


NONE: frozenset[int] = frozenset()
_holder = aliased(User)
_VOICES = (
    select(
        BallotVoter.ballot_id, BallotVoter.user_id, BallotVoter.proxy_id, BallotVoter.has_voted,
        BallotVote.by_id, BallotVote.choices, User.last_name, User.first_name, User.patronymic,
        _holder.last_name.label("holder_last"), _holder.first_name.label("holder_first"),
        _holder.patronymic.label("holder_patronymic"),
    )
    .join(User, User.id == BallotVoter.user_id)
    .outerjoin(_holder, _holder.id == BallotVoter.proxy_id)
    .outerjoin(
        BallotVote,
        and_(
            BallotVote.ballot_id == BallotVoter.ballot_id,
            BallotVote.user_id == BallotVoter.user_id,
        ),
    )
    .where(
        BallotVoter.ballot_id.in_(bindparam("ballots", expanding=True)),
        or_(
            BallotVoter.user_id == bindparam("reader"), BallotVoter.proxy_id == bindparam("reader")
        ),
    )
    .order_by(BallotVoter.user_id != bindparam("reader"), User.sort_name)
)  # fmt: skip
_OPTIONS = select(BallotOption.ballot_id, BallotOption.id, BallotOption.place).where(
    BallotOption.ballot_id.in_(bindparam("ballots", expanding=True))
)


def _cards(stand: Stand, who: Standing) -> dict[int, list[Card]]:
    votes = {each.ballot_id: each for each in stand.open_votes}
    found: dict[int, list[Card]] = {ballot_id: [] for ballot_id in votes}
    places = {
        (ballot_id, str(option_id)): place
        for ballot_id, option_id, place in fetch(_OPTIONS, ballots=list(votes))
    }
    for row in fetch(_VOICES, ballots=list(votes), reader=who.user_id or 0):
        chosen = {
            places[row.ballot_id, key] for key, ticked in (row.choices or {}).items() if ticked
        }
        found[row.ballot_id].append(_card(votes[row.ballot_id], who, row, frozenset(chosen)))
    return found


def _card(vote: VoteView, who: Standing, row: Any, chosen: frozenset[int]) -> Card:
    trusted = row.holder_last is not None
    name = names.initialled(row.last_name, row.first_name, row.patronymic)
    holder = (
        names.initialled(row.holder_last, row.holder_first, row.holder_patronymic)
        if trusted
        else ""
    )
    voice = Voice(row.user_id, name, row.proxy_id, holder, row.has_voted, row.by_id, {})
    is_own = row.user_id == who.user_id
    takes = ballot_policies.may_take(who, vote, clock.now())
    return Card(
        user_id=row.user_id, name=name, holder=holder, is_own=is_own, has_voted=row.has_voted,
        may_vote=bool(takes and ballot_policies.may_cast(who, vote, voice, by_id=row.by_id)),
        by_other=vote.secrecy == "open" and row.has_voted and is_own != (row.by_id is None),
        chosen=chosen,
    )  # fmt: skip
