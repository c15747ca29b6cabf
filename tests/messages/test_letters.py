"""Two people write to each other; nobody else reads it, whatever their role (D01, D03)."""

from __future__ import annotations

import email
import email.policy
import io
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.notices.models import Notice
from community.publishing.models import Entry, Thread, VerdictRecord
from community.search.models import SearchTask
from tests.world import SLUG

SECRET = "Елизавета, приходите ко мне на урок в среду"


def _journal_size(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_a_letter_is_read_and_answered_by_its_addressee(letters, anna, irina):
    thread = letters.send(anna, irina, SECRET)

    assert SECRET in letters.read(irina, thread)
    assert irina.post(f"/letters/{thread}", {"body": "Приду с радостью"}).status_code == 200
    said = letters.read(anna, thread)
    assert SECRET in said
    assert "Приду с радостью" in said
    assert letters.send(irina, anna, "И ещё одно") == thread  # the two have one thread


@pytest.mark.parametrize("who", ["boris", "galina", "vera", "gleb"])
def test_nobody_else_reads_a_letter_by_any_address(letters, town, anna, irina, who):
    thread = letters.send(anna, irina, SECRET)
    with town.app.app_context():
        entry = db.session.scalar(select(Entry.id).order_by(Entry.id.desc()))
    stranger = town[who]

    for path in (
        f"/letters/{thread}",
        f"/e/{entry}",
        f"/e/{entry}/edit",
        f"/e/{entry}/history",
        f"/e/{entry}/quote",
        f"/e/{entry}/report",
        f"/e/{entry}/remove",
        f"/e/{entry}/decide",
        f"/e/{entry}/move",
    ):
        answer = stranger.get(path)
        assert answer.status_code in (403, 404), path
        assert "Елизавета" not in answer.get_data(as_text=True), path
    assert stranger.post(f"/letters/{thread}", {"body": "Пустите"}).status_code == 404
    for path in (f"/e/{entry}/report", f"/e/{entry}/remove", f"/e/{entry}/thanks"):
        assert stranger.post(path, {"reason": "оскорбления"}).status_code in (403, 404), path
    for path in ("/letters", f"/people/{anna.id}", f"/c/{SLUG}/news", f"/c/{SLUG}/journal"):
        assert "Елизавета" not in stranger.get(path).get_data(as_text=True), path


def test_letters_stay_out_of_the_search_even_for_the_two(letters, town, anna, irina, app):
    letters.send(anna, irina, SECRET)
    town.drain()
    with app.app_context():
        assert db.session.scalars(select(SearchTask).where(SearchTask.key.like("e%"))).all() == []
    for person in (anna, irina, town["boris"]):
        found = person.get(f"/c/{SLUG}/search?q=Елизавета").get_data(as_text=True)
        assert "приходите ко мне" not in found


def test_a_letter_does_not_stand_on_its_authors_page(letters, anna, irina):
    letters.send(anna, irina, SECRET)
    assert "Елизавета" not in irina.get(f"/people/{anna.id}").get_data(as_text=True)


def test_letters_leave_no_trace_in_the_journal_or_the_queue(letters, town, anna, irina, app):
    before = _journal_size(app)
    letters.send(anna, irina, SECRET)
    blocked = anna.post(f"/people/{irina.id}/write", {"body": "Я тебя убью"})
    town.drain()

    assert blocked.status_code == 422
    assert _journal_size(app) == before
    with app.app_context():
        last = db.session.scalars(select(VerdictRecord).order_by(VerdictRecord.id.desc())).first()
        assert (last.act, last.event, last.number) == ("block", "message", None)
        assert db.session.scalar(select(func.count()).where(Entry.state == "held")) == 0


def test_a_rude_letter_is_asked_about_once_and_never_waits(letters, anna, irina, app):
    body = "Ну ты и дура, Ирина"
    first = anna.post(f"/people/{irina.id}/write", {"body": body})
    shown = first.get_data(as_text=True)
    assert first.status_code == 422
    assert body in shown  # the words are kept
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', shown)
    assert seen is not None

    thread = letters.send(anna, irina, body, seen=seen.group(1))
    assert body in letters.read(irina, thread)
    with app.app_context():
        assert db.session.scalars(select(Entry.state).where(Entry.body == body)).all() == [
            "published"
        ]


def test_a_blocked_letter_stays_a_draft(anna, irina):
    anna.post(f"/people/{irina.id}/write", {"body": "Я тебя убью"})
    assert "Я тебя убью" in anna.get(f"/people/{irina.id}/write").get_data(as_text=True)
    drafts = anna.get("/drafts").get_data(as_text=True)
    assert f'href="/people/{irina.id}/write"' in drafts


def test_strangers_and_oneself_get_no_letters(town, anna, gleb, app):
    for by, to, status in ((anna, gleb, 404), (gleb, anna, 404), (anna, anna, 403)):
        assert by.post(f"/people/{to.id}/write", {"body": "Здравствуйте"}).status_code == status
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Thread.kind == "letter")) == 0


def test_where_the_service_is_off_nobody_writes_and_old_letters_stay(
    letters, town, galina, anna, irina
):
    thread = letters.send(anna, irina, SECRET)
    with town.app.app_context():
        from community.communities.models import Community

        with transaction():
            place = db.session.get_one(Community, town.community_id)
            place.services = {**place.services, "letters": False}

    assert irina.post(f"/letters/{thread}", {"body": "Ответ"}).status_code == 403
    assert SECRET in letters.read(irina, thread)
    assert anna.get(f"/c/{SLUG}/letters").status_code == 404


def test_the_addressee_is_told_once_without_the_words(letters, town, anna, irina, app):
    letters.send(anna, irina, SECRET)
    letters.send(anna, irina, "И ещё: захватите тетрадь")
    town.drain()

    with app.app_context():
        told = db.session.scalars(select(Notice).where(Notice.code == "letter.came")).all()
        assert [each.user_id for each in told] == [irina.id]
        assert "Елизавета" not in str(told[0].params)
    notices = irina.get("/notices").get_data(as_text=True)
    assert "Анна Соколова пишет вам лично" in notices
    assert "Елизавета" not in notices


def test_what_was_read_or_taken_back_is_not_told(letters, town, anna, irina, app):
    thread = letters.send(anna, irina, SECRET)
    letters.read(irina, thread)
    entry = letters.send(anna, town["vera"], "Забудьте") and _last(app)
    anna.post(f"/e/{entry}/withdraw")
    town.drain()
    with app.app_context():
        assert db.session.scalars(select(Notice).where(Notice.code == "letter.came")).all() == []


def _last(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.max(Entry.id)))


def test_the_list_and_the_rail_count_what_is_new(letters, anna, irina):
    thread = letters.send(anna, irina, SECRET)
    listed = irina.get("/letters").get_data(as_text=True)
    assert "row--new" in listed
    assert "Елизавета, приходите" in listed
    rail = re.compile(rf'href="/c/{SLUG}/letters".*?</a>', re.DOTALL)
    assert "1" in rail.search(irina.get(f"/c/{SLUG}/news").get_data(as_text=True)).group()

    letters.read(irina, thread)
    assert "row--new" not in irina.get("/letters").get_data(as_text=True)
    rail_now = rail.search(irina.get(f"/c/{SLUG}/news").get_data(as_text=True)).group()
    assert not re.search(r">\s*1\s*<", rail_now)
    assert "row--new" not in anna.get("/letters").get_data(as_text=True)


def test_a_letter_is_taken_back_by_its_author_alone(letters, anna, irina, app):
    thread = letters.send(anna, irina, SECRET)
    entry = _last(app)
    assert irina.post(f"/e/{entry}/withdraw").status_code == 404
    assert SECRET in letters.read(irina, thread)
    anna.post(f"/e/{entry}/withdraw")
    assert SECRET not in letters.read(irina, thread)
    assert "Елизавета" not in irina.get("/letters").get_data(as_text=True)


def test_a_file_of_a_letter_is_for_the_two(letters, town, anna, irina, app):
    upload = (io.BytesIO("Задачи к уроку".encode()), "задачи.txt")
    thread = letters.send(anna, irina, "Прилагаю", files=upload)
    link = re.search(r'href="(/files/\d+[^"]*)"', letters.read(irina, thread))
    assert link is not None
    assert irina.get(link.group(1)).status_code == 200
    for other in (town["boris"], town["galina"], town["gleb"]):
        assert other.get(link.group(1)).status_code == 404


def test_the_database_refuses_a_letter_with_a_community_or_a_wait(letters, anna, irina, app):
    thread = letters.send(anna, irina, SECRET)
    with app.app_context():
        for values in ({"community_id": 1}, {"state": "hidden"}, {"state": "held"}):
            change = update(Thread).where(Thread.id == thread).values(values)
            with pytest.raises(IntegrityError), transaction():
                db.session.execute(change)
            db.session.rollback()


def test_odd_addresses_of_letters_are_answered_in_words(letters, anna, irina):
    thread = letters.send(anna, irina, SECRET)
    for path, status in (
        (f"/letters/{thread}?page=7", 404),
        (f"/letters/{thread}?page=x&entry=x", 200),
        ("/letters/999999", 404),
        ("/letters?page=9", 404),
        ("/people/999999/write", 404),
        (f"/people/{irina.id}/write?about=999999999999", 404),
        (f"/people/{irina.id}/write?about=77777", 404),
    ):
        assert anna.get(path).status_code == status, path
    assert anna.post(f"/letters/{thread}", {"body": "   "}).status_code == 422
    assert anna.post(f"/letters/{thread}", {"body": "а\x00б" * 20}).status_code == 200


def test_a_visitor_is_asked_to_sign_in(app, irina):
    answer = app.test_client().get(f"/people/{irina.id}/write")
    assert answer.status_code == 302
    assert "/login" in answer.headers["Location"]


def test_the_mail_tells_of_a_letter_and_does_not_carry_it(letters, town, anna, irina, app):
    with app.app_context(), transaction():
        db.session.get_one(User, irina.id).email_confirmed_at = clock.now()
    letters.send(anna, irina, SECRET)
    for _round in range(3):
        town.drain()
    mails = [_words_of(path) for path in app.extensions["community"].data.rglob("*.eml")]
    assert [each for each in mails if "Анна Соколова пишет вам лично" in each]
    assert not any("Елизавета" in each for each in mails)


def _words_of(path: Path) -> str:
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(mail["Subject"]), *parts])


def test_the_list_shows_ones_own_words_not_the_quotation(letters, anna, irina):
    letters.send(anna, irina, "> Так детей не учат\n\nДавайте обсудим")
    listed = irina.get("/letters").get_data(as_text=True)
    assert "Давайте обсудим" in listed
    assert "Так детей не учат" not in listed
