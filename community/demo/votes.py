"""Ballots of the demonstration: one goes on, a decision is taken, a secret one is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from community.ballots.models import Ballot
from community.ballots.services import casting, closing, opening
from community.ballots.services.opening import BallotPlan
from community.communities.models import Membership
from community.core import clock
from community.core.db import db
from community.demo.content import Calendar
from community.demo.people import People
from community.demo.places import Place
from community.demo.timeline import Timeline
from community.publishing.facts import Words
from community.publishing.models import Entry


@dataclass(frozen=True, slots=True)
class Vote:
    """A ballot of the story: who asks, what, how the voices fall."""

    who: str
    title: str
    body: str
    kind: str
    options: Sequence[str]
    days_ago: int
    lasts: int
    voices: Sequence[int]
    """Weights of the options among those who vote."""
    turnout: int
    secrecy: str = "open"
    quorum: int = 0
    outcome: str = ""


VOTES = (
    Vote(
        "galina",
        "Утвердить план встреч на второе полугодие",
        "План обсуждали две недели, замечания учтены. Голосуем за план целиком.",
        "decision",
        ("За", "Против", "Воздержался"),
        12,
        5,
        (9, 1, 1),
        70,
        quorum=50,
        outcome="План утверждён. Сроки рассылает Галина Юрьевна до пятницы, в мае смотрим, что вышло.",
    ),
    Vote(
        "boris",
        "Кого попросить вести секцию истории?",
        "Голосование тайное: кандидаты просили об этом сами.",
        "opinion",
        ("Кравцову О. Н.", "Мельникова П. С.", "Пусть ведут вдвоём"),
        9,
        4,
        (3, 2, 4),
        50,
        secrecy="secret",
    ),
    Vote(
        "anna",
        "Когда собраться в ноябре?",
        "Отметьте все дни, в которые сможете. Место — кабинет математики, чай с нас.",
        "time",
        ("вторник, 15:30", "среда, 16:00", "суббота, 11:00"),
        1,
        5,
        (2, 3, 1),
        35,
    ),
)


def plan(timeline: Timeline, calendar: Calendar, people: People, place: Place) -> None:
    """Put the ballots of the first community on the timeline."""
    for vote in VOTES:
        opened = calendar.day(vote.days_ago, "10:15")
        title = vote.title
        timeline.at(opened, f"{title}: opened", partial(_open, vote, people, place))
        timeline.at(
            min(opened + timedelta(hours=7), timeline.now - timedelta(minutes=40)),
            f"{title}: votes",
            partial(_cast, vote, people, place),
        )
        if vote.days_ago > vote.lasts:
            closed = opened + timedelta(days=vote.lasts, hours=1)
            timeline.at(closed, f"{title}: closed", partial(_close, vote, people))


def _open(vote: Vote, people: People, place: Place) -> None:
    words = opening.whole_text(Words(body=vote.body, title=vote.title), vote.options)
    opening.open_ballot(
        people[vote.who],
        place.id,
        words,
        BallotPlan(
            kind=vote.kind,
            options=vote.options,
            closes_at=clock.now() + timedelta(days=vote.lasts),
            secrecy=vote.secrecy,
            quorum=vote.quorum,
        ),
    )


def _cast(vote: Vote, people: People, place: Place) -> None:
    """Let a part of the members vote; the member whom visitors sign in as is left to vote themselves."""
    ballot = _ballot(vote)
    options = casting.plan_of(ballot).options
    rota = [
        option for option, weight in zip(options, vote.voices, strict=True) for _ in range(weight)
    ]
    members = select(Membership.user_id).where(
        Membership.community_id == place.id, Membership.state == "active"
    )
    shown, known = people["anna"].id, {each.id: each for each in people.actors.values()}
    voting = [
        each for each in sorted(db.session.scalars(members)) if each != shown and each in known
    ]
    for turn, user_id in enumerate(voting[: len(voting) * vote.turnout // 100]):
        chosen = rota[(turn * 7) % len(rota)]
        choices = {str(chosen): 2} if vote.kind == "time" else {str(chosen): 1}
        casting.cast(known[user_id], ballot.id, choices)


def _close(vote: Vote, people: People) -> None:
    ballot = _ballot(vote)
    closing.close(people[vote.who], ballot.id)
    if vote.outcome:
        closing.write_outcome(people[vote.who], ballot.id, Words(body=vote.outcome))


def _ballot(vote: Vote) -> Ballot:
    named = select(Ballot).join(Entry, Entry.id == Ballot.entry_id).where(Entry.title == vote.title)
    return db.session.scalars(named).one()
