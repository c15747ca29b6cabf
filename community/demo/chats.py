"""Chats of the demonstration: one is over, one goes on, one is appointed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from community.chats.models import Chat
from community.chats.services import leading, talking
from community.chats.services.talking import ChatPlan
from community.core.db import db
from community.demo.content import Calendar
from community.demo.people import People
from community.demo.places import Place
from community.demo.timeline import Timeline
from community.publishing import marks
from community.publishing.facts import Words
from community.publishing.models import Entry, Thread


@dataclass(frozen=True, slots=True)
class Session:
    """A chat of the story: who opens it, when it is held, who says what."""

    who: str
    title: str
    body: str
    days_ago: int
    at: str
    lasts: int
    """Minutes; 0 sets no end."""
    lines: Sequence[tuple[str, str]] = ()
    answers: Sequence[tuple[int, int]] = ()
    """(line, the line that it answers), counted from 0."""
    thanks: Sequence[tuple[str, int]] = ()
    pinned: int | None = None


CHATS = (
    Session(
        "galina",
        "Перед открытым уроком: с чего начать, чтобы класс не замер",
        "Полчаса вечером накануне открытого урока в шестом классе. Приходите с одним приёмом.",
        2,
        "18:30",
        30,
        (
            ("galina", "Завтра в шестом классе гости. Как начать, чтобы дети не замерли?"),
            ("anna", "Начните с вопроса, где у каждого свой ответ: «что вас удивило на неделе»."),
            ("boris", "Я показываю гостей заранее: кто это и зачем пришли. Потом забывают."),
            ("vera", "Первые минуты — руками: разобрать, собрать, взвесить. Молчать не стыдно."),
            ("irina", "Вера Павловна, а если кабинет не свой и приборов нет?"),
            ("vera", "Хватит листа бумаги: согнуть пополам, сколько получится. Спорят все."),
            ("galina", "Беру лист бумаги. И вопрос Анны — на доску до звонка."),
            ("anna", "Расскажите потом, как прошло!"),
            ("galina", "Обязательно. Спасибо, коллеги, расходимся готовиться."),
        ),
        ((5, 4),),
        (("galina", 1), ("irina", 5), ("galina", 5), ("boris", 3)),
        5,
    ),
    Session(
        "boris",
        "Учительская на перемене",
        "Чат без расписания: коротко спросить и коротко ответить. Долгое — на форум.",
        1,
        "11:40",
        0,
        (
            ("boris", "У кого остались карточки к районной олимпиаде прошлого года?"),
            ("anna", "По математике есть, принесу завтра в методкабинет."),
            ("irina", "А задания для шестого класса там тоже есть?"),
            ("anna", "Есть, на последней странице."),
        ),
        ((3, 2),),
        (("boris", 1), ("irina", 3)),
    ),
    Session(
        "vera",
        "Проекты по физике: что успеть до каникул",
        "Договоримся, кто какой прибор берёт, чтобы не делать одно и то же.",
        -1,
        "17:00",
        45,
    ),
)  # fmt: skip


def plan(timeline: Timeline, calendar: Calendar, people: People, place: Place) -> None:
    """Put the chats on the timeline; one that lies ahead is appointed this morning."""
    for each in CHATS:
        begins = _begins(each, calendar)
        opened = min(begins - timedelta(hours=5), calendar.now - timedelta(minutes=30))
        timeline.at(opened, f"{each.title}: opened", partial(_open, each, begins, people, place))
        for number, (who, _words) in enumerate(each.lines):
            moment = calendar.past(begins + timedelta(minutes=1 + 2 * number))
            said = partial(_say, each, people, number)
            timeline.at(moment, f"{each.title}: line {number} of {who}", said)
        after = calendar.past(begins + timedelta(minutes=3 + 2 * len(each.lines)))
        timeline.at(after, f"{each.title}: thanks", partial(_thank, each, people))
        if each.lasts:
            ended = begins + timedelta(minutes=each.lasts + 1)
            if ended < calendar.now:
                timeline.at(ended, f"{each.title}: over", _close_in_time)


def _begins(each: Session, calendar: Calendar) -> datetime:
    hour, minute = (int(part) for part in each.at.split(":"))
    day = calendar.now.astimezone(calendar.zone) - timedelta(days=each.days_ago)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _open(each: Session, begins: datetime, people: People, place: Place) -> None:
    ends = begins + timedelta(minutes=each.lasts) if each.lasts else None
    plan = ChatPlan(begins if each.lasts else None, ends)
    words = Words(body=each.body, title=each.title)
    talking.open_chat(people[each.who], place.id, words, plan)


def _say(each: Session, people: People, number: int) -> None:
    who, words = each.lines[number]
    answered = dict(each.answers).get(number)
    parent = _line(each, answered) if answered is not None else None
    talking.say(people[who], _chat(each), Words(body=words), parent_id=parent)


def _thank(each: Session, people: People) -> None:
    for who, number in each.thanks:
        marks.thank(people[who], _line(each, number))
    if each.pinned is not None:
        leading.pin(people[each.who], _line(each, each.pinned))


def _chat(each: Session) -> int:
    named = (
        select(Chat.thread_id)
        .join(Thread, Thread.id == Chat.thread_id)
        .join(Entry, Entry.id == Thread.opener_id)
        .where(Entry.title == each.title)
    )
    return db.session.scalars(named).one()


def _line(each: Session, number: int) -> int:
    """Return the id of a line by its number in the story; the opener stands before them all."""
    placed = select(Entry.id).where(Entry.thread_id == _chat(each), Entry.position == number + 2)
    return db.session.scalars(placed).one()


def _close_in_time() -> None:
    leading.close_in_time()
