"""Complaints: listed reasons, grouped, answered; a letter is opened alone; floods pause, mistakes do not."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.moderation import code
from community.moderation.models import Report, Warning_
from community.moderation.services import complaining, opening
from community.publishing.models import Entry, Pause
from tests.moderation.scenes import answer, appeal, kinds, numbers, reply, topic_of
from tests.moderation.test_story import GROUNDS
from tests.world import SLUG, Person, Town

CALM = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают и смотрят в окно."
LETTER = "Отдайте мне ваш план, иначе я всем расскажу про ваш урок."
OTHER = "Спасибо за вчерашний разговор о внеклассном чтении."
ANSWER = "Просим не требовать чужих материалов в таком тоне."


@pytest.fixture
def topic(town: Town, irina: Person) -> int:
    return topic_of(town, irina)


@pytest.fixture
def entry(town: Town, anna: Person, topic: int) -> int:
    return reply(town, anna, topic, CALM)


@pytest.fixture
def letter(town: Town, anna: Person, irina: Person) -> int:
    """Анна has written two letters to Ирина; the id of the unpleasant one."""
    for body in (OTHER, LETTER):
        anna.post(f"/people/{irina.id}/write", {"body": body})
    with town.app.app_context():
        return db.session.scalar(select(Entry.id).where(Entry.body == LETTER)) or 0


def complain(by: Person, entry: int, words: str = "", **more: str) -> tuple[int, str]:
    answer = by.post(f"/e/{entry}/report", {"reason": "insult", "words": words, **more})
    return answer.status_code, answer.get_data(as_text=True)


def reports(town: Town) -> list[Report]:
    with town.app.app_context():
        return list(db.session.scalars(select(Report).order_by(Report.id)))


def test_the_reasons_are_exactly_the_listed_ones(anna: Person, irina: Person, entry: int) -> None:
    page = irina.get(f"/e/{entry}/report").get_data(as_text=True)

    shown = re.findall(r'name="reason"[^>]*value="([^"]+)"', page)
    assert shown == list(code.reasons())
    assert len(shown) == 16
    assert complain(irina, entry, reason="other")[0] == 422


def test_nobody_is_asked_to_complain_of_themselves(anna: Person, entry: int, town: Town) -> None:
    page = anna.get(f"/e/{entry}/report")
    assert page.status_code == 403
    assert 'name="reason"' not in page.get_data(as_text=True)
    assert complain(anna, entry)[0] == 403
    assert reports(town) == []


def test_several_who_complain_are_one_case_and_all_are_told(
    town: Town, entry: int, anna: Person, irina: Person, vera: Person, boris: Person
) -> None:
    assert complain(irina, entry, "Обидно за класс.")[0] == 200
    assert complain(vera, entry)[0] == 200
    desk = boris.get(f"/c/{SLUG}/moderation").get_data(as_text=True)
    assert desk.count('<li class="card">') == 1
    assert "2 жалобы" in desk

    boris.post(f"/e/{entry}/remove", GROUNDS)
    town.drain()

    assert [each.state for each in reports(town)] == ["upheld", "upheld"]
    for person in (irina, vera):
        assert "Ваша жалоба признана верной" in person.get("/notices").get_data(as_text=True)
    own = anna.get("/notices").get_data(as_text=True)
    own += anna.get(f"/decisions/{numbers(town, 'entry.removed')[0]}").get_data(as_text=True)
    assert "Кольцова" not in own
    assert "Ильина" not in own


def test_a_rude_complaint_is_asked_to_be_softened_and_then_goes(
    town: Town, entry: int, irina: Person
) -> None:
    rude = "Эта дура опять за своё, уберите её."
    status, page = complain(irina, entry, rude)
    assert status == 422
    assert "Смягчите" in page
    assert rude in page
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
    assert seen

    assert complain(irina, entry, rude, seen=seen[1])[0] == 200

    assert [each.words for each in reports(town)] == [rude]


def test_a_flood_of_empty_complaints_waits_and_honest_mistakes_do_not(
    town: Town, topic: int, anna: Person, irina: Person, boris: Person
) -> None:
    with town.app.app_context():
        assert complaining.share_upheld(irina.id, clock.now()) is None
    for number in range(10):
        entry = reply(town, anna, topic, f"Урок номер {number} прошёл спокойно.")
        assert complain(irina, entry)[0] == 200, "ten in an hour are many, yet nothing is decided"
    for each in reports(town)[:4]:
        boris.post(f"/e/{each.entry_id}/uphold", {"reason": "Здесь нет никакого оскорбления."})
    with town.app.app_context():
        assert complaining.share_upheld(irina.id, clock.now()) == 0
    last = reply(town, anna, topic, "Урок номер одиннадцать.")

    status, page = complain(irina, last, "Снова плохо.")

    assert status == 422
    assert "Новые можно подать" in page
    assert "Снова плохо." in page
    with town.app.app_context():
        pause = db.session.scalars(select(Pause)).one()
        assert (pause.user_id, pause.what) == (irina.id, "reports")
    assert reply(town, irina, topic, "Писать можно и дальше."), "only complaints wait"
    with clock.frozen(clock.now() + timedelta(hours=3)):
        assert complain(irina, last)[0] == 200


def test_a_letter_is_opened_by_a_moderator_alone_and_the_journal_knows(
    town: Town,
    letter: int,
    anna: Person,
    irina: Person,
    boris: Person,
    galina: Person,
    vera: Person,
) -> None:
    assert complain(vera, letter)[0] == 404, "only who got it may complain"
    assert complain(irina, letter, "Это давление.")[0] == 200
    town.drain()
    desk = boris.get(f"/c/{SLUG}/moderation").get_data(as_text=True)
    assert "Письмо" in desk
    assert "план" not in desk
    assert boris.get(f"/e/{letter}").status_code == 404
    assert boris.get(f"/e/{letter}/decide").status_code == 404
    closed = boris.get("/reports/1").get_data(as_text=True)
    assert "Это давление." in closed
    assert "иначе я всем" not in closed
    assert vera.get("/reports/1").status_code == 404
    early = boris.post("/reports/1", {"act": "decide", "outcome": "upheld", "answer": ANSWER})
    assert early.status_code == 409

    for _twice in range(2):
        opened = boris.post("/reports/1", {"act": "open"}).get_data(as_text=True)

    assert "иначе я всем" in opened
    assert "внеклассном чтении" not in opened
    with town.app.app_context():
        row = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "letter.opened")).one()
        assert (row.actor_id, row.target_id, row.author_id) == (boris.id, letter, anna.id)
    assert "иначе я всем" not in galina.get("/reports/1").get_data(as_text=True), (
        "each opens it anew"
    )
    assert boris.get(f"/e/{letter}").status_code == 404, "nothing else was opened"

    done = boris.post("/reports/1", {"act": "decide", "outcome": "upheld", "answer": ANSWER})
    assert done.status_code == 200
    town.drain()
    assert "признана справедливой" in irina.get("/notices").get_data(as_text=True)
    assert ANSWER in anna.get("/notices").get_data(as_text=True)
    assert "Кольцова" not in anna.get("/notices").get_data(as_text=True)
    assert boris.post("/reports/1", {"act": "open"}).status_code == 409


def test_a_refused_complaint_of_a_letter_is_appealed(
    town: Town, letter: int, irina: Person, boris: Person, galina: Person
) -> None:
    complain(irina, letter)
    with town.app.app_context():
        opening.open_letter(boris.actor, 1)
        number = opening.decide(
            boris.actor, 1, outcome="rejected", answer="В письме нет угрозы, это просьба о плане."
        )
    assert appeal(number, irina, "Меня вынуждали отдать чужое.").status_code == 200
    town.drain()

    galina.post(
        f"/decisions/{number}",
        {"act": "answer", "answer-outcome": "overturned", "answer-version": "1",
         "answer-answer": "Письмо нужно прочитать ещё раз."},
    )  # fmt: skip

    assert [each.state for each in reports(town)] == ["new"]
    assert kinds(town, "letter.") == ["letter.opened"]


def test_an_upheld_complaint_of_a_letter_may_carry_a_warning(
    town: Town, letter: int, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    with town.app.app_context():
        thread = db.session.get_one(Entry, letter).thread_id
    assert f'href="/e/{letter}/report"' in irina.get(f"/letters/{thread}").get_data(as_text=True)
    assert f"/e/{letter}/report" not in anna.get(f"/letters/{thread}").get_data(as_text=True)
    assert "требует" not in irina.get(f"/e/{letter}/report").get_data(as_text=True)
    complain(irina, letter, "Это давление.")
    assert boris.post("/reports/1", {"act": "open"}).status_code == 200
    decided = {"act": "decide", "answer": ANSWER, "warned_by": "4.1-угрозы"}

    refused = boris.post("/reports/1", decided | {"outcome": "rejected"})
    assert refused.status_code == 422
    assert ANSWER in refused.get_data(as_text=True), "nothing typed is lost"
    assert (
        boris.post("/reports/1", decided | {"outcome": "upheld", "warned_by": "9.9"}).status_code
        == 422
    )
    assert kinds(town, "warning.") == []
    assert boris.post("/reports/1", decided | {"outcome": "upheld"}).status_code == 200
    town.drain()

    number = numbers(town, "warning.given")[0]
    with town.app.app_context():
        given = db.session.scalars(select(Warning_)).one()
        assert (given.user_id, given.article, given.decision) == (anna.id, "4.1-угрозы", None)
    own = anna.get("/me/warnings").get_data(as_text=True)
    assert ANSWER in own
    assert f"/decisions/{number}" in own
    assert "Кольцова" not in own
    assert "вынесено предупреждение" in anna.get("/notices").get_data(as_text=True).lower()
    assert appeal(number, anna, "Угрозы в письме не было, была просьба.").status_code == 200
    assert galina.get(f"/decisions/{number}").status_code == 200
    assert "иначе я всем" not in galina.get(f"/decisions/{number}").get_data(as_text=True)


def test_a_complaint_opened_again_is_not_refused_by_the_same_person(
    town: Town, entry: int, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    complain(irina, entry, "Обидно за класс.")
    refusal = {"reason": "Это спор о методе, оскорбления здесь нет."}
    assert boris.post(f"/e/{entry}/uphold", refusal).status_code == 200
    appeal(numbers(town, "report.closed")[0], irina, "Речь шла о детях целого класса.")
    answer(numbers(town, "report.closed")[0], galina, words="Прочитаем жалобу ещё раз вместе.")
    page = boris.get(f"/e/{entry}/decide").get_data(as_text=True)
    assert f"/e/{entry}/uphold" not in page
    assert "уже отклонили" in page

    again = boris.post(f"/e/{entry}/uphold", refusal)

    assert again.status_code == 422
    assert [each.state for each in reports(town)] == ["new"]
    assert galina.post(f"/e/{entry}/uphold", refusal).status_code == 200
    assert [each.state for each in reports(town)] == ["rejected"]


def test_a_complaint_of_a_letter_opened_again_is_refused_by_another(
    town: Town, letter: int, irina: Person, boris: Person, galina: Person
) -> None:
    complain(irina, letter)
    refusal = {"act": "decide", "outcome": "rejected", "answer": "В письме только просьба о плане."}
    boris.post("/reports/1", {"act": "open"})
    boris.post("/reports/1", refusal)
    number = numbers(town, "report.closed")[0]
    appeal(number, irina, "Меня вынуждали отдать чужое.")
    answer(number, galina, words="Письмо нужно прочитать ещё раз.")

    assert boris.post("/reports/1", refusal).status_code == 422
    galina.post("/reports/1", {"act": "open"})
    assert galina.post("/reports/1", refusal).status_code == 200

    assert [each.state for each in reports(town)] == ["rejected"]


def test_neither_of_the_two_opens_or_decides(
    town: Town, boris: Person, galina: Person, irina: Person
) -> None:
    boris.post(f"/people/{galina.id}/write", {"body": LETTER})
    with town.app.app_context():
        letter = db.session.scalar(select(Entry.id).where(Entry.body == LETTER)) or 0
    complain(galina, letter)

    for person in (boris, galina):
        assert person.post("/reports/1", {"act": "open"}).status_code == 403
    assert kinds(town, "letter.") == []
