"""The calendar's pages, its files and the feed of a person: what is shown to whom, and nothing more."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from community.accounts.services import feed_keys
from community.calendar.services import answering, appointing
from community.calendar.services.appointing import When
from community.communities.models import Community
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.councils.services import holding
from community.publishing import threads
from community.publishing.models import Thread
from tests.councils.conftest import HOUR, call, hour  # noqa: F401
from tests.moderation.acts import grounds
from tests.world import SLUG

LIST = f"/c/{SLUG}/calendar"


@pytest.fixture
def council(town, hour):  # noqa: F811
    return call(town, town["galina"], town["irina"], takes_proxies=True)


def text(answer, status=200):
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def happening(council):
    return council.row().happening_id


def events(answer):
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.data).events)


def feed_of(town, who):
    """Make the person's address by the button of the page; return its path."""
    page = text(town[who].post(f"{LIST}/address", {"act": "make"}))
    return page[page.index("/calendar/", page.index("http://127.0.0.1:8000/calendar/")) :].split(
        "<"
    )[0]


def test_a_calendar_with_nothing_in_it_says_what_it_is_for(town, hour):  # noqa: F811
    page = text(town["anna"].get(LIST))
    assert "Ничего не назначено" in page
    assert "Подобрать время вместе" in page
    assert "Прошедших встреч пока нет" in text(town["anna"].get(f"{LIST}/past"))
    assert town["anna"].get(f"{LIST}/past?page=2").status_code == 404


def test_what_is_to_come_stands_by_weeks_with_ones_own_answer(town, council):
    page = text(town["anna"].get(LIST))
    assert page.index("На этой неделе") < page.index("Итоги первой четверти")
    assert "четверг, 3 декабря, 15:00" in page
    assert "ждёт вашего ответа" in page
    with town.app.app_context():
        appointing.move(happening(council), When(starts_at=HOUR + timedelta(days=7),
                                                 ends_at=HOUR + timedelta(days=7, hours=1)))  # fmt: skip
        answering.answer(town["anna"].actor, happening(council), "proxy", town["boris"].id)
    page = text(town["anna"].get(LIST))
    assert "На следующей неделе" in page
    assert "вы доверили голос коллеге" in page
    assert "ждёт вашего ответа" not in page
    clock.travel(timedelta(days=8))
    assert "Итоги первой четверти" not in text(town["anna"].get(LIST))
    assert "Итоги первой четверти" in text(town["anna"].get(f"{LIST}/past"))


def test_what_is_today_stands_first_on_the_page_of_news(town, council):
    news = f"/c/{SLUG}/news"
    page = text(town["anna"].get(news))
    assert "сегодня в 15:00" in page
    assert page.index("сегодня в 15:00") < page.index("Итоги первой четверти")
    clock.travel(timedelta(minutes=30))
    assert "идёт сейчас, до 17:00" in text(town["anna"].get(news))
    town["anna"].post(f"{LIST}/{happening(council)}/answer", {"answer": "no"})
    assert "Итоги первой четверти" not in text(town["anna"].get(news))
    clock.travel(timedelta(days=-1))
    assert "Итоги первой четверти" not in text(town["boris"].get(news))  # that is tomorrow


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (14, "14–20 декабря"),
        (28, "28 декабря 2026 — 3 января 2027"),
        (7 * 9, "1–7 февраля 2027"),
        (7 * 13, "1–7 марта 2027"),
        (7 * 17, "29 марта — 4 апреля 2027"),
    ],
)
def test_weeks_are_named_as_people_name_them(town, hour, days, name):  # noqa: F811
    when = When(starts_at=HOUR + timedelta(days=days), ends_at=HOUR + timedelta(days=days, hours=1))
    call(town, town["galina"], town["irina"], when=when)
    assert f">{name}<" in text(town["anna"].get(LIST))


def test_a_stranger_sees_no_calendar(town, council):
    assert town["gleb"].get(LIST).status_code == 403
    assert town["gleb"].get(f"{LIST}/{happening(council)}.ics").status_code == 403
    assert town["anna"].get(f"{LIST}/999.ics").status_code == 404


def test_a_file_carries_the_hour_in_its_zone_and_words_as_they_are(town, hour):  # noqa: F811
    made = call(town, town["galina"], town["irina"])
    with town.app.app_context():
        place = (
            "Кабинет 12; корпус Б, «библиотека» \\ вход со двора, второй этаж, налево от лестницы"
        )
        appointing.move(happening(made), When(starts_at=HOUR, ends_at=HOUR + timedelta(hours=2),
                                              place=place))  # fmt: skip
    answer = town["anna"].get(f"{LIST}/{happening(made)}.ics")
    (event,) = events(answer)
    assert event.start == HOUR
    assert event.start.utcoffset() == timedelta(hours=3)
    assert event["DTSTART"].params["TZID"] == "Europe/Moscow"
    assert event["SUMMARY"] == "Педсовет: Итоги первой четверти"
    assert event["LOCATION"] == place
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CONFIRMED")
    assert event["URL"] == f"http://127.0.0.1:8000{made.path}"
    assert event["DTSTAMP"].dt == clock.now()
    lines = answer.data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"BEGIN:VTIMEZONE" in lines
    assert b"\xd0\x9a" in answer.data  # UTF-8, not entities
    assert "@" not in answer.get_data(as_text=True)  # nobody's mail address


def test_the_feed_follows_answers_moves_and_callings_off(town, council):
    path = feed_of(town, "anna")
    visitor = town.app.test_client()

    def told():
        (event,) = events(visitor.get(path))
        return (
            event["SEQUENCE"],
            event["STATUS"],
            event["ATTENDEE"].params["PARTSTAT"],
            event["TRANSP"],
        )

    (first,) = events(visitor.get(path))
    assert told() == (0, "CONFIRMED", "NEEDS-ACTION", "OPAQUE")
    answers = (("yes", "ACCEPTED", "OPAQUE"), ("no", "DECLINED", "TRANSPARENT"))
    for said, partstat, transp in answers:
        town["anna"].post(f"{LIST}/{happening(council)}/answer", {"answer": said})
        assert told() == (0, "CONFIRMED", partstat, transp)
    with town.app.app_context():
        answering.answer(town["anna"].actor, happening(council), "proxy", town["boris"].id)
    assert told()[2] == "DELEGATED"
    clock.travel(timedelta(minutes=1))
    with town.app.app_context():
        appointing.move(happening(council), When(starts_at=HOUR + timedelta(hours=1),
                                                 ends_at=HOUR + timedelta(hours=2)))  # fmt: skip
    (moved,) = events(visitor.get(path))
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] == 1
    assert moved.start == HOUR + timedelta(hours=1)
    assert moved["DTSTAMP"].dt > first["DTSTAMP"].dt
    council.do(holding.cancel)
    assert told() == (2, "CANCELLED", "NEEDS-ACTION", "TRANSPARENT")


def test_a_feed_that_did_not_change_is_not_sent_again(town, council):
    path, visitor = feed_of(town, "anna"), town.app.test_client()
    tag = visitor.get(path).headers["ETag"]
    assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 304
    town["anna"].post(f"{LIST}/{happening(council)}/answer", {"answer": "yes"})
    assert visitor.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_an_address_opens_ones_own_calendar_until_it_is_taken_back(town, council):
    path, visitor = feed_of(town, "anna"), town.app.test_client()
    with town.app.app_context():
        feed_keys.make(town["anna"].actor)
        journal = feed_keys.key_of(town["anna"].id)
    assert visitor.get(f"/calendar/{journal}.ics").status_code == 404  # another kind of key
    other = feed_of(town, "anna")
    assert visitor.get(path).status_code == 404
    assert len(events(visitor.get(other))) == 1
    page = text(town["anna"].post(f"{LIST}/address", {"act": "revoke"}))
    assert "Адрес отозван" in page
    assert visitor.get(other).status_code == 404
    for wrong in ("0-0", "x", "99999999999-1", f"{town['boris'].id}-{journal.partition('-')[2]}"):
        assert visitor.get(f"/calendar/{wrong}.ics").status_code == 404


def test_a_feed_holds_what_its_reader_may_know_of(town, council):
    gleb, anna = feed_of_outsider(town), feed_of(town, "anna")
    some = frozenset({town["galina"].id, town["irina"].id})
    call(town, town["galina"], town["irina"], people=some)
    visitor = town.app.test_client()
    assert events(visitor.get(gleb)) == []
    assert len(events(visitor.get(anna))) == 1
    assert len(events(visitor.get(feed_of(town, "irina")))) == 2


def feed_of_outsider(town):
    with town.app.app_context():
        feed_keys.make(town["gleb"].actor, "calendar")
        return f"/calendar/{feed_keys.key_of(town['gleb'].id, 'calendar')}.ics"


def test_words_that_are_hidden_or_wait_are_in_no_calendar(town, council):
    paths = [feed_of(town, who) for who in ("anna", "boris", "galina")]
    visitor = town.app.test_client()
    with town.app.app_context():
        theme = db.session.get_one(Thread, council.id).opener_id
    done = town["boris"].post(f"/e/{theme}/remove", grounds("домашние задания"))
    assert done.status_code == 200
    for path in paths:
        (event,) = events(visitor.get(path))
        assert event["SUMMARY"] == "Педсовет"
        assert "LOCATION" not in event
    assert "Итоги первой четверти" not in text(town["anna"].get(LIST))
    with town.app.app_context(), transaction():
        threads.set_thread(council.id, state="hidden")
    for path in paths:
        assert events(visitor.get(path)) == []
    assert "Ничего не назначено" in text(town["boris"].get(LIST))


def test_a_community_without_a_calendar_is_in_no_feed(town, council):
    path = feed_of(town, "anna")
    with town.app.app_context(), transaction():
        it = db.session.get_one(Community, town.community_id)
        it.services = {**it.services, "calendar": False}
    assert events(town.app.test_client().get(path)) == []
    assert town["anna"].get(LIST).status_code == 404


def test_an_hour_of_a_summer_long_ago_and_of_another_zone(town, hour):  # noqa: F811
    """The history of the zone reaches back before the first event, so old hours stay what they were."""
    with clock.frozen(datetime(2010, 6, 1, 9, 0, tzinfo=UTC)):
        summer = datetime(2010, 7, 1, 12, 0, tzinfo=UTC)
        made = call(town, town["galina"], town["irina"],
                    when=When(starts_at=summer, ends_at=summer + timedelta(hours=1)))  # fmt: skip
        (event,) = events(town["anna"].get(f"{LIST}/{happening(made)}.ics"))
    assert event.start == summer
    assert event["DTSTART"].dt.strftime("%H:%M") == "16:00"  # Moscow kept summer time then
