"""Reminders come a day and an hour before, once each, to whoever did not say that they stay away."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community.accounts.models import User
from community.calendar import queries as calendar
from community.calendar.services import answering, appointing, reminding
from community.calendar.services.appointing import When
from community.communities.services import members
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.core.worker import run_duties
from community.notices.models import Notice
from community.notices.sentences import GROUPS
from community.notices.services import choose_mail
from tests.councils.conftest import HOUR, call

EVERYBODY = {"galina", "boris", "vera", "anna", "irina"}


@pytest.fixture
def council(town):
    with clock.frozen(HOUR - timedelta(days=10)):
        yield call(town, town["galina"], town["irina"], takes_proxies=True)


def go_to(before):
    clock.travel(HOUR - before - clock.now())


def answer(council, who, *what):
    with council.town.app.app_context():
        answering.answer(council.town[who].actor, council.row().happening_id, *what)


def move(council, starts_at):
    with council.town.app.app_context():
        when = When(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
        appointing.move(council.row().happening_id, when)


def reminded(council, code):
    """Let the worker do its duties; return how often each was reminded since the beginning."""
    with council.town.app.app_context():
        run_duties()
        found = db.session.scalars(select(Notice.user_id).where(Notice.code == code))
        names = {council.town[who].id: who for who in EVERYBODY}
        return sorted(names[each] for each in found)


DAY, SOON = "calendar.reminded", "calendar.begins_soon"


def test_a_day_before_and_an_hour_before_once_each(council):
    go_to(timedelta(days=1, minutes=1))
    assert reminded(council, DAY) == []
    answer(council, "vera", "no")
    answer(council, "boris", "proxy", council.town["anna"].id)
    answer(council, "anna", "yes")
    go_to(timedelta(days=1))
    assert reminded(council, DAY) == ["anna", "galina", "irina"]
    assert reminded(council, DAY) == ["anna", "galina", "irina"]
    answer(council, "vera", "yes")  # she comes after all, so she is reminded too
    assert reminded(council, DAY) == ["anna", "galina", "irina", "vera"]
    assert reminded(council, SOON) == []
    go_to(timedelta(hours=1))
    assert reminded(council, SOON) == ["anna", "galina", "irina", "vera"]
    go_to(timedelta(0))
    assert reminded(council, SOON) == ["anna", "galina", "irina", "vera"]
    assert reminded(council, DAY) == ["anna", "galina", "irina", "vera"]


def test_another_hour_begins_anew(council):
    go_to(timedelta(hours=20))
    assert len(reminded(council, DAY)) == 5
    move(council, HOUR + timedelta(days=3))
    assert len(reminded(council, DAY)) == 5
    clock.travel(timedelta(days=3))
    assert len(reminded(council, DAY)) == 10


def test_nobody_is_reminded_of_what_they_were_just_told(council):
    go_to(timedelta(hours=20))
    move(council, HOUR + timedelta(minutes=5))
    assert reminded(council, DAY) == []
    go_to(timedelta(minutes=50))
    assert len(reminded(council, SOON)) == 5


def test_a_worker_that_slept_sends_the_last_reminder_alone(council):
    go_to(timedelta(minutes=10))
    assert len(reminded(council, SOON)) == 5
    assert reminded(council, DAY) == []


def test_of_two_workers_one_reminds(council):
    go_to(timedelta(hours=1))
    with council.town.app.app_context():
        happening = council.row().happening_id
        assert len(reminding.remind(happening)) == 5
        assert reminding.remind(happening) == []


def test_of_what_is_called_off_nobody_is_reminded(council):
    go_to(timedelta(days=2))
    with council.town.app.app_context():
        appointing.settle(council.row().happening_id, "cancelled")
    go_to(timedelta(minutes=30))
    assert reminded(council, SOON) == []


def letters(council):
    """Return the reminders that lie in the installation's folder, by addressee."""
    council.town.drain()
    folder = council.town.app.extensions["community"].mail_dir
    found = [each.read_text() for each in folder.glob("*.txt")]
    return {
        who: letter
        for who in EVERYBODY
        for letter in found
        if f"{who}@" in letter and "Напоминаем" in letter
    }


def confirm_mailboxes(council):
    with council.town.app.app_context(), transaction():
        db.session.execute(update(User).values(email_confirmed_at=clock.now()))


def test_the_letter_says_when_and_goes_to_whoever_wants_letters(council):
    with council.town.app.app_context():
        choose_mail(council.town["anna"].actor, set(GROUPS) - {"calendar"})
    confirm_mailboxes(council)
    go_to(timedelta(days=1))
    reminded(council, DAY)
    sent = letters(council)
    assert sent.keys() == EVERYBODY - {"anna"}
    assert "Напоминаем: завтра, 15:00 — «Итоги первой четверти»" in sent["vera"]
    clock.travel(timedelta(hours=22))
    page = council.town["anna"].get("/notices").get_data(as_text=True)
    assert "Напоминаем: сегодня, 15:00 — «Итоги первой четверти»" in page


def test_a_letter_stays_where_the_hour_was_moved_meanwhile(council):
    confirm_mailboxes(council)
    go_to(timedelta(days=1))
    reminded(council, DAY)
    move(council, HOUR + timedelta(days=2))
    assert letters(council) == {}


def test_who_leaves_the_community_is_expected_no_more(council):
    town = council.town
    answer(council, "vera", "proxy", town["anna"].id)
    with town.app.app_context():
        assert answering.expect_no_more(town.community_id, town["gleb"].id) == []
        members.leave(town["anna"].actor, town.community_id)
    town.drain()
    with town.app.app_context():
        found = calendar.answers(council.row().happening_id)
        assert {each.name.split()[0]: each.answer for each in found} == {
            "Борис": "", "Вера": "", "Галина": "", "Ирина": "",
        }  # fmt: skip
        told = select(Notice.user_id).where(Notice.code == "calendar.holder_gave_back")
        assert list(db.session.scalars(told)) == [town["vera"].id]
    go_to(timedelta(days=1))
    assert reminded(council, DAY) == ["boris", "galina", "irina", "vera"]
