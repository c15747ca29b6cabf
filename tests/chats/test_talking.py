"""A chat through the front door: opening, saying, changing, taking back, hiding, finding again."""

from datetime import timedelta

import pytest

from community.core import clock
from tests.world import SLUG

RUDE = "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."


def test_a_line_is_said_and_read_and_the_list_counts_it(talk, anna, irina):
    answer = talk.say(irina, "Начните с вопроса классу.")

    assert answer.status_code == 200
    assert "Начните с вопроса классу." in talk.page(anna)
    shown = anna.get(f"/c/{SLUG}/chats").get_data(as_text=True)
    assert "Открытый урок" in shown
    assert "1 реплика" in shown


def test_the_empty_list_says_what_a_chat_is_for(anna):
    assert "Чатов пока нет" in anna.get(f"/c/{SLUG}/chats").get_data(as_text=True)


def test_a_stranger_learns_nothing(talk, gleb):
    assert gleb.get(talk.path).status_code == 403
    assert talk.say(gleb, "Здравствуйте").status_code == 403
    assert talk.news(gleb) == 404
    assert gleb.get(f"/chats/{talk.id}").status_code == 404


def test_an_empty_line_keeps_the_page_and_says_so(talk, anna):
    answer = talk.say(anna, "   ")

    assert answer.status_code == 422
    assert "Открытый урок" in answer.get_data(as_text=True)


def test_a_script_gets_the_place_of_its_line_as_json(talk, irina):
    answer = irina.post(talk.path, {"body": "Коротко."}, headers={"Accept": "application/json"})

    assert answer.status_code == 201
    assert answer.get_json()["state"] == "published"


def test_the_rules_ask_in_place_and_keep_the_words(talk, anna, town):
    answer = anna.post(talk.path, {"body": RUDE}, headers={"Accept": "application/json"})

    told = answer.get_json()
    assert answer.status_code == 422
    assert told["decision"]["message"]
    assert told["seen"]
    assert RUDE in talk.page(anna), "the draft stands in the composer"
    assert all(line["place"] == 1 for line in talk.news(anna)["lines"])


def test_a_held_line_is_its_authors_until_it_is_released(talk, anna, irina, town):
    seen = anna.post(talk.path, {"body": RUDE}, headers={"Accept": "application/json"}).get_json()
    answer = talk.say(anna, RUDE, seen=seen["seen"])

    assert "дура" in talk.page(anna)
    assert "дура" not in talk.page(irina)
    assert answer.status_code == 200
    town.drain()
    assert all("дура" not in str(line) for line in talk.news(irina)["lines"])


def test_a_blocked_line_is_not_stored_and_stays_a_draft(talk, anna, irina):
    answer = talk.say(anna, "Звоните ей: 8 904 111-22-37")

    assert answer.status_code == 422
    assert "904 111-22-37" in answer.get_data(as_text=True)
    assert "904 111-22-37" not in talk.page(irina)


def test_a_line_is_changed_for_a_quarter_of_an_hour_and_taken_back_any_time(talk, irina, anna):
    talk.say(irina, "Начните с вопроса.")
    line = talk.last()
    form = {"body": "Начните с задачи.", "title": "", "revision": "1"}

    assert "Начните с задачи." in irina.post(f"/e/{line}/edit", form).get_data(as_text=True)
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        late = irina.post(f"/e/{line}/edit", form | {"body": "Иначе.", "revision": "2"})
        assert late.status_code == 409
        assert "в течение 15 минут" in late.get_data(as_text=True)
        irina.post(f"/e/{line}/withdraw")
    assert "автор убрал эту реплику" in talk.page(anna)


def test_the_first_words_may_be_changed_later(talk, anna):
    with clock.frozen(clock.now() + timedelta(hours=2)):
        form = {"body": "Начинаем в три.", "title": "Открытый урок", "revision": "1"}
        assert anna.post(f"/e/{talk.last()}/edit", form).status_code == 200
    assert "Начинаем в три." in talk.page(anna)


def test_an_answer_names_whom_it_answers_and_tells_them(talk, anna, irina, town):
    talk.say(irina, "Начните с вопроса.")
    line = talk.last()
    talk.say(anna, "А если молчат?", parent_id=str(line))
    town.drain()

    assert "в ответ: Ирина Кольцова" in talk.page(irina).replace("\n", " ")
    told = irina.get("/notices").get_data(as_text=True)
    assert "отвечает вам в чате «Открытый урок»" in told


def test_who_is_named_is_told(talk, anna, irina, town):
    talk.say(anna, "@Ирина Кольцова, а вы как начинаете?")
    town.drain()

    assert "упоминает вас в чате" in irina.get("/notices").get_data(as_text=True)


def test_thanks_are_counted_and_told_by_number(talk, anna, irina):
    talk.say(irina, "Начните с вопроса.")
    before = talk.news(anna)["seq"]
    anna.post(f"/e/{talk.last()}/thanks")

    told = talk.news(irina, after=before)
    assert told["seq"] == before + 1
    assert [line["id"] for line in told["lines"]] == [talk.last()]


@pytest.mark.parametrize("path", ["", "/transcript", "/gather"])
def test_what_is_no_chat_is_not_found(anna, path):
    assert anna.get(f"/c/{SLUG}/chats/999999{path}").status_code == 404


def test_the_permanent_address_leads_to_the_line(talk, anna, irina):
    for number in range(70):
        with clock.frozen(clock.now() + timedelta(minutes=number)):
            talk.say(irina, f"Реплика номер {number}.")
        if number == 0:
            first = talk.last()

    page = anna.get(f"/e/{first}").get_data(as_text=True)
    assert "Реплика номер 0." in page
    assert "Реплика номер 0." not in talk.page(anna)
    whole = anna.get(f"{talk.path}/transcript").get_data(as_text=True)
    assert "Реплика номер 0." in whole
    assert "Реплика номер 69." in whole


def test_a_moderator_hides_a_line_with_reasons_and_a_stub_stays(talk, boris, irina, anna):
    talk.say(irina, "Эта Иванова из пятого — лентяйка и дура, вот и всё.", seen="ОСК-1,ОСК-2,ОСК-3")
    line = talk.last()
    page = boris.get(f"/e/{line}/remove")

    assert page.status_code == 200
    assert anna.get(f"/e/{line}/remove").status_code in (403, 404)


def test_the_switch_of_services_closes_the_room(talk, anna, galina):
    page = galina.get(f"/c/{SLUG}/admin/services").get_data(as_text=True)
    assert "Чат" in page
    galina.post(
        f"/c/{SLUG}/admin/services", {"on": ["news", "forum", "letters", "people", "journal"]}
    )

    assert anna.get(f"/c/{SLUG}/chats").status_code == 404
