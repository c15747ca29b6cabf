"""A community to measure in, where the installation has none: known people, twenty weeks old."""

from datetime import timedelta

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import func, select

from community.accounts.models import User
from community.communities import services as doors
from community.communities.models import Community
from community.config import Config
from community.core import clock, outbox
from community.core.actor import SYSTEM
from community.core.db import db
from community.demo import content
from community.demo.people import People
from community.demo.places import WHY
from community.demo.seed import SHOWN, LogIn, NotHere, log_in

AGE = timedelta(days=140)


def found(slug: str) -> int | None:
    """Return the id of the community with this address, or None."""
    return db.session.scalar(select(Community.id).where(Community.slug == slug))


def make(slug: str) -> list[LogIn]:
    """Found a community with the writers of the demonstration in it; return four log-ins.

    Raises ``NotHere`` where somebody lives already: their password is known to everybody.
    """
    if db.session.scalar(select(func.count()).select_from(User)):
        raise NotHere(
            f"Сообщества с адресом «{slug}» нет, а люди здесь уже есть. Назовите существующее"
            " сообщество или возьмите пустую папку: COMMUNITY_DATA."
        )
    known = content.load()
    config: Config = current_app.extensions["community"]
    with force_locale(config.language), clock.frozen(clock.now() - AGE):
        _settle(slug, People.of(known), known.communities[content.FIRST]["members"])
        outbox.drain()
    return [log_in(known, who) for who in SHOWN]


def _settle(slug: str, people: People, members: list[str]) -> None:
    head, *others = members
    people.register(head)
    made = doors.found(
        SYSTEM, name="Педагоги Приозёрного района", slug=slug, administrator_id=people[head].id
    )
    agreed = (1, 1)
    doors.agree(people[head], made.id, agreed=agreed)
    for who in others:
        people.register(who)
        applied = doors.apply(people[who], made.id, why=WHY, agreed=agreed)
        doors.approve(people[head], applied)
    doors.grant(
        people[head],
        made.id,
        people["boris"].id,
        "moderator",
        order_number="41-ОД",
        order_date=clock.now().date(),
    )
    doors.grant(people[head], made.id, people["vera"].id, "expert", fields="математика")
