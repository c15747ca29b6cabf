"""The votes of a council as everybody sees them; one's own voices are asked of the ballots' floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from community.ballots import counting, policies
from community.ballots.models import Ballot, BallotVoter
from community.core.db import fetch
from community.councils.models import CouncilItem, CouncilVote
from community.publishing.models import Entry


@dataclass(frozen=True, slots=True)
class VoteView:
    """A vote of the council: its question, how it is counted, how far it is, what came of it."""

    ballot_id: int
    item_id: int
    title: str
    secrecy: str
    majority: str
    base: str
    present: int
    state: str
    cast: int
    voters: int
    group_id: int | None
    closes_at: datetime
    closed_at: datetime | None
    outcome: str
    """accepted, rejected, none — or nothing while it is hidden: till it and its linked votes are closed."""
    split: Sequence[int]
    """For, against, abstained; nothing where it is hidden or would name voters."""
    is_reconciled: bool
    roll: Sequence[int]
    """Who votes, in an open vote: in person or for one who trusts them."""

    @property
    def is_declared(self) -> bool:
        """Tell whether the result is shown to all."""
        return bool(self.outcome)


_ALL = (
    select(
        Ballot.id, CouncilVote.item_id, Entry.title, Ballot.secrecy, Ballot.majority,
        CouncilVote.base, CouncilVote.present, Ballot.state, Ballot.cast, Ballot.voters,
        Ballot.group_id, Ballot.closes_at, Ballot.closed_at, Ballot.result,
    )
    .join(CouncilVote, CouncilVote.ballot_id == Ballot.id)
    .join(CouncilItem, CouncilItem.thread_id == CouncilVote.item_id)
    .join(Entry, Entry.id == Ballot.entry_id)
    .where(CouncilItem.council_id == bindparam("council"), Entry.state == "published")
)  # fmt: skip
_VOTES = _ALL.where(or_(CouncilVote.item_id == bindparam("item"), Ballot.state == "open")).order_by(
    Ballot.state != "open", Ballot.id.desc()
)
_KEPT = _ALL.where(Ballot.state == "closed").order_by(CouncilItem.place, Ballot.id)
_ITEM = (
    select(CouncilVote.item_id)
    .join(CouncilItem, CouncilItem.thread_id == CouncilVote.item_id)
    .where(
        CouncilItem.council_id == bindparam("council"),
        CouncilVote.ballot_id == bindparam("ballot"),
    )
)
_ROLL = select(BallotVoter.ballot_id, BallotVoter.user_id, BallotVoter.proxy_id).where(
    BallotVoter.ballot_id.in_(bindparam("ballots", expanding=True))
)


def of_council(council_id: int, item_id: int) -> list[VoteView]:
    """Return the votes that go on and those of the item, the open ones first, then the latest."""
    rows = fetch(_VOTES, council=council_id, item=item_id).all()
    unfinished = {row.group_id for row in rows if row.state == "open"} - {None}
    rolls = _rolls([row.id for row in rows if row.state == "open"])
    return [_view(row, unfinished, rolls.get(row.id, ())) for row in rows]


def kept(council_id: int) -> list[VoteView]:
    """Return the votes that were counted at a council, in the order of its agenda."""
    return [_view(row, set(), ()) for row in fetch(_KEPT, council=council_id)]


def of_item(council_id: int, item_id: int) -> list[VoteView]:
    """Return the votes of one item, with none of the others."""
    return [each for each in of_council(council_id, item_id) if each.item_id == item_id]


def one(council_id: int, ballot_id: int) -> VoteView | None:
    """Return one vote of a council, or None where it has no such vote that can be read."""
    row = fetch(_ITEM, council=council_id, ballot=ballot_id).one_or_none()
    known = of_council(council_id, row[0]) if row is not None else []
    return next((each for each in known if each.ballot_id == ballot_id), None)


def _view(row: Any, unfinished: set[int | None], roll: Sequence[int]) -> VoteView:
    shown = row.state == "closed" and row.group_id not in unfinished and row.result is not None
    split: tuple[int, ...] = ()
    if shown and policies.may_see_split(row):
        lines = row.result["lines"]
        split = tuple(
            lines[each]["votes"] for each in (counting.FOR, counting.AGAINST, counting.ABSTAINED)
        )
    return VoteView(
        ballot_id=row.id, item_id=row.item_id, title=row.title, secrecy=row.secrecy,
        majority=row.majority, base=row.base, present=row.present, state=row.state, cast=row.cast,
        voters=row.voters, group_id=row.group_id, closes_at=row.closes_at, closed_at=row.closed_at,
        outcome=row.result["outcome"] if shown else "", split=split,
        is_reconciled=not shown or bool(row.result["reconciled"]), roll=roll,
    )  # fmt: skip


def _rolls(ballot_ids: list[int]) -> dict[int, list[int]]:
    if not ballot_ids:
        return {}
    found: dict[int, set[int]] = {}
    for ballot_id, user_id, proxy_id in fetch(_ROLL, ballots=ballot_ids):
        found.setdefault(ballot_id, set()).update({user_id, proxy_id} - {None})
    return {ballot_id: sorted(people) for ballot_id, people in found.items()}
