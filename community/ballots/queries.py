"""Ballots as a reader may see them; every query starts from who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from community.accounts import names
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
class Voice:
    """A line of the roll that a person may cast, with the open vote that was cast of it."""

    user_id: int
    name: str
    proxy_id: int | None
    holder: str
    """Whom the voter trusts, where they do."""
    has_voted: bool
    by_id: int | None
    choices: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Signed:
    """A vote of an open ballot under its voter's name."""

    name: str
    by_name: str
    """Who cast it by proxy, or nothing."""
    choices: Mapping[str, int]


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
    """Return the open ballots that wait for a voice of the reader's, the nearest closing first."""
    if reader.user_id is None:
        return []
    found = _listed(reader, community_id).where(*_waits(reader.user_id))
    return [_row(each) for each in db.session.execute(found.order_by(Ballot.closes_at).limit(5))]


def missing_count(reader: Viewer, community_id: int) -> int:
    """Count the open ballots that wait for a voice of the reader's, for the rail."""
    if reader.user_id is None:
        return 0
    found = visible(reader, community_id, select(func.count()).select_from(Ballot)).where(
        *_waits(reader.user_id)
    )
    return count_until_changed(
        reader, community_id, "votes", lambda: int(db.session.scalar(found) or 0)
    )


def _waits(user_id: int) -> tuple[Any, ...]:
    return Ballot.state == "open", Ballot.closes_at > clock.now(), _silent(user_id)


def _silent(user_id: int) -> Any:
    """A voice that nobody has cast waits for the one who holds it: the voter, or whom they trust."""
    held = or_(
        and_(BallotVoter.user_id == user_id, BallotVoter.proxy_id.is_(None)),
        BallotVoter.proxy_id == user_id,
    )
    return exists().where(
        BallotVoter.ballot_id == Ballot.id, held, BallotVoter.has_voted.is_(False)
    )


def _listed(reader: Viewer, community_id: int) -> Any:
    waits = _silent(reader.user_id or 0).label("waits")
    statement = select(Ballot, Entry.title, User.name.label("author_name"), waits).join(
        User, User.id == Ballot.author_id
    )
    return visible(reader, community_id, statement)


def _row(row: Any) -> BallotRow:
    it = row.Ballot
    waits = row.waits and it.state == "open" and it.closes_at > clock.now()
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


def my_voices(ballot_id: int, user_id: int | None) -> list[tuple[int, str, bool]]:
    """Return for whom a person may vote, themselves first: (voter's id, name, whether it is cast)."""
    return [(each.user_id, each.name, each.has_voted) for each in voices(ballot_id, user_id)]


def voices(ballot_id: int, user_id: int | None) -> list[Voice]:
    """Return a person's own line of the roll, where there is one, and those entrusted to them."""
    if user_id is None:
        return []
    holder = aliased(User)
    found = (
        select(BallotVoter, BallotVote.by_id, BallotVote.choices, User, holder)
        .join(User, User.id == BallotVoter.user_id)
        .outerjoin(holder, holder.id == BallotVoter.proxy_id)
        .outerjoin(
            BallotVote,
            and_(BallotVote.ballot_id == ballot_id, BallotVote.user_id == BallotVoter.user_id),
        )
        .where(
            BallotVoter.ballot_id == ballot_id,
            or_(BallotVoter.user_id == user_id, BallotVoter.proxy_id == user_id),
        )
        .order_by(BallotVoter.user_id != user_id, User.sort_name)
    )
    return [
        Voice(line.user_id, _short(voter), line.proxy_id, _short(trusted) if trusted else "",
              line.has_voted, by_id, choices or {})
        for line, by_id, choices, voter, trusted in db.session.execute(found)
    ]  # fmt: skip


def _short(person: User) -> str:
    return names.initialled(person.last_name, person.first_name, person.patronymic)


def group_closed(it: Ballot) -> bool:
    """Tell whether every ballot that is linked with this one is closed."""
    if it.group_id is None:
        return True
    still = select(func.count()).where(Ballot.group_id == it.group_id, Ballot.state == "open")
    return not db.session.scalar(still)


def signed(ballot_id: int) -> list[Signed]:
    """Return the votes of an open ballot with the names, by name."""
    holder = aliased(User)
    found = (
        select(User.name, holder, BallotVote.choices)
        .join(User, User.id == BallotVote.user_id)
        .outerjoin(holder, holder.id == BallotVote.by_id)
        .where(BallotVote.ballot_id == ballot_id)
        .order_by(User.sort_name)
    )
    return [
        Signed(name, _short(by) if by else "", choices)
        for name, by, choices in db.session.execute(found)
    ]


def due(now: datetime) -> list[int]:
    """Return the open ballots whose term has run out."""
    found = select(Ballot.id).where(Ballot.state == "open", Ballot.closes_at <= now)
    return list(db.session.scalars(found.order_by(Ballot.id).limit(100)))


def roll(ballot_id: int) -> list[int]:
    """Return who may vote, as it was fixed at the opening."""
    voters = select(BallotVoter.user_id).where(BallotVoter.ballot_id == ballot_id)
    return list(db.session.scalars(voters.order_by(BallotVoter.user_id)))


def silent_voters(ballot_id: int) -> list[int]:
    """Return whose voices are not cast yet, and whom they trust with them."""
    found = select(BallotVoter.user_id, BallotVoter.proxy_id).where(
        BallotVoter.ballot_id == ballot_id, BallotVoter.has_voted.is_(False)
    )
    return sorted({each for row in db.session.execute(found) for each in row if each is not None})


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
