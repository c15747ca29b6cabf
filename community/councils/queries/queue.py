"""Who speaks and who waits for the floor; what the rapporteur is asked."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import bindparam, or_, select

from community.accounts.models import User
from community.core.db import fetch
from community.councils.models import CouncilQuestion, CouncilQuestionVote, CouncilTurn
from community.councils.policies import floor as policies
from community.publishing.models import Entry

LONGEST = 220
"""Characters of a question beside the talk; the whole of it stands in the talk."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """A raised hand, or the one who has the floor."""

    id: int
    user_id: int
    name: str
    kind: str
    state: str
    asked_at: datetime
    began_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question to the rapporteur."""

    entry_id: int
    author_id: int
    author: str
    words: str
    votes: int
    is_answered: bool


_TURNS = (
    select(
        CouncilTurn.id, CouncilTurn.user_id, User.name, CouncilTurn.kind, CouncilTurn.state,
        CouncilTurn.asked_at, CouncilTurn.began_at,
    )
    .join(User, User.id == CouncilTurn.user_id)
    .where(
        CouncilTurn.item_id == bindparam("item"),
        or_(CouncilTurn.state == "waiting", CouncilTurn.state == "speaking"),
    )
)  # fmt: skip
_QUESTIONS = (
    select(
        CouncilQuestion.entry_id, Entry.author_id, User.name, Entry.html, CouncilQuestion.votes,
        CouncilQuestion.answered_at,
    )
    .join(Entry, Entry.id == CouncilQuestion.entry_id)
    .join(User, User.id == Entry.author_id)
    .where(CouncilQuestion.item_id == bindparam("item"), Entry.state == "published")
    .order_by(
        CouncilQuestion.answered_at.is_not(None), CouncilQuestion.votes.desc(), Entry.position
    )
)  # fmt: skip
_MINE = select(CouncilQuestionVote.entry_id).where(
    CouncilQuestionVote.user_id == bindparam("reader"),
    CouncilQuestionVote.entry_id.in_(
        select(CouncilQuestion.entry_id).where(CouncilQuestion.item_id == bindparam("item"))
    ),
)


def turns(item_id: int) -> list[TurnView]:
    """Return who speaks and whose hands are raised, in the order of the floor."""
    return policies.in_order([TurnView(*row) for row in fetch(_TURNS, item=item_id)])


def questions(item_id: int) -> list[QuestionView]:
    """Return the questions to the rapporteur: unanswered first, those asked by most before others."""
    return [
        QuestionView(entry_id, author_id, author, _short(html), votes, at is not None)
        for entry_id, author_id, author, html, votes, at in fetch(_QUESTIONS, item=item_id)
    ]


def asked_too(item_id: int, user_id: int | None) -> frozenset[int]:
    """Return the questions of an item that a person asks too."""
    if user_id is None:
        return frozenset()
    return frozenset(fetch(_MINE, item=item_id, reader=user_id).scalars())


def _short(html: str) -> str:
    words = Markup(html).striptags()  # noqa: S704 — its tags are taken off, and it is escaped again
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rsplit(' ', 1)[0]}…"
