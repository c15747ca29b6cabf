"""Signing in: sessions are rows, failures slow down, nobody learns who has an account."""

import re
from datetime import timedelta

import pytest

from community.core import clock
from community.core.db import db
from tests.accounts.conftest import NOON
from tests.accounts.stories import PASSWORD, Visitor, said, token


@pytest.fixture
def anna(noon, visitor):
    visitor.register()
    visitor.sign_in()
    return visitor


def rows(site):
    from community.accounts.models import SignIn

    with site.app_context():
        return db.session.scalars(db.select(SignIn).order_by(SignIn.id)).all()


def test_an_unknown_person_and_a_wrong_password_look_the_same(site, visitor):
    visitor.register()

    wrong = visitor.sign_in(password="не тот пароль вовсе")
    unknown = visitor.sign_in(email="anna@example.com", password="не тот пароль вовсе")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert said(wrong).replace("anna@example.org", "") == said(unknown).replace(
        "anna@example.com", ""
    )


def test_the_database_holds_no_key_that_a_cookie_would_take(site, anna):
    row = rows(site)[0]
    cookie = anna.client.get_cookie("session").value

    assert row.key_hash not in cookie
    assert row.network == "10.1.2.0"
    with anna.client.session_transaction() as kept:
        assert len(kept["_user_id"]) >= 43  # 256 random bits
        assert set(kept) <= {"_user_id", "_fresh", "_id", "_permanent", "csrf_token", "_flashes"}


def test_the_session_is_made_anew_at_signing_in(site, visitor):
    visitor.register()
    with visitor.client.session_transaction() as before:
        before["planted"] = "by someone else"

    visitor.sign_in()

    with visitor.client.session_transaction() as after:
        assert "planted" not in after


def test_signing_out_ends_the_row_and_not_only_the_cookie(site, anna):
    stolen = anna.client.get_cookie("session").value
    anna.post("/logout", page="/me")

    assert rows(site)[0].revoked_at is not None
    thief = Visitor(site)
    thief.client.set_cookie("session", stolen)
    assert not thief.is_in()


def test_a_device_is_listed_and_signed_out_from_another(site, anna):
    phone = Visitor(site, agent="Phone", address="2001:db8:aaaa:bbbb::1")
    phone.sign_in()
    page = anna.get("/me/sessions")
    assert "Phone" in said(page)
    assert "2001:db8:aaaa::" in said(page)

    anna.post(f"/me/sessions/{rows(site)[1].id}/close", page="/me/sessions")

    assert not phone.is_in()
    assert anna.is_in()


def test_another_persons_session_is_not_found(site, anna):
    boris = Visitor(site)
    boris.register(email="boris@example.org")
    boris.sign_in("boris@example.org")

    answer = boris.post(f"/me/sessions/{rows(site)[0].id}/close", page="/me")

    assert answer.status_code == 404
    assert anna.is_in()


def test_everywhere_else_means_everywhere_else(site, anna):
    phone, tablet = Visitor(site), Visitor(site)
    phone.sign_in()
    tablet.sign_in()

    anna.post("/me/sessions/close-others", page="/me")

    assert (anna.is_in(), phone.is_in(), tablet.is_in()) == (True, False, False)


def test_a_session_lapses_after_two_idle_weeks_and_after_thirty_days_anyway(site, noon, visitor):
    visitor.register()
    visitor.sign_in()
    clock.travel(timedelta(days=13))
    assert visitor.is_in()
    clock.travel(timedelta(days=13))
    assert visitor.is_in()
    clock.travel(timedelta(days=3, hours=23))
    assert visitor.is_in()
    clock.travel(timedelta(hours=2))  # thirty days since the beginning
    assert not visitor.is_in()

    visitor.sign_in()
    clock.travel(timedelta(days=14, minutes=1))
    assert not visitor.is_in()


def test_use_is_noted_at_most_every_five_minutes(site, anna):
    clock.travel(timedelta(minutes=4))
    anna.get("/me")
    assert rows(site)[0].seen_at == NOON
    clock.travel(timedelta(minutes=2))
    anna.get("/me")
    assert rows(site)[0].seen_at == NOON + timedelta(minutes=6)


def test_failures_slow_down_and_the_page_says_until_when(site, noon, visitor):
    visitor.register()
    for _ in range(5):
        assert visitor.sign_in(password="не тот пароль вовсе").status_code == 422

    page = visitor.sign_in()

    assert page.status_code == 429
    assert page.headers["Retry-After"] == "2"
    assert "через 2 секунды, в 12:00:02" in said(page)
    clock.travel(timedelta(seconds=3))
    assert visitor.sign_in().status_code == 302
    clock.travel(timedelta(seconds=1))
    assert (
        Visitor(site).sign_in(password="не тот пароль вовсе").status_code == 422
    )  # counted from zero again


def test_the_pause_grows_to_a_quarter_of_an_hour_and_no_further(site, noon, visitor):
    visitor.register()
    pauses = []
    for _ in range(20):
        answer = visitor.sign_in(password="не тот пароль вовсе")
        while answer.status_code == 429:
            pauses.append(int(answer.headers["Retry-After"]))
            clock.travel(timedelta(seconds=pauses[-1]))
            answer = visitor.sign_in(password="не тот пароль вовсе")
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900]
    clock.travel(timedelta(minutes=15))
    assert visitor.sign_in().status_code == 302  # slowed down, never locked out


def test_an_unknown_email_is_slowed_down_just_so(site, noon, visitor):
    for _ in range(5):
        visitor.sign_in("nobody@example.org", "не тот пароль вовсе")
    assert visitor.sign_in("nobody@example.org", "не тот пароль вовсе").status_code == 429


def test_a_stranger_cannot_slow_down_the_owners_own_device(site, anna):
    anna.post("/logout", page="/me")
    stranger = Visitor(site, address="203.0.113.7")
    for _ in range(6):
        stranger.sign_in(password="не тот пароль вовсе")

    assert stranger.sign_in().status_code == 429
    assert anna.sign_in().status_code == 302


def test_an_address_is_slowed_down_whoever_it_tries(site, noon, visitor):
    robot = Visitor(site, address="203.0.113.7")
    for number in range(30):
        robot.sign_in(f"person{number}@example.org", "не тот пароль вовсе")

    assert robot.sign_in("person99@example.org", "не тот пароль вовсе").status_code == 429
    assert visitor.sign_in("person99@example.org", "не тот пароль вовсе").status_code == 422


def test_signing_in_leads_back_but_never_to_another_site(site, visitor):
    visitor.register()
    asked = visitor.get("/me/sessions")
    assert asked.headers["Location"] == "/login?next=/me/sessions"

    assert visitor.sign_in(next="//evil.example/x").headers["Location"] == "/"
    other = Visitor(site)
    assert other.sign_in(next="/me/sessions").headers["Location"] == "/me/sessions"


def test_an_old_hash_is_made_anew(site, visitor):
    from argon2 import PasswordHasher

    from community.accounts import queries
    from community.core.transactions import transaction

    visitor.register()
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with site.app_context(), transaction():
        queries.user(1).password_hash = weak

    visitor.sign_in()

    with site.app_context():
        assert queries.user(1).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_form_without_its_token_does_nothing(site, anna):
    answer = anna.client.post("/logout")

    assert answer.status_code == 400
    assert anna.is_in()


def test_guesses_at_the_same_moment_are_no_better_than_one_after_another(site, noon, visitor):
    from concurrent.futures import ThreadPoolExecutor

    from community.accounts.services import delays, signing_in
    from community.accounts.services.sessions import Place
    from community.core.errors import Refused

    visitor.register()

    def guess(number):
        with site.app_context():
            try:
                signing_in.sign_in(
                    email="anna@example.org",
                    password=f"догадка номер {number}",
                    place=Place(f"10.0.0.{number}"),
                )
            except Refused:
                return "looked at"
            except delays.TooSoon:
                return "too soon"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(24)))

    assert answers.count("looked at") == 5
    assert answers.count("too soon") == 19


JUNK_FIELDS = (
    "code",
    "email",
    "password",
    "old",
    "mode",
    "last_name",
    "sealed",
    "text",
    "next",
    "sure",
)


def test_junk_is_refused_in_words_on_every_route(site, anna):
    junk = ("\x00", "\u202e" * 300, "-1", "9" * 40, "' OR 1=1 --<script>")
    for rule in site.url_map.iter_rules():
        if not rule.endpoint.startswith("accounts.") or "logout" in rule.rule:
            continue
        path = re.sub("<int:[^>]*>", "1" * 12, rule.rule).replace("<token>", "x")
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            for value in junk:
                proof = token(anna.get("/password/forgotten").text)
                data = dict.fromkeys(JUNK_FIELDS, value) | {"csrf_token": proof}
                answer = anna.client.open(
                    path, method=method, data=data, query_string={"next": value}
                )
                assert answer.status_code < 500, (method, path, value[:20])


def test_passwords_are_hashed_outside_of_write_transactions(site, visitor, monkeypatch, letters):
    from community.accounts import passwords
    from community.core.transactions import in_transaction

    seen = []
    for name in ("hashed", "matches"):
        slow = getattr(passwords, name)
        monkeypatch.setattr(
            passwords,
            name,
            lambda *words, slow=slow: (seen.append(in_transaction()), slow(*words))[1],
        )
    visitor.register()
    visitor.sign_in()
    visitor.fill("/me/password", {"old": PASSWORD, "password": "новое слово и ещё одно"})
    visitor.fill("/me/email", {"email": "new@example.org", "password": "новое слово и ещё одно"})
    Visitor(site).fill("/password/forgotten", {"email": "anna@example.org"})
    Visitor(site).fill(letters.link(), {"password": "третье слово и ещё одно"})
    visitor.sign_in(password="третье слово и ещё одно")
    leaving = {"mode": "keep", "password": "третье слово и ещё одно", "sure": "y"}
    assert visitor.fill("/me/leave", leaving).status_code == 200

    assert len(seen) >= 8
    assert not any(seen)


def test_knowing_who_is_signed_in_costs_one_query(site, anna):
    from sqlalchemy import event

    asked = []
    with site.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    anna.get("/")

    assert [statement[:14] for statement in asked if statement != "BEGIN"] == ["SELECT sign_in"]
