"""Ballots as a reader may see them; every query starts from who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from community.accounts.models import User
from community.ballots import policies
from community.ballots.models import Ballot, BallotOption, BallotVote, BallotVoter
from community.communities.models import Community
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.publishing.access import Viewer, thread_visible
from community.publishing.models import Entry, Thread
from community.publishing.unread import count_until_changed

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option as it is drawn: its words, one's own mark on it, what it got where that is shown."""

    id: int
    label: str
    mine: int | None
    votes: int
    points: int
    share: int
    """Per cent of those who voted; of the greatest number of points where points are counted."""
    is_winner: bool
    names: Sequence[str]
    """Who chose it, in an open ballot."""


@dataclass(slots=True)
class BallotView:
    """A ballot as ``templates/ballots/_ballot.html`` draws it."""

    id: int
    entry_id: int
    kind: str
    secrecy: str
    results: str
    majority: str
    base: str
    quorum: int
    most: int
    title: str
    author_name: str
    state: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    voters: int
    cast: int
    options: Sequence[OptionView]
    on_roll: bool
    has_voted: bool
    may_vote: bool
    may_close: bool
    shows_results: bool
    shows_split: bool
    result: Mapping[str, Any] | None
    number: int | None
    outcome_id: int | None
    is_linked: bool
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def has_quorum(self) -> bool:
        """Tell whether enough of the roll have voted so far."""
        return self.cast * 100 >= self.quorum * self.voters


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A ballot in a list."""

    id: int
    title: str
    kind: str
    secrecy: str
    state: str
    author_name: str
    closes_at: datetime
    cast: int
    voters: int
    waits_for_me: bool


def visible(reader: Viewer, community_id: int, statement: Any) -> Any:
    """Narrow a statement over ballots to those whose words the reader may read."""
    return (
        statement.join(Entry, Entry.id == Ballot.entry_id)
        .join(Thread, Thread.id == Ballot.thread_id)
        .where(
            Ballot.community_id == community_id, Entry.state == "published", thread_visible(reader)
        )
    )


def ballot(reader: Viewer, ballot_id: int, community_id: int) -> Any:
    """Return (Ballot, Entry, Thread, author_name); raises ``NotFound`` for what one may not know of."""
    statement = select(Ballot, Entry, Thread, User.name.label("author_name")).join(
        User, User.id == Ballot.author_id
    )
    row = db.session.execute(
        visible(reader, community_id, statement).where(Ballot.id == ballot_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def rows(
    reader: Viewer, community_id: int, *, state: str, number: int = 1
) -> tuple[list[BallotRow], int]:
    """Return a page of open or finished ballots with the number of the last page."""
    of_state = Ballot.state == "open" if state == "open" else Ballot.state != "open"
    total = db.session.scalar(
        visible(reader, community_id, select(func.count()).select_from(Ballot)).where(of_state)
    )
    last = max(1, -(-(total or 0) // PER_PAGE))
    if not 1 <= number <= last:
        raise NotFound
    order = Ballot.closes_at if state == "open" else Ballot.closed_at.desc()
    found = _listed(reader, community_id).where(of_state).order_by(order, Ballot.id)
    page = db.session.execute(found.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return [_row(each) for each in page], last


def missing(reader: Viewer, community_id: int) -> list[BallotRow]:
    """Return the open ballots that wait for the reader's vote, the nearest closing first."""
    if reader.user_id is None:
        return []
    found = _listed(reader, community_id).where(
        Ballot.state == "open",
        Ballot.closes_at > clock.now(),
        BallotVoter.has_voted.is_(False),
    )
    return [_row(each) for each in db.session.execute(found.order_by(Ballot.closes_at).limit(5))]


def missing_count(reader: Viewer, community_id: int) -> int:
    """Count the open ballots that wait for the reader's vote, for the rail."""
    if reader.user_id is None:
        return 0
    return count_until_changed(
        reader, community_id, "votes", lambda: len(missing(reader, community_id))
    )


def _listed(reader: Viewer, community_id: int) -> Any:
    mine = and_(BallotVoter.ballot_id == Ballot.id, BallotVoter.user_id == (reader.user_id or 0))
    statement = (
        select(Ballot, Entry.title, User.name.label("author_name"), BallotVoter.has_voted)
        .join(User, User.id == Ballot.author_id)
        .outerjoin(BallotVoter, mine)
    )
    return visible(reader, community_id, statement)


def _row(row: Any) -> BallotRow:
    it = row.Ballot
    waits = row.has_voted is False and it.state == "open" and it.closes_at > clock.now()
    return BallotRow(
        it.id, row.title, it.kind, it.secrecy, it.state, row.author_name, it.closes_at,
        it.cast, it.voters, waits,
    )  # fmt: skip


def of_entries(reader: Viewer, entry_ids: Sequence[int]) -> list[Any]:
    """Return the ballots whose words are among the entries, as ``ballot`` returns one."""
    return list(
        db.session.execute(
            select(Ballot, Entry, Thread, User.name.label("author_name"))
            .join(User, User.id == Ballot.author_id)
            .join(Entry, Entry.id == Ballot.entry_id)
            .join(Thread, Thread.id == Ballot.thread_id)
            .where(
                Ballot.entry_id.in_(list(entry_ids)),
                Entry.state == "published",
                thread_visible(reader),
            )
        )
    )


def options(ballot_id: int) -> list[Any]:
    """Return the options in their order."""
    of = select(BallotOption).where(BallotOption.ballot_id == ballot_id)
    return list(db.session.scalars(of.order_by(BallotOption.place)))


def voter(ballot_id: int, user_id: int | None) -> BallotVoter | None:
    """Return a person's line of the roll, or None."""
    return db.session.get(BallotVoter, (ballot_id, user_id)) if user_id is not None else None


def group_closed(it: Ballot) -> bool:
    """Tell whether every ballot that is linked with this one is closed."""
    if it.group_id is None:
        return True
    still = select(func.count()).where(Ballot.group_id == it.group_id, Ballot.state == "open")
    return not db.session.scalar(still)


def signed(ballot_id: int) -> list[tuple[str, dict[str, int]]]:
    """Return the votes of an open ballot with the names, by name."""
    found = (
        select(User.name, BallotVote.choices)
        .join(User, User.id == BallotVote.user_id)
        .where(BallotVote.ballot_id == ballot_id)
        .order_by(User.sort_name)
    )
    return [(row.name, row.choices) for row in db.session.execute(found)]


def own_vote(ballot_id: int, user_id: int | None) -> dict[str, int]:
    """Return one's own vote in an open ballot, or an empty one."""
    kept = db.session.get(BallotVote, (ballot_id, user_id)) if user_id is not None else None
    return dict(kept.choices) if kept is not None else {}


def due(now: datetime) -> list[int]:
    """Return the open ballots whose term has run out."""
    found = select(Ballot.id).where(Ballot.state == "open", Ballot.closes_at <= now)
    return list(db.session.scalars(found.order_by(Ballot.id).limit(100)))


def silent_voters(ballot_id: int) -> list[int]:
    """Return those of the roll who have not voted yet."""
    found = select(BallotVoter.user_id).where(
        BallotVoter.ballot_id == ballot_id, BallotVoter.has_voted.is_(False)
    )
    return list(db.session.scalars(found))


def may_see(it: Ballot, *, has_voted: bool) -> bool:
    """Tell whether results are shown now to a person who has or has not voted."""
    return policies.may_see_results(it, has_voted=has_voted, group_closed=group_closed(it))


def address(thread: Thread, entry: Entry) -> str:
    """Return where a text of a ballot with a thread of its own is read; raises ``NotFound``."""
    found = db.session.execute(
        select(Ballot.id, Community.slug)
        .join(Community, Community.id == Ballot.community_id)
        .where(Ballot.thread_id == thread.id)
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound
    return f"/c/{found.slug}/ballots/{found.id}#entry-{entry.id}"
