"""What is left of reading and writing: marks, unfinished texts, notices that were read."""

import hashlib
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from community.communities.models import Membership
from community.core.db import db
from community.core.transactions import transaction
from community.demo.content import Calendar
from community.demo.people import People
from community.demo.places import Place
from community.demo.talk import Talk
from community.demo.timeline import Timeline
from community.notices import services as notices
from community.publishing import drafts, marks
from community.publishing.facts import Words
from community.publishing.models import Thread
from community.topics.models import Topic

_LAST_VISIT = {"anna": "18:35", "galina": "21:10", "boris": "20:20", "vera": "17:00"}
"""Until when the known people have read everything, the evening before."""


def plan(
    timeline: Timeline,
    calendar: Calendar,
    people: People,
    places: dict[str, Place],
    talks: list[Talk],
) -> None:
    """Put reading and unfinished texts on the timeline."""
    for who, at in _LAST_VISIT.items():
        moment = calendar.day(1, at)
        timeline.at(moment, f"{who} has read all", partial(_read_all, people, who, places))
    for talk in talks:
        last = max(each["minutes_after"] for each in talk.part["entries"])
        start = calendar.day(talk.part["days_ago"], talk.part["at"])
        moment = calendar.past(start + timedelta(minutes=last + 90))
        timeline.at(moment, f"{talk.part['id']}: readers", partial(_readers, talk, people))
    _plan_drafts(timeline, calendar, people, talks, places)


def _read_all(people: People, who: str, places: dict[str, Place]) -> None:
    actor = people[who]
    for place in places.values():
        member = select(Membership.id).where(
            Membership.community_id == place.id, Membership.user_id == actor.id
        )
        if db.session.scalar(member) is not None:
            marks.read_all(actor, place.id)
    notices.mark_read(actor)


def _readers(talk: Talk, people: People) -> None:
    """Let the followers and a part of the members read the topic to its end."""
    row = db.session.execute(
        select(Thread.id, Thread.entry_count)
        .join(Topic, Topic.thread_id == Thread.id)
        .where(Topic.id == talk.topic_id)
    ).one()
    known = set(talk.part.get("followers", ()))
    with transaction():
        for who in talk.place.part["members"]:
            reads = who in known or _likes(who, talk.part["id"])
            if reads and who in people.actors and who not in _LAST_VISIT:
                marks.read_to(people[who], row.id, row.entry_count)


def _likes(who: str, topic: str) -> bool:
    """Choose about a half of the members for each topic, the same ones at each seeding."""
    return hashlib.sha256(f"{who} {topic}".encode()).digest()[0] < 120


def _plan_drafts(
    timeline: Timeline,
    calendar: Calendar,
    people: People,
    talks: list[Talk],
    places: dict[str, Place],
) -> None:
    by_id = {talk.part["id"]: talk for talk in talks}
    evening = calendar.day(1, "20:40")
    for who, topic, text in _REPLIES:

        def reply(who: str = who, talk: Talk = by_id[topic], text: str = text) -> None:
            drafts.save(people[who], f"topic:{talk.topic_id}", Words(body=text))

        timeline.at(evening, f"{who} drafts", reply)

    def begin() -> None:
        board = (places["priozerny"].boards or {})["math"]
        drafts.save(people["anna"], f"board:{board}", Words(body=_TOPIC[1], title=_TOPIC[0]))

    timeline.at(evening + timedelta(minutes=15), "anna drafts a topic", begin)


_REPLIES = (
    (
        "anna",
        "speaking",
        "На математике делаю похоже: один читает условие, второй пересказывает. Шумно, зато",
    ),
    ("vera", "fair", "Светлана Юрьевна, ещё подумайте про розетки: чай для семидесяти человек"),
)
_TOPIC = (
    "Проценты без формулы: с чего начать",
    "Думаю начать с чека из магазина: было, стало, на сколько дешевле. Вопрос к тем, кто",
)
