"""A forgotten password, a new password, a new e-mail: proven by the mailbox, told to the owner."""

from datetime import UTC, datetime, timedelta

import pytest

from community.core import clock
from tests.accounts.stories import PASSWORD, Visitor, said

NOON = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
NEW = "новое слово и ещё одно"


@pytest.fixture
def anna(visitor):
    with clock.frozen(NOON):
        visitor.register()
        visitor.sign_in()
        yield visitor


def test_a_known_and_an_unknown_email_answer_the_same(site, anna, letters):
    stranger = Visitor(site)
    known = stranger.fill("/password/forgotten", {"email": "anna@example.org"})
    unknown = stranger.fill("/password/forgotten", {"email": "nobody@example.org"})

    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert [to for to, subject, _text in letters.all() if "пароль" in subject.lower()] == [
        "anna@example.org"
    ]
    assert letters.all()[-1][0] == "nobody@example.org"  # told in the mailbox, and only there


def test_the_link_gives_a_new_password_and_ends_every_session(site, anna, letters):
    Visitor(site).fill("/password/forgotten", {"email": "ANNA@example.org"})
    link = letters.link()
    assert "anna" not in link.lower()
    other = Visitor(site)

    assert other.fill(link, {"password": "короткий"}).status_code == 422
    assert other.fill(link, {"password": NEW}).headers["Location"] == "/login"

    assert not anna.is_in()
    assert anna.sign_in(password=PASSWORD).status_code == 422
    assert anna.sign_in(password=NEW).status_code == 302
    assert "Пароль изменён" in letters.all()[-1][1]


def test_the_link_works_once_for_two_hours_and_only_the_newest(site, anna, letters):
    stranger = Visitor(site)
    stranger.fill("/password/forgotten", {"email": "anna@example.org"})
    first = letters.link()
    stranger.fill("/password/forgotten", {"email": "anna@example.org"})
    second = letters.link()

    assert stranger.get(first).status_code == 409
    assert stranger.get(second).status_code == 200
    clock.travel(timedelta(hours=2, seconds=1))
    assert stranger.get(second).status_code == 409

    stranger.fill("/password/forgotten", {"email": "anna@example.org"})
    third = letters.link()
    stranger.fill(third, {"password": NEW})
    assert stranger.get(third).status_code == 409
    assert stranger.get("/password/new/garbage").status_code == 409


def test_nobody_can_flood_a_mailbox(site, anna, letters):
    stranger = Visitor(site)
    before = len(letters.all())
    for _ in range(20):
        stranger.fill("/password/forgotten", {"email": "anna@example.org"})
        stranger.fill("/password/forgotten", {"email": "nobody@example.org"})

    assert len(letters.all()) - before <= 6


def test_a_new_password_signs_the_other_devices_out(site, anna):
    phone = Visitor(site)
    phone.sign_in()

    assert anna.fill("/me/password", {"old": "не тот", "password": NEW}).status_code == 422
    assert anna.fill("/me/password", {"old": PASSWORD, "password": NEW}).status_code == 302

    assert anna.is_in()
    assert not phone.is_in()


def test_a_new_email_works_once_its_mailbox_says_so(site, anna, letters):
    anna.fill("/me/email", {"email": "sokolova@example.org", "password": PASSWORD})
    assert Visitor(site).sign_in("sokolova@example.org").status_code == 422
    link = letters.link("sokolova@example.org")

    anna.get(link)
    assert (
        Visitor(site).sign_in("sokolova@example.org").status_code == 422
    )  # reading is not confirming
    anna.fill(link, {})

    assert Visitor(site).sign_in("sokolova@example.org").status_code == 302
    assert Visitor(site).sign_in("anna@example.org").status_code == 422
    assert letters.all()[-1][0] == "anna@example.org"  # the old mailbox is told


def test_anothers_email_is_not_told_to_be_taken(site, anna, letters):
    boris = Visitor(site)
    boris.register(email="boris@example.org")
    boris.sign_in("boris@example.org")

    free = boris.fill("/me/email", {"email": "free@example.org", "password": PASSWORD})
    taken = boris.fill("/me/email", {"email": "anna@example.org", "password": PASSWORD})

    assert free.headers["Location"] == taken.headers["Location"]
    assert letters.all()[-1][:2][0] == "anna@example.org"
    assert "/confirm/" not in letters.all()[-1][2]


def test_a_stale_page_is_told_in_words(site, anna):
    page = anna.get("/confirm/garbage")

    assert page.status_code == 409
    assert "Эта ссылка больше не действует" in said(page)
