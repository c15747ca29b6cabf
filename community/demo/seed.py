"""The demonstration: everything that its people did in twelve weeks, done in order by use cases."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, select

from community.accounts.models import User
from community.communities.models import Community
from community.config import Config
from community.core import mail
from community.core.db import db
from community.demo import afterwards, chats, content, councils, votes
from community.demo.content import Calendar, Content
from community.demo.haste import unhurried_disk
from community.demo.people import PASSWORD, People
from community.demo.places import Place
from community.demo.talk import Talk
from community.demo.timeline import Timeline
from community.search import upkeep
from community.topics.models import Topic

log = logging.getLogger(__name__)
SHOWN = {
    "galina": "администратор",
    "boris": "модератор",
    "vera": "эксперт",
    "anna": "участник",
}
Told = Callable[[int], None]


class NotHere(click.ClickException):
    """The demonstration cannot be shown in this installation; the words tell why."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """With what one comes in as one of the known people."""

    role: str
    name: str
    email: str
    password: str


def demonstration(*, started: Callable[[int], Told] | None = None) -> list[LogIn]:
    """Build the demonstration unless it is there, and return four log-ins.

    ``started`` is told how many acts there are and returns what hears of each. Raises ``NotHere``
    where people have a community of their own already, or where a building was broken off.
    """
    known = content.load()
    if not is_there(known):
        build(known, started or (lambda _count: lambda _done: None))
    return [log_in(known, who) for who in SHOWN]


def log_in(known: Content, who: str) -> LogIn:
    """Return with what a known person comes in."""
    person = known.people[who]
    return LogIn(SHOWN[who], person["name"], person["email"], PASSWORD)


def is_there(known: Content) -> bool:
    """Tell whether the whole demonstration is there; raises ``NotHere`` for a part, or for others."""
    slugs = set(db.session.scalars(select(Community.slug)))
    people = db.session.scalar(select(func.count()).select_from(User)) or 0
    if not slugs and not people:
        return False
    email = known.people["galina"]["email"]
    if db.session.scalar(select(User.id).where(User.email == email)) is None:
        raise NotHere(
            "Здесь уже есть свои люди или сообщества, показательное сообщество не смешивают с ними."
            " Для показа возьмите пустую папку: --data data-demo."
        )
    topics = db.session.scalar(select(func.count()).select_from(Topic)) or 0
    if slugs < set(known.communities) or topics < len(known.topics):
        raise NotHere(
            "Показательное сообщество заполнено не до конца: в прошлый раз работу прервали."
            " Удалите папку данных и запустите ещё раз."
        )
    return True


def build(known: Content, started: Callable[[int], Told]) -> list[str]:
    """Do everything in order; return what went otherwise than the content meant."""
    config: Config = current_app.extensions["community"]
    calendar = Calendar.today(config.timezone)
    timeline, people = Timeline(calendar.now), People.of(known)
    places = _plan_places(known, calendar, timeline, people)
    talks = [
        Talk(each, places[each["community"]], people, calendar, timeline)
        for each in known.topics.values()
    ]
    for talk in talks:
        talk.plan()
    votes.plan(timeline, calendar, people, places[content.FIRST])
    chats.plan(timeline, calendar, people, places[content.FIRST])
    councils.plan(timeline, calendar, people, places[content.FIRST])
    afterwards.plan(timeline, calendar, people, places, talks)
    with force_locale(config.language), unhurried_disk(), upkeep.later(), mail.unsent():
        timeline.play(started(len(timeline)))
    for surprise in timeline.surprises:
        log.warning("demonstration: %s", surprise)
    return timeline.surprises


def _plan_places(
    known: Content, calendar: Calendar, timeline: Timeline, people: People
) -> dict[str, Place]:
    first = Place(known.communities[content.FIRST], people, calendar, timeline)
    _plan_people(known, calendar, timeline, people, first)
    places = {first.slug: first}
    first.plan(None, known.quiet)
    for slug, part in known.communities.items():
        if slug != content.FIRST:
            places[slug] = Place(part, people, calendar, timeline)
            places[slug].plan(first, [])
    return places


def _plan_people(
    known: Content, calendar: Calendar, timeline: Timeline, people: People, first: Place
) -> None:
    """Register everybody before they join; they tell of themselves once they are inside."""
    born = calendar.day(first.part["founded_days_ago"], "09:00")
    inside = {*first.part["members"], *known.quiet}
    applying = {each["who"]: each["hours_ago"] for each in first.part["applications"]}
    for number, (who, person) in enumerate(known.people.items()):
        if who in inside:
            moment = calendar.day(person["joined_days_ago"], "09:00") + timedelta(
                minutes=2 * (number % 60)
            )
            moment = born if who == first.head else max(moment, born + timedelta(minutes=5))
        else:
            moment = calendar.hours_ago(applying[who]) - timedelta(minutes=24)
        timeline.at(moment, f"{who} registers", partial(people.register, who))
        if who in inside and (person.get("about") or person.get("interests")):
            later = calendar.past(max(moment, born) + timedelta(hours=12))
            timeline.at(later, f"{who} tells of themselves", partial(people.introduce, who))
