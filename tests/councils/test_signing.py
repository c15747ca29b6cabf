"""The minutes are shown, objected to, signed by two and sealed; then nothing changes them."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.core.worker import run_duties
from community.councils import minutes as paper
from community.councils.cli import councils
from community.councils.models import CouncilMinutes, CouncilNote, CouncilObjection
from community.councils.queries import objections as reading
from community.councils.services import holding
from tests.councils.signed import closed, hidden, sealed_minutes, shown, sign, term_over, text


@pytest.fixture
def over(opened):
    return closed(opened)


@pytest.fixture
def for_signing(over):
    return term_over(shown(over))


def row(meeting):
    with meeting.town.app.app_context():
        return db.session.get_one(CouncilMinutes, meeting.id)


def page(meeting, who):
    return text(meeting.town[who].get(f"{meeting.path}/minutes"))


def object_to(meeting, who, words="Я голосовала за, а записано иначе.", **more):
    return meeting.town[who].post(f"{meeting.path}/minutes/objection", {"body": words, **more})


def objection(meeting):
    with meeting.town.app.app_context():
        return db.session.scalar(select(CouncilObjection.entry_id).limit(1))


def answer(meeting, verdict, words="Исправлено по записи голосования.", **more):
    where = f"{meeting.path}/minutes/objections/{objection(meeting)}"
    return meeting.secretary.post(where, {"body": words, "verdict": verdict, **more})


def note_id(meeting):
    with meeting.town.app.app_context():
        return db.session.scalar(
            select(CouncilNote.entry_id).where(
                CouncilNote.council_id == meeting.id, CouncilNote.dropped_at.is_(None)
            )
        )


def journal(meeting, kind):
    with meeting.town.app.app_context():
        found = select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.number)
        return list(db.session.scalars(found))


def notices(meeting, who):
    return text(meeting.town[who].get("/notices"))


def test_minutes_are_shown_when_the_council_is_over(opened):
    fields = {"days": "3", "version": "1"}
    assert opened.secretary.post(f"{opened.path}/minutes/show", fields).status_code == 409
    closed(opened)
    assert "Показать участникам" not in page(opened, "galina")  # it is the secretary's
    assert opened.chair.post(f"{opened.path}/minutes/show", fields).status_code == 403
    fields["days"] = "40"
    assert opened.secretary.post(f"{opened.path}/minutes/show", fields).status_code == 422

    shown(opened)
    assert row(opened).state == "objections"
    assert "Провести консультации до Нового года." in page(opened, "anna")
    assert "Протокол № 1 открыт для замечаний" in notices(opened, "anna")


def test_a_page_that_is_old_moves_nothing(over):
    old = over.secretary.get(f"{over.path}/minutes").get_data(as_text=True)
    shown(over)
    fields = {"version": str(row(over).version)}
    assert over.secretary.post(f"{over.path}/minutes/back", fields).status_code == 200
    again = {"days": "3", "version": hidden(old, "version")}
    assert over.secretary.post(f"{over.path}/minutes/show", again).status_code == 409
    assert row(over).state == "draft"  # what is mended now is not shown half-done


def test_an_objection_is_accepted(over):
    shown(over)
    assert object_to(over, "anna", item_id=str(over.items[0])).status_code == 200
    assert "Я голосовала за, а записано иначе." in page(over, "boris")
    assert "вопрос 1" in page(over, "boris")
    term_over(over)
    assert row(over).state == "objections"  # it waits for the answer
    assert sign(over, over.secretary).status_code == 409

    path = f"{over.path}/minutes/notes/{note_id(over)}"
    over.secretary.post(path, {"body": "Провести консультации до 25 декабря.", "revision": "1"})
    assert answer(over, "accepted").status_code == 200
    seen = page(over, "anna")
    assert "Провести консультации до 25 декабря." in seen
    assert "принято" in seen
    assert row(over).state == "signing"  # the last answer after the term leads on
    assert answer(over, "declined").status_code == 409


def test_an_objection_is_declined_with_words(over):
    shown(over)
    object_to(over, "anna")
    assert answer(over, "declined", words="").status_code == 422
    assert answer(over, "", words="Почему-то.").status_code == 422
    assert answer(over, "declined", words="Так записано в бюллетене.").status_code == 200
    assert "Так записано в бюллетене." in page(over, "vera")
    assert "отклонено" in page(over, "vera")
    assert row(over).state == "objections"  # others may still object till the term


def test_objections_keep_to_the_term_and_the_rules(over):
    assert object_to(over, "anna").status_code == 404  # nobody but the desks knows the draft
    shown(over)
    refused = object_to(over, "anna", "Позвоните мне: 8 904 111-22-33.")
    assert refused.status_code == 422
    assert "8 904 111-22-33" in refused.get_data(as_text=True)
    clock.travel(timedelta(days=3))
    late = object_to(over, "anna")  # the duty has not looked yet
    assert late.status_code == 409
    assert objection(over) is None


def test_two_sign_and_the_minutes_are_sealed(for_signing):
    it = for_signing
    assert sign(it, it.secretary).status_code == 200
    first = row(it)
    assert (first.state, first.secretary_signed_by) == ("signing", it.secretary.id)
    assert sign(it, it.secretary).status_code == 409  # once is enough
    assert sign(it, it.town["anna"]).status_code == 403

    assert sign(it, it.chair).status_code == 200
    last = row(it)
    assert (last.state, last.content, last.sha256) == ("sealed", first.content, first.sha256)
    assert last.sha256 == paper.fingerprint(last.content)
    entry = journal(it, "council.minutes_sealed")[-1]
    assert entry.number == last.sealed_number
    told = json.loads(entry.body)
    assert (told["sha256"], told["minutes_number"]) == (last.sha256, 1)
    assert "консультации" not in entry.body  # the journal holds no words
    seen = page(it, "anna")
    assert f"SHA-256 {last.sha256}" in seen
    assert "Протокол не изменён" in seen
    assert f"запись № {last.sealed_number}" in seen


def test_a_signature_asks_for_the_password(for_signing):
    wrong = sign(for_signing, for_signing.secretary, password="не тот пароль 1954")
    assert wrong.status_code == 403
    assert row(for_signing).secretary_signed_at is None
    for _more in range(6):
        last = sign(for_signing, for_signing.secretary, password="не тот пароль 1954")
    assert last.status_code == 429
    assert sign(for_signing, for_signing.secretary).status_code == 429  # the right one waits too
    clock.travel(timedelta(minutes=16))
    assert sign(for_signing, for_signing.secretary).status_code == 200


def test_one_signs_what_one_has_seen(for_signing):
    other = sign(for_signing, for_signing.chair, sha256="0" * 64)
    assert other.status_code == 409
    assert "Протокол изменился" in text(other)
    assert row(for_signing).content is None


def test_words_that_are_signed_stay(for_signing):
    entry = note_id(for_signing)
    sign(for_signing, for_signing.secretary)
    path = f"{for_signing.path}/minutes/notes/{entry}"
    assert for_signing.secretary.post(path, {"body": "Иначе.", "revision": "1"}).status_code == 409
    assert for_signing.secretary.post(f"{path}/out").status_code == 409
    edited = for_signing.secretary.post(f"/e/{entry}/edit", {"body": "Иначе.", "revision": "1"})
    assert edited.status_code in (403, 409)
    withdrawn = for_signing.secretary.post(f"/e/{entry}/withdraw")
    assert withdrawn.status_code in (403, 409)
    assert "Провести консультации до Нового года." in page(for_signing, "anna")


def test_the_secretary_takes_them_back_before_the_second(for_signing):
    it = for_signing
    sign(it, it.chair)
    version = {"version": str(row(it).version)}
    assert it.chair.post(f"{it.path}/minutes/back", version).status_code == 403
    assert it.secretary.post(f"{it.path}/minutes/back", version).status_code == 200
    back = row(it)
    assert (back.state, back.content, back.chairman_signed_by) == ("draft", None, None)
    assert json.loads(journal(it, "council.minutes_taken_back")[-1].body)["signatures"] == 1
    assert "Протокол растёт" in page(it, "anna")

    term_over(shown(it))
    sign(it, it.secretary)
    sign(it, it.chair)
    assert row(it).state == "sealed"
    version = {"version": str(row(it).version)}
    assert it.secretary.post(f"{it.path}/minutes/back", version).status_code == 409


def test_a_secretary_who_dropped_out_is_replaced(for_signing):
    it, anna = for_signing, for_signing.town["anna"]
    sign(it, it.chair)
    it.do(holding.appoint_secretary, anna.id)
    assert row(it).chairman_signed_at is None  # what was signed named another secretary
    assert sign(it, it.secretary).status_code == 403
    assert sign(it, anna).status_code == 200
    assert sign(it, it.chair).status_code == 200
    assert row(it).content["secretary"] == "Соколова\u00a0А.\u00a0С."
    with pytest.raises(Exception, match="sealed"):
        it.do(holding.appoint_secretary, it.secretary.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE council_minutes SET content = '{}'",
        "UPDATE council_minutes SET state = 'draft', sha256 = NULL",
        "DELETE FROM council_minutes",
    ],
)
def test_the_database_itself_keeps_sealed_minutes(town, statement):
    sealed_minutes(town)
    with town.app.app_context(), pytest.raises(DBAPIError, match="sealed minutes"), transaction():
        db.session.execute(sql(statement))


def test_a_forged_copy_is_told_on_the_page(town, monkeypatch):
    meeting = sealed_minutes(town)
    with town.app.app_context():
        it = db.session.get_one(CouncilMinutes, meeting.id)
        assert reading.is_whole(it)
        db.session.expunge(it)
        it.content = it.content | {"theme": "Другая тема"}
        assert not reading.is_whole(it)
        it.sha256 = paper.fingerprint(it.content)
        assert not reading.is_whole(it)  # the journal knows another hash
    monkeypatch.setattr(paper, "fingerprint", lambda _content: "0" * 64)
    assert "не совпадает с журналом" in page(meeting, "anna")


WHO = ("galina", "irina", "boris", "anna")


def test_the_operator_checks_all_sealed_minutes(town, monkeypatch):
    sealed_minutes(town)
    with town.app.app_context():
        whole = CliRunner().invoke(councils, ["verify"])
        monkeypatch.setattr(paper, "fingerprint", lambda _content: "0" * 64)
        broken = CliRunner().invoke(councils, ["verify"])
    assert (whole.exit_code, broken.exit_code) == (0, 1), whole.output
    assert "Проверено подписанных протоколов: 1" in whole.output
    assert "Протокол № 1" in broken.output


ACTS = ("note", "edit", "withdraw", "object", "back", "show", "sign", "chair", "duty", "secretary")


@given(
    st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(["galina", "irina", "boris", "anna"])),
        max_size=8,
    )
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_sealed_minutes_never_change(sealed, acts):
    """Whatever anybody does afterwards, what was sealed stays to the letter."""
    before = row(sealed)
    for act, who in acts:
        perform(sealed, act, sealed.town[who])
    after = row(sealed)
    assert (after.state, paper.canonical(after.content), after.sha256, after.version) == (
        "sealed", paper.canonical(before.content), before.sha256, before.version,
    )  # fmt: skip
    assert paper.fingerprint(after.content) == after.sha256


@pytest.fixture
def sealed(town):
    return sealed_minutes(town)


def perform(meeting, act, who):
    entry, path = note_id(meeting), f"{meeting.path}/minutes"
    version = str(row(meeting).version)
    if act == "note":
        who.post(f"{path}/note?item={meeting.items[0]}&kind=heard", {"body": "Ещё слова."})
    elif act == "edit":
        who.post(f"{path}/notes/{entry}", {"body": "Иначе.", "revision": "1"})
    elif act == "withdraw":
        who.post(f"/e/{entry}/withdraw")
    elif act == "object":
        who.post(f"{path}/objection", {"body": "Не согласна."})
    elif act == "back":
        who.post(f"{path}/back", {"version": version})
    elif act == "show":
        who.post(f"{path}/show", {"days": "1", "version": version})
    elif act == "sign":
        who.post(f"{path}/sign", {"password": "мел и доска 1954", "sha256": "0" * 64})
    elif act == "duty":
        with meeting.town.app.app_context():
            run_duties()
    else:
        move = holding.pass_chair if act == "chair" else holding.appoint_secretary
        with pytest.raises(Exception):  # noqa: B017, PT011 — whatever the refusal
            meeting.do(move, meeting.town["vera"].id, by=who)
