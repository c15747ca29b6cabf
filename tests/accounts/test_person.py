"""What a person may change about themselves, and what stays in sight (B05, S3 §4 r4)."""

import pytest

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.core.db import db
from tests.accounts.stories import PASSWORD, Visitor, said


@pytest.fixture
def anna(visitor):
    visitor.register()
    visitor.sign_in()
    return visitor


def test_a_rename_leaves_a_trace_on_the_page_and_in_the_journal(site, anna):
    from community.accounts import queries

    done = anna.fill(
        "/me/name", {"last_name": "петрова", "first_name": "Анна", "patronymic": "Сергеевна"}
    )

    assert done.status_code == 302
    assert "Ранее: Соколова Анна Сергеевна" in said(anna.get("/me"))
    with site.app_context():
        person = queries.user(1)
        assert (person.name, person.sort_name) == ("Анна Петрова", "петрова анна сергеевна")
        entry = db.session.scalars(db.select(AuditEntry)).one()
        assert (entry.kind, entry.target_kind, entry.target_id) == ("account.renamed", "user", 1)
        assert "Соколова" not in entry.body


def test_the_same_name_is_no_rename(site, anna):
    same = {"last_name": "Соколова", "first_name": "Анна", "patronymic": "Сергеевна"}
    anna.fill("/me/name", same)

    with site.app_context():
        assert db.session.scalars(db.select(AuditEntry)).all() == []


def test_nobody_becomes_anonymous_by_renaming(anna):
    page = anna.fill("/me/name", {"last_name": "Аноним", "first_name": "Анна", "patronymic": ""})

    assert page.status_code == 422
    assert "Здесь каждый подписывается" in said(page)
    assert 'value="Аноним"' in page.text  # what was typed is kept


def test_school_and_subjects_change_together_with_the_signature(site, anna):
    from community.accounts import queries

    new = {
        "school": "Гимназия",
        "post": "завуч",
        "subjects": "Физика, физика; химия",
        "role": "head",
    }
    assert anna.fill("/me/details", new).status_code == 302

    with site.app_context():
        person = queries.user(1)
        assert person.subject_line == "физика, химия"
        assert (person.post, person.role) == ("завуч", "head")
        assert queries.school_name(1) == "Гимназия"


def test_the_look_follows_the_person_to_another_device(site, anna):
    anna.post("/view", {"theme": "dark", "vision_on": "1", "vision_size": "3"}, page="/me")
    phone = Visitor(site)
    phone.sign_in()

    page = phone.get("/me").text
    assert phone.client.get_cookie("view") is None
    with site.app_context():
        from community.accounts import queries

        assert "theme=dark" in queries.user(1).preferences["view"]
    assert page


def test_the_language_is_chosen(anna):
    anna.post("/me/language", {"language": "en"}, page="/me")
    assert "Your real full name stands under every word." in said(anna.get("/me"))
    anna.post("/me/language", {"language": "klingon"}, page="/me")
    assert "Your real full name stands under every word." in said(anna.get("/me"))


def test_a_changed_consent_is_asked_for_again_before_anything_else(site, anna):
    from community.accounts import queries
    from community.core.transactions import transaction

    with site.app_context(), transaction():
        queries.user(1).consent_sha = "0" * 64  # the text has changed since

    assert anna.get("/me").headers["Location"] == "/me/consent?next=/me"
    assert anna.post("/me/language", {"language": "en"}, page="/me/consent").status_code == 403
    page = anna.get("/me/consent?next=/me/name")
    assert "Текст изменился" in said(page)
    assert "checked" not in page.text
    from tests.accounts.stories import hidden

    form = {"text": hidden(page.text, "text"), "consent": "y"}
    assert (
        anna.post("/me/consent?next=/me/name", form, page="/me/consent").headers["Location"]
        == "/me/name"
    )
    assert anna.is_in()


def test_a_withdrawn_consent_leaves_three_ways_open(site, anna):
    from community.accounts.models import Consent

    anna.post("/me/consents/withdraw", page="/me/consents")

    with site.app_context():
        assert db.session.scalars(db.select(Consent)).one().withdrawn_at is not None
    assert not anna.is_in()
    for path in ("/me/consents", "/me/data", "/me/leave", "/me/consent"):
        assert anna.get(path).status_code == 200, path


def test_every_page_of_the_settings_is_drawn_and_asks_to_sign_in(site, anna):
    paths = (
        "",
        "/name",
        "/details",
        "/email",
        "/password",
        "/sessions",
        "/second-step",
        "/consents",
        "/data",
    )
    for path in (*paths, "/leave"):
        assert anna.get(f"/me{path}").status_code == 200, path
        assert Visitor(site).get(f"/me{path}").headers["Location"].startswith("/login?next="), path


def test_the_confirming_letter_is_sent_again_until_it_is_used(site, anna, letters):
    before = len(letters.all())
    again = anna.post("/me/email/confirm", page="/me")
    assert again.status_code == 302
    assert len(letters.all()) == before + 1
    anna.fill(letters.link(), {"password": PASSWORD})
    with site.app_context():
        assert db.session.scalars(db.select(User.email_confirmed_at)).one() is not None

    anna.post("/me/email/confirm", page="/me")
    assert len(letters.all()) == before + 1, "a confirmed mailbox needs no letter"
