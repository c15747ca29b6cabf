"""Decisions become tasks: nobody has one until they take it, and each is followed to its end."""

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.calendar.services.appointing import When
from community.core import clock
from community.core.db import db
from community.core.worker import run_duties
from community.councils.models import CouncilItem, CouncilTask
from community.councils.queries.minutes import minutes_of
from tests.councils.conftest import HOUR, call
from tests.councils.signed import closed, sealed_minutes, text
from tests.world import SLUG

WORDS = "Составить график консультаций для пятых классов."
TASKS = f"/c/{SLUG}/tasks"


def give(meeting, by=None, to=None, **fields):
    by = by or meeting.secretary
    where = f"{meeting.path}/tasks/new?item={meeting.items[0]}"
    sent = {"body": WORDS, "due_on": "2026-12-20", "owner_id": str(to.id if to else 0)}
    return by.post(where, sent | fields)


def task(meeting, number=-1):
    with meeting.town.app.app_context():
        return list(db.session.scalars(select(CouncilTask).order_by(CouncilTask.entry_id)))[number]


@pytest.fixture
def over(opened):
    return closed(opened)


@pytest.fixture
def offered(over):
    """Anna is offered a task."""
    assert give(over, to=over.town["anna"]).status_code == 200
    over.town.drain()
    return over


def do(meeting, who, act, **fields):
    return meeting.town[who].post(f"{TASKS}/{task(meeting).entry_id}/{act}", fields)


def shown(meeting, who, show="mine"):
    return text(meeting.town[who].get(f"{TASKS}?show={show}"))


def notices(meeting, who):
    meeting.town.drain()
    return text(meeting.town[who].get("/notices"))


def later(meeting, days):
    clock.travel(timedelta(days=days))
    with meeting.town.app.app_context():
        run_duties()


def test_a_task_is_nobodys_until_it_is_taken(offered):
    assert (task(offered).state, task(offered).taken_at) == ("offered", None)
    assert "Вам предложено поручение" in notices(offered, "anna")
    assert WORDS[:30] in shown(offered, "anna")
    assert WORDS[:30] not in shown(offered, "boris")
    assert do(offered, "boris", "take").status_code == 403  # it is offered to another

    assert do(offered, "anna", "take").status_code == 200
    assert (task(offered).state, task(offered).owner_id) == ("taken", offered.town["anna"].id)
    page = text(offered.town["vera"].get(f"{TASKS}/{task(offered).entry_id}"))
    assert "Исполняет: Анна Соколова" in page
    assert "20 декабря 2026" in page
    assert "берёт на себя Анна Соколова" in notices(offered, "irina")


def test_the_first_who_takes_has_it(over):
    give(over)
    assert WORDS[:30] in shown(over, "boris", "open")
    assert do(over, "boris", "take").status_code == 200
    assert do(over, "anna", "take").status_code == 409
    assert task(over).owner_id == over.town["boris"].id
    assert WORDS[:30] not in shown(over, "anna", "open")


def test_a_task_is_declined_with_a_word(offered):
    assert do(offered, "anna", "decline", body="").status_code == 422
    assert do(offered, "boris", "decline", body="Не могу.").status_code == 403
    do(offered, "anna", "decline", body="В декабре я на курсах.")
    assert task(offered).state == "declined"
    assert "В декабре я на курсах." in text(
        offered.town["vera"].get(f"{TASKS}/{task(offered).entry_id}")
    )
    assert "отказывается Анна Соколова" in notices(offered, "irina")
    assert do(offered, "vera", "take").status_code == 200  # what one declined another takes


def test_what_was_taken_is_given_back(offered):
    do(offered, "anna", "take")
    do(offered, "anna", "decline", body="Заболела.")
    assert (task(offered).state, task(offered).taken_at) == ("declined", None)


def test_it_is_told_how_a_task_was_done(offered):
    assert do(offered, "anna", "report", body="Сделано.").status_code == 409  # not taken yet
    do(offered, "anna", "take")
    stopped = do(offered, "anna", "report", body="Звоните: 8 904 111-22-33.")
    assert stopped.status_code == 422
    assert task(offered).state == "taken"
    do(offered, "anna", "report", body="График висит у учительской.")
    assert task(offered).state == "done"
    assert "График висит у учительской." in shown(offered, "boris", "ended")
    page = text(offered.town["vera"].get(f"{TASKS}/{task(offered).entry_id}"))
    assert "Исполнитель: Анна Соколова" in page
    assert "О выполнении поручения" in notices(offered, "irina")
    assert do(offered, "anna", "decline", body="Поздно.").status_code == 409


def test_the_desk_offers_anew_and_drops(offered):
    do(offered, "anna", "take")
    vera = offered.town["vera"]
    past = do(offered, "irina", "offer", owner_id=str(vera.id), due_on="2026-01-01")
    assert past.status_code == 422
    stranger = str(offered.town["gleb"].id)
    assert do(offered, "irina", "offer", owner_id=stranger, due_on="2026-12-24").status_code == 422
    assert do(offered, "vera", "offer", owner_id="0", due_on="2026-12-24").status_code == 403

    do(offered, "irina", "offer", owner_id=str(vera.id), due_on="2026-12-24")
    it = task(offered)
    assert (it.state, it.owner_id, it.due_on) == ("offered", vera.id, date(2026, 12, 24))
    assert "больше не за вами" in notices(offered, "anna")
    assert do(offered, "irina", "drop", body="").status_code == 422
    do(offered, "irina", "drop", body="График уже составил методист.")
    assert task(offered).state == "dropped"
    with offered.town.app.app_context():
        kept = select(AuditEntry.body).where(AuditEntry.kind == "council.task_dropped")
        assert json.loads(db.session.scalar(kept))["entry_id"] == it.entry_id
    assert do(offered, "vera", "take").status_code == 409


def test_only_the_desks_give_tasks_and_the_rules_read_them(over):
    assert give(over, by=over.town["anna"]).status_code == 403
    assert give(over, by=over.town["boris"]).status_code == 403
    assert give(over, body="Позвоните Пете: 8 904 111-22-33.").status_code == 422
    assert give(over, due_on="2020-01-01").status_code == 422
    assert give(over, due_on="вчера").status_code == 422
    with over.town.app.app_context():
        assert db.session.scalar(select(CouncilTask.entry_id)) is None
    assert give(over, by=over.chair).status_code == 200


def test_a_task_is_brought_to_mind_before_its_day_and_after(offered):
    do(offered, "anna", "take")
    later(offered, 5)
    assert "Близится срок" not in notices(offered, "anna")
    later(offered, 10)  # 18 December
    later(offered, 0)
    assert notices(offered, "anna").count("Близится срок вашего поручения") == 1
    later(offered, 3)  # 21 December
    later(offered, 1)
    told = notices(offered, "anna")
    assert told.count("Срок поручения прошёл") == 1
    assert WORDS[:30] in shown(offered, "vera", "overdue")
    rail = offered.town["anna"].get(TASKS).get_data(as_text=True)
    assert re.search(r"Поручения.{0,200}?1", re.sub(r"<[^>]+>", " ", rail), re.DOTALL)


def test_a_task_stands_in_the_minutes(offered):
    with offered.town.app.app_context():
        charge = minutes_of(offered.id).items[0].charges[0]
    assert (charge.words, charge.due_on, charge.owner) == (WORDS, "2026-12-20", "")
    page = text(offered.secretary.get(f"{offered.path}/minutes"))
    assert WORDS in page
    assert "20 декабря 2026" in page


def test_the_words_of_a_task_stay(offered):
    entry = task(offered).entry_id
    answer = offered.secretary.post(f"/e/{entry}/edit", {"body": "Другое.", "revision": "1"})
    assert answer.status_code == 409
    assert WORDS in text(offered.town["anna"].get(f"{TASKS}/{entry}"))


def test_tasks_live_on_after_the_seal(town):
    meeting = sealed_minutes(town)
    with clock.frozen(HOUR + timedelta(days=5)):
        assert (
            give(meeting, due_on="2026-12-20").status_code == 409
        )  # its words could not be sealed


def test_the_next_council_begins_with_what_was_decided(offered):
    town = offered.town
    do(offered, "anna", "take")
    start = HOUR + timedelta(days=30)
    when = When(starts_at=start, ends_at=start + timedelta(hours=1), place="Кабинет 12")
    following = call(town, offered.chair, offered.secretary, when=when, follows_id=offered.id)
    with town.app.app_context():
        first = db.session.scalar(
            select(CouncilItem).where(
                CouncilItem.council_id == following.id, CouncilItem.place == 1
            )
        )
    assert first.is_review
    page = text(town["boris"].get(f"{following.path}/items/{first.thread_id}"))
    assert "Выполнение прежних решений" in page
    assert WORDS[:30] in page
    assert "выполняется" in page
    other = text(town["boris"].get(f"{following.path}/items/{following.items[0]}"))
    assert "Выполнение прежних решений" not in other


def test_strangers_know_nothing_of_tasks(offered):
    gleb = offered.town["gleb"]
    assert gleb.get(TASKS).status_code in (403, 404)
    assert gleb.get(f"{TASKS}/{task(offered).entry_id}").status_code in (403, 404)
    assert offered.town["anna"].get(f"{TASKS}/999999").status_code == 404
    assert offered.town["anna"].get(f"{TASKS}?show=чужие").status_code == 404


def test_an_empty_page_says_what_tasks_are(meeting):
    assert "У вас нет поручений" in shown(meeting, "anna")
