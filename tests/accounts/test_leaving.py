"""«Мои данные» and leaving (A11): everything is handed over, nothing personal stays behind."""

import errno
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from community.core import clock, outbox, worker
from community.core.db import db
from community.core.verdict import ALLOW, deny
from tests.accounts.stories import PASSWORD, Visitor, said

NOON = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def anna(visitor):
    with clock.frozen(NOON):
        visitor.register()
        visitor.sign_in()
        yield visitor


@pytest.fixture
def hooks(monkeypatch):
    """Registries of their own, so that floors above do not join in and nothing stays behind."""
    from community.accounts import my_data
    from community.accounts.services import leaving

    monkeypatch.setattr(leaving, "_before", [])
    monkeypatch.setattr(leaving, "_on", [])
    monkeypatch.setattr(my_data, "_providers", {"account": my_data.account})
    return leaving


def work(site):
    with site.app_context():
        outbox.drain()
        worker.run_duties()
        outbox.drain()


def archive_of(visitor, number=1):
    page = visitor.get(f"/me/data/{number}/download")
    assert page.status_code == 200, said(page)
    return zipfile.ZipFile(io.BytesIO(page.data))


def test_the_archive_holds_what_is_known_and_can_be_read(site, anna, hooks, letters):
    from community.accounts import my_data

    @my_data.provider("texts")
    def texts(user_id):
        yield my_data.DataFile(
            "../../evil/о дробях.md", "Половина детей пропустила осень.", "О дробях"
        )

    anna.fill("/me/name", {"last_name": "Петрова", "first_name": "Анна", "patronymic": "Сергеевна"})
    anna.post("/me/data", page="/me/data")
    assert "ждёт очереди" in said(anna.get("/me/data"))
    work(site)
    assert "Скачать" in said(anna.get("/me/data"))

    archive = archive_of(anna)
    assert archive.testzip() is None
    person = json.loads(archive.read("account/person.json"))
    assert (person["last_name"], person["email"], person["subjects"]) == (
        "Петрова",
        "anna@example.org",
        ["математика", "физика"],
    )
    assert (
        json.loads(archive.read("account/former_names.json"))[0]["old"] == "Соколова Анна Сергеевна"
    )
    assert json.loads(archive.read("account/consents.json"))[0]["purpose"] == "account"
    assert archive.read("texts/evil/о дробях.md").decode().startswith("Половина")
    assert "О дробях" in archive.read("index.html").decode()
    assert not any(
        "argon2" in archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
    )
    posted = [
        file.read_text("utf-8") for file in site.extensions["community"].mail_dir.glob("*.txt")
    ]
    assert any("Архив готов" in letter and "/me/data" in letter for letter in posted)


def test_one_archive_is_made_at_a_time(site, anna, hooks):
    assert anna.post("/me/data", page="/me/data").status_code == 302
    assert anna.post("/me/data", page="/me").status_code == 409
    work(site)
    assert anna.post("/me/data", page="/me/data").status_code == 302


def test_another_persons_archive_is_not_found(site, anna, hooks):
    anna.post("/me/data", page="/me/data")
    work(site)
    boris = Visitor(site)
    boris.register(email="boris@example.org")
    boris.sign_in("boris@example.org")

    assert boris.get("/me/data/1/download").status_code == 404
    assert Visitor(site).get("/me/data/1/download").status_code == 302


def test_after_a_week_the_archive_is_gone_from_the_disk_too(site, anna, hooks):
    from community.accounts import my_data

    anna.post("/me/data", page="/me/data")
    work(site)
    with site.app_context():
        assert len(list(my_data.folder().iterdir())) == 1
    clock.travel(timedelta(days=7, seconds=1))
    assert anna.get("/me/data/1/download").status_code == 404
    work(site)
    with site.app_context():
        assert list(my_data.folder().iterdir()) == []


def test_an_archive_whose_maker_died_is_begun_anew(site, anna, hooks):
    from community.accounts.services import archives
    from community.core.transactions import transaction

    anna.post("/me/data", page="/me/data")
    with site.app_context():
        with transaction():
            archives.begin(1)  # and here the power goes
        outbox.drain()
    assert anna.get("/me/data/1/download").status_code == 404
    clock.travel(timedelta(minutes=16))
    work(site)
    assert archive_of(anna).testzip() is None


def test_a_broken_provider_fails_the_archive_in_words_and_leaves_no_half(site, anna, hooks):
    from community.accounts import my_data

    @my_data.provider("broken")
    def broken(user_id):
        yield my_data.DataFile("one.txt", "one")
        raise OSError("the disk is full")

    anna.post("/me/data", page="/me/data")
    work(site)
    assert "не получился" in said(anna.get("/me/data"))
    with site.app_context():
        assert list(my_data.folder().iterdir()) == []


def leave(visitor, **changes):
    return visitor.fill(
        "/me/leave", {"mode": "anonymise", "password": PASSWORD, "sure": "y"} | changes
    )


def test_leaving_takes_the_name_off_and_erases_what_is_personal(site, anna, hooks):
    from community.accounts import queries
    from community.accounts.models import Consent, SignIn, UserName, UserSubject
    from community.audit import verify
    from community.audit.models import Sealed

    anna.fill("/me/name", {"last_name": "Петрова", "first_name": "Анна", "patronymic": "Сергеевна"})
    phone = Visitor(site)
    phone.sign_in()

    page = leave(anna)

    assert "Имя снято" in said(page)
    assert not anna.is_in()
    assert not phone.is_in()
    with site.app_context():
        person = queries.user(1)
        assert person.name == "Участник (ушёл)"
        assert (person.email, person.password_hash, person.organisation_id) == (None, None, None)
        assert (person.post, person.subject_line, person.patronymic, person.state) == (
            "",
            "",
            "",
            "anonymised",
        )
        for table in (UserName, UserSubject, SignIn, Sealed):
            assert db.session.scalars(db.select(table)).all() == [], table
        consent = db.session.scalars(db.select(Consent)).one()
        assert consent.withdrawn_at is not None
        assert consent.ip == ""
        with verify.snapshot(db.engine) as connection:
            assert verify.verify(connection, [], []) is None  # erased words do not break the chain
    with open_database(site) as dump:
        assert "Соколов" not in dump
        assert "Петров" not in dump


def open_database(site):
    """Every text of the tables of this floor, as a thief of the file would read it."""
    from contextlib import contextmanager

    @contextmanager
    def dump():
        with site.app_context():
            texts = []
            for table in (
                "users",
                "user_names",
                "sign_ins",
                "mailed_tokens",
                "audit_entries",
                "audit_seals",
            ):
                rows = db.session.execute(db.text(f"SELECT * FROM {table}"))
                texts += [str(tuple(row)) for row in rows]
            yield "\n".join(texts)

    return dump()


def test_leaving_with_the_texts_kept_keeps_the_name(site, anna, hooks):
    from community.accounts import queries

    leave(anna, mode="keep")

    with site.app_context():
        person = queries.user(1)
        assert (person.name, person.state, person.email) == ("Анна Соколова", "left", None)
    assert not anna.is_in()
    assert anna.sign_in().status_code == 422
    again = Visitor(site)
    again.register()  # the mailbox is free: one may return
    assert again.sign_in().status_code == 302


def test_leaving_takes_the_password_and_the_tick(site, anna, hooks):
    assert leave(anna, password="не тот пароль").status_code == 422
    assert leave(anna, sure="").status_code == 422
    assert leave(anna, mode="").status_code == 422
    assert anna.is_in()


def test_who_is_needed_is_told_why_and_stays(site, anna, hooks):
    hooks.before_leaving(lambda user_id: deny("account.not_active") if user_id == 1 else ALLOW)

    assert "приостанавливать нечего" in said(anna.get("/me/leave"))
    assert "приостанавливать нечего" in said(leave(anna))
    assert anna.is_in()


def test_what_floors_above_do_happens_in_the_same_transaction(site, anna, hooks):
    def explode(actor, anonymised):
        assert (actor.id, anonymised) == (1, True)
        raise OSError(errno.ENOSPC, "no")

    hooks.on_leaving(explode)
    assert leave(anna).status_code == 503
    assert anna.is_in()
