"""`community user`: an operator's work, in words, with a trace in the journal."""

import pytest
from click.testing import CliRunner

from community.audit.models import AuditEntry
from community.core.db import db
from tests.accounts.stories import Visitor


@pytest.fixture
def run(site):
    from community.accounts.cli import user

    def command(*words, **kwargs):
        with site.app_context():
            return CliRunner().invoke(user, list(words), **kwargs)

    return command


def test_an_account_is_opened_and_asked_for_consent_at_the_door(site, run):
    words = ["--email", "vera@example.org", "--last-name", "Ильина", "--first-name", "Вера"]
    made = run(
        "create", *words, "--school", "Школа № 1", "--password-stdin", input="сосна над озером 42\n"
    )

    assert made.exit_code == 0, made.output
    vera = Visitor(site)
    assert vera.sign_in("vera@example.org", "сосна над озером 42").status_code == 302
    assert vera.get("/me").headers["Location"].startswith("/me/consent")
    assert "Вера Ильина" in run("list", "ильин").output
    assert "Школа:     Школа № 1" in run("show", "vera@example.org").output


def test_a_bad_name_is_refused_in_words(run):
    words = [
        "--email",
        "x@example.org",
        "--last-name",
        "Админ",
        "--first-name",
        "Вера",
        "--school",
        "1",
    ]
    made = run("create", *words, "--password-stdin", input="сосна над озером 42\n")

    assert made.exit_code == 1
    assert "Здесь каждый подписывается" in made.output


def test_a_suspended_person_is_out_at_once_and_may_come_back(site, run, visitor):
    visitor.register()
    visitor.sign_in()

    assert run("suspend", "anna@example.org").exit_code == 0
    assert not visitor.is_in()
    assert visitor.sign_in().status_code == 422
    assert run("suspend", "anna@example.org").exit_code == 1
    assert run("resume", "anna@example.org").exit_code == 0
    assert visitor.sign_in().status_code == 302
    with site.app_context():
        kinds = db.session.scalars(db.select(AuditEntry.kind).order_by(AuditEntry.number)).all()
    assert kinds == ["account.suspended", "account.resumed"]


def test_a_link_is_handed_over_in_person(site, run, visitor):
    visitor.register()
    link = run("reset-link", "anna@example.org").output.strip()
    path = link[link.index("/password/") :]

    assert visitor.fill(path, {"password": "совсем новое слово"}).status_code == 302
    assert visitor.sign_in(password="совсем новое слово").status_code == 302


def test_an_unknown_email_is_told(run):
    for command in ("show", "reset-link", "suspend", "resume", "confirm", "promote-operator"):
        answer = run(command, "nobody@example.org")
        assert answer.exit_code == 1
        assert "нет" in answer.output


def test_without_letters_the_operator_confirms_and_is_told_where_letters_are(site, run, visitor):
    visitor.register()
    visitor.sign_in()
    assert "складываются в папку" not in visitor.get("/me").text

    run("promote-operator", "anna@example.org")
    run("confirm", "anna@example.org")

    page = visitor.get("/me").text
    assert "складываются в папку" in page
    assert "адрес подтверждён" in page
