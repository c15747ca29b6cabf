"""How a council stands now, as everybody in the hall sees it: one picture for all its readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased

from community.accounts import names
from community.accounts.models import User
from community.ballots.models import Ballot
from community.calendar.models import Happening, HappeningPerson, HappeningVisit
from community.core.db import fetch
from community.core.errors import NotFound
from community.councils.models import Council, CouncilItem, CouncilQuestion, CouncilVote
from community.councils.policies import holding as policies
from community.councils.queries import queue, votes
from community.councils.queries.queue import QuestionView, TurnView
from community.councils.queries.votes import VoteView
from community.publishing.access import public_title
from community.publishing.models import Entry, Thread


@dataclass(frozen=True, slots=True)
class PersonView:
    """One who is expected: whether they are here, and whose voice is with whom."""

    id: int
    name: str
    short: str
    is_here: bool
    proxy_id: int | None


@dataclass(frozen=True, slots=True)
class HallItem:
    """An item of the agenda as the hall shows it."""

    id: int
    number: int
    """Its place in the agenda, 0 while it is only proposed."""
    title: str
    state: str
    rapporteur_id: int | None
    rapporteur: str
    minutes: int
    began_at: datetime | None
    spent: int
    files: int
    lines: int
    is_review: bool


@dataclass(frozen=True, slots=True)
class Stand:
    """How a council stands: who is here, what is talked of, who speaks, what is voted on."""

    id: int
    happening_id: int
    community_id: int
    title: str
    state: str
    mode: str
    quorum: str
    version: int
    chairman_id: int
    secretary_id: int
    deputy_id: int | None
    starts_at: datetime
    ends_at: datetime
    place: str
    opened_at: datetime | None
    closed_at: datetime | None
    takes_proxies: bool
    people: Sequence[PersonView]
    items: Sequence[HallItem]
    turns: Sequence[TurnView]
    questions: Sequence[QuestionView]
    votes: Sequence[VoteView]

    @property
    def current(self) -> HallItem | None:
        """Return the item that is talked of."""
        return next((each for each in self.items if each.state == "current"), None)

    @property
    def here(self) -> list[PersonView]:
        """Return those who are here."""
        return [each for each in self.people if each.is_here]

    @property
    def by_proxy(self) -> list[PersonView]:
        """Return the absent whose voice is with one who is here."""
        here = {each.id for each in self.people if each.is_here}
        if not self.takes_proxies:
            return []
        return [each for each in self.people if not each.is_here and each.proxy_id in here]

    @property
    def counted(self) -> int:
        """Return how many count for the quorum."""
        return len(self.here) + len(self.by_proxy)

    @property
    def needed(self) -> int:
        """Return how many make a quorum."""
        return policies.needed(self.quorum, len(self.people))

    @property
    def has_quorum(self) -> bool:
        """Tell whether there is a quorum now."""
        return policies.has_quorum(self, expected=len(self.people), counted=self.counted)

    @property
    def speaker(self) -> TurnView | None:
        """Return who has the floor."""
        return next((each for each in self.turns if each.state == "speaking"), None)

    @property
    def waiting(self) -> list[TurnView]:
        """Return the raised hands in the order of the floor."""
        return [each for each in self.turns if each.state == "waiting"]

    @property
    def open_votes(self) -> list[VoteView]:
        """Return the votes that go on."""
        return [each for each in self.votes if each.state == "open"]

    def name_of(self, user_id: int | None) -> str:
        """Return the short name of one who is expected."""
        return next((each.short for each in self.people if each.id == user_id), "")


_opener = aliased(Entry)
_COUNCIL = (
    select(
        Council.thread_id, Council.community_id, Council.happening_id, Council.mode, Council.state,
        Council.chairman_id, Council.secretary_id, Council.deputy_id, Council.quorum,
        Council.opened_at, Council.closed_at, Council.version,
        Happening.starts_at, Happening.ends_at, Happening.place, Happening.takes_proxies,
        public_title(_opener).label("title"),
    )
    .join(Happening, Happening.id == Council.happening_id)
    .join(Thread, Thread.id == Council.thread_id)
    .join(_opener, _opener.id == Thread.opener_id)
    .where(Council.thread_id == bindparam("council"))
)  # fmt: skip
_PEOPLE = (
    select(
        User.id, User.name, User.last_name, User.first_name, User.patronymic,
        HappeningPerson.answer, HappeningPerson.proxy_id, HappeningVisit.id.label("visit"),
    )
    .join(HappeningPerson, HappeningPerson.user_id == User.id)
    .outerjoin(
        HappeningVisit,
        and_(
            HappeningVisit.happening_id == HappeningPerson.happening_id,
            HappeningVisit.user_id == User.id,
            HappeningVisit.left_at.is_(None),
        ),
    )
    .where(HappeningPerson.happening_id == bindparam("happening"))
    .order_by(User.sort_name, User.id)
)  # fmt: skip
_ITEMS = (
    select(
        CouncilItem.thread_id, CouncilItem.place, CouncilItem.state, CouncilItem.rapporteur_id,
        CouncilItem.minutes, CouncilItem.began_at, CouncilItem.spent, CouncilItem.is_review,
        Thread.entry_count,
        public_title(_opener).label("title"), _opener.file_count,
        User.last_name, User.first_name, User.patronymic,
    )
    .join(Thread, Thread.id == CouncilItem.thread_id)
    .join(_opener, _opener.id == Thread.opener_id)
    .outerjoin(User, User.id == CouncilItem.rapporteur_id)
    .where(CouncilItem.council_id == bindparam("council"), Thread.state != "held")
    .order_by(CouncilItem.place)
)  # fmt: skip


_AGENDA = _ITEMS.where(CouncilItem.place.is_not(None))
_ITEM = _ITEMS.where(CouncilItem.thread_id == bindparam("item"))


def item(council_id: int, item_id: int) -> HallItem:
    """Return an item of a council, one that is only proposed too; raises ``NotFound``."""
    row = fetch(_ITEM, council=council_id, item=item_id).one_or_none()
    if row is None:
        raise NotFound
    return _item(row)


def stand(council_id: int) -> Stand:
    """Return how a council stands; who may know of it was asked before. Raises ``NotFound``."""
    row = fetch(_COUNCIL, council=council_id).one_or_none()
    if row is None:
        raise NotFound
    items = [_item(each) for each in fetch(_AGENDA, council=council_id)]
    current = next((each.id for each in items if each.state == "current"), 0)
    return Stand(
        id=row.thread_id, happening_id=row.happening_id, community_id=row.community_id,
        title=row.title or "", state=row.state, mode=row.mode, quorum=row.quorum,
        version=row.version, chairman_id=row.chairman_id, secretary_id=row.secretary_id,
        deputy_id=row.deputy_id, starts_at=row.starts_at, ends_at=row.ends_at, place=row.place,
        opened_at=row.opened_at, closed_at=row.closed_at, takes_proxies=row.takes_proxies,
        people=[_person(each) for each in fetch(_PEOPLE, happening=row.happening_id)], items=items,
        turns=queue.turns(current) if current else (),
        questions=queue.questions(current) if current else (),
        votes=votes.of_council(council_id, current),
    )  # fmt: skip


_VISITS = (
    select(
        Council.thread_id, func.count(HappeningVisit.id), func.max(HappeningVisit.id),
        func.count(HappeningVisit.left_at),
    )
    .join(HappeningVisit, HappeningVisit.happening_id == Council.happening_id)
    .where(Council.thread_id.in_(bindparam("councils", expanding=True)))
    .group_by(Council.thread_id)
)  # fmt: skip
_ASKED = (
    select(CouncilItem.council_id, func.sum(CouncilQuestion.votes))
    .join(CouncilQuestion, CouncilQuestion.item_id == CouncilItem.thread_id)
    .where(
        CouncilItem.council_id.in_(bindparam("councils", expanding=True)),
        CouncilItem.state == "current",
    )
    .group_by(CouncilItem.council_id)
)
_CAST = (
    select(CouncilItem.council_id, func.sum(Ballot.cast))
    .join(CouncilVote, CouncilVote.item_id == CouncilItem.thread_id)
    .join(Ballot, Ballot.id == CouncilVote.ballot_id)
    .where(
        CouncilItem.council_id.in_(bindparam("councils", expanding=True)), Ballot.state == "open"
    )
    .group_by(CouncilItem.council_id)
)


def pulse(council_ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return what changes in the halls without a new ``seq``: who came and went, how many voted.

    A hundred and fifty who come or vote at once would else make as many pushes to as many people.
    """
    beats: dict[int, tuple[Any, ...]] = {
        row[0]: tuple(row[1:]) for row in fetch(_VISITS, councils=list(council_ids))
    }
    for name, asked in (("cast", _CAST), ("asked", _ASKED)):
        for council_id, number in fetch(asked, councils=list(council_ids)):
            beats[council_id] = (*beats.get(council_id, ()), name, int(number))
    return beats


def _person(row: Any) -> PersonView:
    return PersonView(
        row.id,
        row.name,
        names.initialled(row.last_name, row.first_name, row.patronymic),
        row.visit is not None,
        row.proxy_id if row.answer == "proxy" else None,
    )


def _item(row: Any) -> HallItem:
    named = row.rapporteur_id is not None
    return HallItem(
        id=row.thread_id, number=row.place or 0, title=row.title or "", state=row.state,
        rapporteur_id=row.rapporteur_id,
        rapporteur=names.initialled(row.last_name, row.first_name, row.patronymic) if named else "",
        minutes=row.minutes, began_at=row.began_at, spent=row.spent,
        files=row.file_count, lines=max(0, row.entry_count - 1),
        is_review=row.is_review,
    )  # fmt: skip
