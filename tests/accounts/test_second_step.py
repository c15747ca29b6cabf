"""The second step: a code from an app, once; recovery codes, once; off only by password and code."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from community.core import clock
from community.core.db import db
from tests.accounts.stories import PASSWORD, Visitor, said

NOON = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def anna(visitor):
    with clock.frozen(NOON):
        visitor.register()
        visitor.sign_in()
        yield visitor


def secret_on(page):
    return re.search(r'class="hash">([A-Z2-7 ]+)<', page.text).group(1).replace(" ", "")


def code_of(secret):
    return pyotp.TOTP(secret).at(clock.now())


def switched_on(anna):
    """Switch the second step on as a person does; return the secret and the recovery codes."""
    anna.post("/me/second-step/prepare", page="/me/second-step")
    page = anna.get("/me/second-step")
    assert 'src="data:image/svg+xml' in page.text
    secret = secret_on(page)
    done = anna.post("/me/second-step/on", {"code": code_of(secret)}, page="/me/second-step")
    codes = re.findall(r'class="hash">([a-z0-9]{5}-[a-z0-9]{5})<', done.text)
    assert len(set(codes)) == 10
    clock.travel(timedelta(minutes=1))
    return secret, codes


def test_a_code_is_asked_for_and_works_once(site, anna):
    secret, _codes = switched_on(anna)
    phone = Visitor(site)

    assert phone.sign_in().headers["Location"] == "/login/code"
    assert not phone.is_in()
    code = code_of(secret)
    assert phone.fill("/login/code", {"code": code}).headers["Location"] == "/"
    assert phone.is_in()

    thief = Visitor(site)
    thief.sign_in()
    assert (
        thief.fill("/login/code", {"code": code}).status_code == 422
    )  # the same code, seen over a shoulder
    assert not thief.is_in()


def test_the_secret_and_the_recovery_codes_are_not_in_the_database(site, anna):
    from community.accounts.models import RecoveryCode, SecondFactor

    secret, codes = switched_on(anna)

    with site.app_context():
        assert secret not in db.session.scalars(db.select(SecondFactor.secret)).one()
        stored = " ".join(db.session.scalars(db.select(RecoveryCode.hash)))
        assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_a_recovery_code_works_once(site, anna):
    _secret, codes = switched_on(anna)

    for expected in (302, 422):
        phone = Visitor(site)
        phone.sign_in()
        assert phone.fill("/login/code", {"code": codes[0].upper()}).status_code == expected
    assert "осталось 9 запасных кодов" in said(anna.get("/me/second-step"))


def test_guessing_codes_slows_down(site, anna):
    switched_on(anna)
    robot = Visitor(site)
    robot.sign_in()
    answers = [robot.fill("/login/code", {"code": f"{n:06}"}).status_code for n in range(6)]

    assert answers == [422] * 5 + [429]


def test_the_step_lapses_after_five_minutes(site, anna):
    secret, _codes = switched_on(anna)
    phone = Visitor(site)
    phone.sign_in()
    clock.travel(timedelta(minutes=5, seconds=1))

    assert "Войдите, пожалуйста, с начала" in said(
        phone.fill("/login/code", {"code": code_of(secret)})
    )
    assert not phone.is_in()


def test_switching_off_takes_password_and_code(site, anna):
    secret, _codes = switched_on(anna)
    path, page = "/me/second-step/off", "/me/second-step"

    assert (
        anna.post(path, {"password": "не тот", "code": code_of(secret)}, page=page).status_code
        == 422
    )
    assert anna.post(path, {"password": PASSWORD, "code": "000000"}, page=page).status_code == 422
    assert (
        anna.post(path, {"password": PASSWORD, "code": code_of(secret)}, page=page).status_code
        == 302
    )
    assert Visitor(site).sign_in().headers["Location"] == "/"


def test_a_secret_in_force_cannot_be_overwritten(anna):
    switched_on(anna)

    assert anna.post("/me/second-step/prepare", page="/me").status_code == 409


def test_new_recovery_codes_replace_the_old(site, anna):
    _secret, old = switched_on(anna)
    page = anna.post("/me/second-step/codes", {"password": PASSWORD}, page="/me/second-step")
    new = re.findall(r'class="hash">([a-z0-9]{5}-[a-z0-9]{5})<', page.text)

    phone = Visitor(site)
    phone.sign_in()
    assert phone.fill("/login/code", {"code": old[0]}).status_code == 422
    assert phone.fill("/login/code", {"code": new[0]}).status_code == 302
