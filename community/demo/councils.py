"""A council of the demonstration that is to come: called, with an agenda, documents, answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from community.calendar.services import answering
from community.calendar.services.appointing import When
from community.communities.models import Membership
from community.core.actor import Actor
from community.core.db import db
from community.councils.models import Council, CouncilItem
from community.councils.services import acquainting, agenda, planning, proposing
from community.councils.services.planning import CouncilPlan, ItemPlan
from community.demo import held
from community.demo.content import Calendar, council_held
from community.demo.meeting import named, received
from community.demo.people import People
from community.demo.places import Place
from community.demo.timeline import Timeline
from community.publishing.facts import Words
from community.publishing.models import Entry, Thread

THEME = "Домашние задания во второй четверти: сколько, зачем и как проверять"
ABOUT = (
    "Договоримся, как задавать, чтобы дети успевали, а проверка не занимала весь вечер. "
    "Прочитайте справку и проект памятки заранее: на педсовете их не зачитываем."
)
SURVEY = """Справка об объёме домашних заданий (ответы 214 учеников 5–9 классов)

Класс   Меньше часа   Час–два   Больше двух часов
5       31            17        4
6       22            19        9
7       14            20        11
8       9             18        13
9       6             12        9

Чаще всего дольше двух часов делают математику и русский язык, если задания по ним
приходятся на один вечер. В выходные на уроки уходит меньше часа у каждого третьего.
"""
MEMO = """Памятка о домашних заданиях (проект)

1. Задание записываем в журнал до конца урока, не вечером.
2. На один вечер — не больше двух письменных предметов. Кто первый записал, тот и задал.
3. Во вторник и четверг задания, для которых нужен экран, не задаём.
4. Каждое задание проверяем: целиком, выборочно или взаимно. Непроверенное не задаём.
5. После болезни ученик сдаёт не всё, а то, без чего нельзя идти дальше.
"""


@dataclass(frozen=True, slots=True)
class Matter:
    """An item of the story: what it is about, who reports, which document it has."""

    title: str
    body: str
    rapporteur: str
    minutes: int
    paper: tuple[str, str] | None = None
    """Name and text of its document."""


AGENDA = (
    Matter(
        "Сколько времени дети тратят на уроки дома",
        "Итоги опроса учеников 5–9 классов. Нужно решить, в каких параллелях меняем нормы.",
        "anna",
        15,
        ("spravka-o-domashnih-zadaniyah.txt", SURVEY),
    ),
    Matter(
        "Памятка о домашних заданиях",
        "Проект памятки на одну страницу. Предлагается принять за основу и дополнить.",
        "irina",
        20,
        ("pamyatka-proekt.txt", MEMO),
    ),
    Matter(
        "Два дня в неделю без электронных заданий",
        "Голосуем: вторник и четверг — без заданий, для которых нужен экран.",
        "vera",
        10,
    ),
)
PROPOSAL = Matter(
    "Общая папка проверочных работ",
    "Предлагаю завести одну папку на район, чтобы не составлять одно и то же в каждой школе.",
    "irina",
    10,
)
COMING = 34
"""So many quiet members say that they will come; every sixth answer is «не буду»."""


def plan(timeline: Timeline, calendar: Calendar, people: People, place: Place) -> None:
    """Put the council on the timeline: called five days ago, held next week, after another."""
    held.plan(timeline, calendar, people, place, _next_week(calendar))
    called = calendar.day(5, "12:10")
    timeline.at(called, "the council is called", partial(_call, calendar, people, place))
    for number, matter in enumerate(AGENDA):
        moment = calendar.past(called + timedelta(minutes=6 + 7 * number))
        timeline.at(moment, f"the council: {matter.title}", partial(_add, matter, people, place))
    for number, who in enumerate(("vera", "irina", "galina")):
        moment = calendar.past(called + timedelta(hours=3 + number))
        timeline.at(moment, f"the council: {who} answers", partial(_come, people, who))
    proposed = calendar.day(2, "18:40")
    timeline.at(proposed, "the council: a proposal", partial(_propose, people))
    timeline.at(calendar.day(1, "17:20"), "the council: answers", partial(_quiet, people, place))


def _call(calendar: Calendar, people: People, place: Place) -> None:
    begins = _next_week(calendar)
    plan = CouncilPlan(
        when=When(
            starts_at=begins,
            ends_at=begins + timedelta(minutes=90),
            place="Школа № 4, актовый зал, и здесь, в зале педсовета",
        ),
        chairman_id=people["galina"].id,
        secretary_id=people["boris"].id,
        deputy_id=people["vera"].id,
        takes_proxies=True,
        proposals_until=begins - timedelta(days=1),
        follows_id=named(council_held()["theme"]).thread_id,
    )
    made = planning.call(people["galina"], place.id, Words(title=THEME, body=ABOUT), plan)
    review = select(CouncilItem.thread_id).where(
        CouncilItem.council_id == made.thread_id, CouncilItem.is_review
    )
    reports = ItemPlan(rapporteur_id=people["boris"].id, minutes=10)
    first = db.session.scalars(review).one()
    agenda.change_item(people["galina"], made.thread_id, first, reports)


def _add(matter: Matter, people: People, place: Place) -> None:
    made = ItemPlan(rapporteur_id=people[matter.rapporteur].id, minutes=matter.minutes)
    words = Words(title=matter.title, body=matter.body)
    papers = received(people["boris"], matter.paper, place)
    planning.add_item(people["boris"], _council().thread_id, words, made, file_ids=papers)


def _propose(people: People) -> None:
    words = Words(title=PROPOSAL.title, body=PROPOSAL.body)
    made = ItemPlan(rapporteur_id=people[PROPOSAL.rapporteur].id, minutes=PROPOSAL.minutes)
    proposing.propose(people[PROPOSAL.rapporteur], _council().thread_id, words, made)


def _come(people: People, who: str) -> None:
    _answer(people[who], "yes")
    _read(people[who])


def _answer(actor: Actor, said: str) -> None:
    answering.answer(actor, _council().happening_id, said)


def _read(actor: Actor) -> None:
    council = _council()
    items = (
        select(CouncilItem.thread_id)
        .join(Thread, Thread.id == CouncilItem.thread_id)
        .join(Entry, Entry.id == Thread.opener_id)
        .where(CouncilItem.council_id == council.thread_id, Entry.file_count > 0)
        .order_by(CouncilItem.place)
    )
    for item_id in list(db.session.scalars(items)):
        acquainting.acquaint(actor, council.thread_id, item_id)


def _quiet(people: People, place: Place) -> None:
    """Let many of the others answer, and some of them read the documents."""
    known = {people[who].id for who in ("galina", "boris", "vera", "anna", "irina")}
    members = select(Membership.user_id).where(
        Membership.community_id == place.id, Membership.state == "active"
    )
    quiet = [
        each for each in db.session.scalars(members.order_by(Membership.id)) if each not in known
    ]
    for number, user_id in enumerate(quiet[:COMING]):
        actor = Actor(user_id, "")
        _answer(actor, "no" if number % 6 == 5 else "yes")
        if number % 3 == 0:
            _read(actor)


def _next_week(calendar: Calendar) -> datetime:
    """Return Thursday of next week, 15:00."""
    today = calendar.now.astimezone(calendar.zone)
    day = today + timedelta(days=10 - today.weekday())
    return day.replace(hour=15, minute=0, second=0, microsecond=0)


def _council() -> Council:
    return named(THEME)
