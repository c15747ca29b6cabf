"""Hours, the pace, closing, pins, invitations, and a topic made of lines."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from community.chats import policies
from community.chats.services import leading
from community.communities.standing import Standing
from community.core import clock, worker
from community.core.db import db
from community.publishing.models import Thread
from tests.world import SLUG

MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # nine in Moscow


def state_of(town, talk):
    with town.app.app_context():
        return db.session.scalar(select(Thread.state).where(Thread.id == talk.id))


def test_a_chat_opens_and_closes_by_itself(open_talk, anna, irina, town):
    with clock.frozen(MORNING):
        talk = open_talk(anna, opens_at="2026-11-23T15:00", closes_at="2026-11-23T15:30")
        assert "начнётся: сегодня, 15:00" in talk.page(irina)
        early = talk.say(irina, "Я уже здесь.")
        assert early.status_code == 409
        assert "Чат ещё не начался" in early.get_data(as_text=True)
    with clock.frozen(MORNING + timedelta(hours=6, minutes=5)):
        assert talk.say(irina, "Начинаем!").status_code == 200
    with clock.frozen(MORNING + timedelta(hours=6, minutes=30)):
        assert talk.say(irina, "Я опоздала.").status_code == 409, "before the duty has come round"
        with town.app.app_context():
            worker.run_duties()
        assert state_of(town, talk) == "closed"
        assert "Чат закрыт" in talk.page(irina)
        assert "Начинаем!" in talk.page(irina)


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("2026-11-23T15:00", "2026-11-23T14:00"), ("", "2026-11-22T10:00"), ("вчера", "")],
)
def test_hours_that_cannot_be_are_refused_in_words(open_talk, anna, opens, closes):
    with clock.frozen(MORNING):
        talk = open_talk(anna, opens_at=opens, closes_at=closes)
    assert talk.answer.status_code in (403, 422)
    assert "Открытый урок" in talk.answer.get_data(as_text=True), "what was typed is kept"


def test_the_one_who_opened_it_changes_the_hours_and_closes(talk, anna, irina, galina):
    assert irina.post(f"{talk.path}/close").status_code == 403
    assert irina.get(f"{talk.path}/hours").status_code == 403
    anna.post(f"{talk.path}/hours", {"opens_at": "", "closes_at": "2099-01-01T10:00"})
    assert "окончание: 1 января 2099" in talk.page(irina)
    anna.post(f"{talk.path}/close")
    assert talk.say(irina, "Ещё слово").status_code in (403, 409)
    anna.post(f"{talk.path}/reopen")
    assert talk.say(irina, "Ещё слово").status_code == 200
    journal = galina.get(f"/c/{SLUG}/journal?what=topics").get_data(as_text=True)
    assert journal.count("Чат закрыт") == 1, (
        "in the filter; one's own affairs are not the journal's"
    )


def test_a_moderator_who_closes_anothers_chat_stands_in_the_journal(talk, boris, anna):
    boris.post(f"{talk.path}/close")

    journal = anna.get(f"/c/{SLUG}/journal?what=topics").get_data(as_text=True)
    assert journal.count("Чат закрыт") == 2, "in the filter and in its row"


def test_the_pace_is_a_moderators_and_holds_others(talk, boris, anna, irina):
    assert anna.post(f"{talk.path}/pace/30").status_code == 403
    boris.post(f"{talk.path}/pace/30")
    with clock.frozen(MORNING):
        assert talk.say(irina, "Раз.").status_code == 200
        too_soon = talk.say(irina, "Два.")
        assert too_soon.status_code == 409
        assert "не чаще раза в 30 с" in too_soon.get_data(as_text=True)
        assert talk.say(boris, "Раз.").status_code == 200
        assert talk.say(boris, "Два.").status_code == 200
    with clock.frozen(MORNING + timedelta(seconds=31)):
        assert talk.say(irina, "Два.").status_code == 200
    assert boris.post(f"{talk.path}/pace/31").status_code == 404


def test_five_lines_stand_on_top(talk, anna, irina):
    lines = []
    for number in range(6):
        talk.say(irina, f"Мысль {number}")
        lines.append(talk.last())
    assert irina.post(f"/chats/lines/{lines[0]}/pin").status_code == 403
    for line in lines[:5]:
        assert anna.post(f"/chats/lines/{line}/pin").status_code == 200
    assert anna.post(f"/chats/lines/{lines[5]}/pin").status_code == 409
    anna.post(f"/chats/lines/{lines[0]}/pin")
    assert anna.post(f"/chats/lines/{lines[5]}/pin").status_code == 200
    assert "Закреплено" in talk.page(irina)


def test_a_chat_by_invitation_is_known_to_the_invited_and_the_moderators(
    open_talk, anna, irina, vera, boris, town
):
    talk = open_talk(anna, access="invited", people=[str(irina.id)])
    town.drain()

    assert talk.say(irina, "Спасибо за приглашение.").status_code == 200
    assert "приглашает вас в чат" in irina.get("/notices").get_data(as_text=True)
    assert vera.get(talk.path).status_code == 404
    assert talk.say(vera, "Можно мне?").status_code == 404
    assert talk.news(vera) == 404
    assert vera.get(f"/e/{talk.last()}").status_code == 404
    assert "Открытый урок" not in vera.get(f"/c/{SLUG}/chats").get_data(as_text=True)
    assert boris.get(talk.path).status_code == 200
    found = vera.get(f"/c/{SLUG}/search?q=приглашение").get_data(as_text=True)
    assert "Спасибо за приглашение" not in found

    anna.post(f"{talk.path}/invite", {"people": [str(vera.id)]})
    assert talk.say(vera, "И я здесь.").status_code == 200


def test_nobody_writes_past_the_invitation_by_the_service_itself(open_talk, anna, vera, town):
    from community.chats.services import talking
    from community.core.errors import Refused
    from community.publishing.facts import Words

    talk = open_talk(anna, access="invited")
    with town.app.app_context(), pytest.raises(Refused) as refused:
        talking.say(vera.actor, talk.id, Words(body="Мимо двери"))
    assert refused.value.code == "chat.not_a_member"


def test_chosen_lines_become_a_topic_under_their_authors_names(talk, anna, irina, vera):
    talk.say(irina, "Начните с вопроса классу.")
    first = talk.last()
    talk.say(vera, "Пусть первым ответит самый тихий.")
    second = talk.last()
    page = anna.get(f"{talk.path}/gather").get_data(as_text=True)
    board = re.search(r'<option[^>]*value="(\d+)"[^>]*>Методика', page).group(1)

    form = {"title": "Как начать урок", "body": "Собрано из чата.", "board_id": board}
    nothing = anna.post(f"{talk.path}/gather", form)
    assert "Отметьте хотя бы одну реплику" in nothing.get_data(as_text=True)
    made = anna.post(f"{talk.path}/gather", {**form, "lines": [str(first), str(second)]})

    text = made.get_data(as_text=True)
    assert "/topics/" in made.request.path
    assert "Ирина Кольцова" in text
    assert f"/e/{first}" in text
    assert "Пусть первым ответит самый тихий." in text
    assert "Начните с вопроса классу." in talk.page(irina), "the line stays in its chat"
    assert "Выросло из этого чата" in talk.page(irina)


def test_gathered_words_pass_the_gate(talk, anna, irina):
    talk.say(irina, "Начните с вопроса классу.")
    page = anna.get(f"{talk.path}/gather").get_data(as_text=True)
    board = re.search(r'<option[^>]*value="(\d+)"[^>]*>Методика', page).group(1)
    form = {"title": "Тема", "body": "Её номер 8 904 111-22-37", "board_id": board}
    stopped = anna.post(f"{talk.path}/gather", {**form, "lines": [str(talk.last())]})

    assert stopped.status_code == 422
    assert "904 111-22-37" in stopped.get_data(as_text=True)
    assert "Выросло из этого чата" not in talk.page(irina)


def test_the_pace_is_counted_from_the_last_line():
    who = Standing(1, 1, is_member=True)

    class Paced:
        opens_at = closes_at = None
        pace = 60

    said = MORNING
    at = policies.may_say(who, Paced(), "open", said + timedelta(seconds=59), said)
    assert at.code == "chat.too_soon"
    assert policies.may_say(who, Paced(), "open", said + timedelta(seconds=60), said)


def test_closing_in_time_touches_only_what_is_due(open_talk, anna, town):
    with clock.frozen(MORNING):
        due = open_talk(anna, closes_at="2026-11-23T10:00")
        later = open_talk(anna, closes_at="2026-11-23T12:00")
    with clock.frozen(MORNING + timedelta(hours=2)), town.app.app_context():
        assert leading.close_in_time() == 1
    assert (state_of(town, due), state_of(town, later)) == ("closed", "open")
