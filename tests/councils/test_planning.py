"""Before a council: it is called, people read of it, its agenda grows."""

import re

from community.core.db import db
from community.councils.queries import agenda, single
from community.publishing import access
from tests.speed.test_query_counts import counted
from tests.world import SLUG

COUNCILS = f"/c/{SLUG}/councils"


def test_members_read_of_a_council_and_its_agenda(meeting):
    anna = meeting.town["anna"]
    listed = anna.get(COUNCILS).get_data(as_text=True)
    assert "Итоги первой четверти" in listed
    assert "ждёт вашего ответа" in listed

    page = anna.get(meeting.path).get_data(as_text=True)
    assert "четверг, 3 декабря" in page
    assert "Кабинет 12" in page
    assert page.index("Успеваемость по классам") < page.index("Домашние задания без экрана")
    assert "10 минут" in page


def test_strangers_know_nothing_of_a_council(meeting):
    gleb = meeting.town["gleb"]
    assert gleb.get(meeting.path).status_code == 403
    assert meeting.town["anna"].get(f"{COUNCILS}/{meeting.id + 9}").status_code == 404
    assert meeting.town["anna"].get(f"{COUNCILS}/{meeting.items[0]}").status_code == 404


def test_only_those_chosen_know_of_a_council(town, hour):
    from tests.councils.conftest import call

    people = frozenset({town["vera"].id})
    chosen = call(town, town["galina"], town["irina"], people=people)
    assert town["vera"].get(chosen.path).status_code == 200
    assert town["anna"].get(chosen.path).status_code == 404
    assert "Итоги" not in town["anna"].get(COUNCILS).get_data(as_text=True)


def test_the_rail_counts_what_waits_for_an_answer(meeting):
    anna = meeting.town["anna"]
    page = anna.get(f"/c/{SLUG}/news").get_data(as_text=True)
    rail = page.split(f'href="{COUNCILS}"', 1)[1].split("</a>", 1)[0]
    assert "Педсоветы" in rail
    assert ">1<" in rail


def test_queries_give_what_other_pages_stand_on(meeting):
    with meeting.town.app.app_context():
        reader = access.viewer(meeting.town["anna"].actor)
        row = single.council(reader, meeting.id, meeting.town.community_id)
        assert (row.Council.thread_id, row.Thread.kind) == (meeting.id, "council")
        assert row.Happening.place == "Кабинет 12"
        assert (row.chairman_name, row.deputy_name) == (meeting.chair.name, None)
        first, second = agenda.agenda(reader, meeting.id)
        assert (first.number, first.title, first.rapporteur_id) == (
            1, "Успеваемость по классам", meeting.town["anna"].id,
        )  # fmt: skip
        assert (second.replies, second.file_count, second.read_by_me) == (0, 0, False)
        assert agenda.proposals(reader, meeting.id) == []
        db.session.remove()


def test_the_page_leads_to_the_item_and_to_the_calendar_of_a_phone(meeting):
    anna = meeting.town["anna"]
    page = anna.get(meeting.path).get_data(as_text=True)
    item = f"{meeting.path}/items/{meeting.items[0]}"
    assert f'href="{item}"' in page
    assert anna.get(item).status_code == 200
    (file,) = re.findall(r'href="([^"]+[.]ics)"', page)
    assert "BEGIN:VEVENT" in anna.get(file).get_data(as_text=True)


def test_the_page_asks_as_much_of_a_long_agenda_as_of_a_short_one(meeting):
    anna, town = meeting.town["anna"], meeting.town

    def asked() -> int:
        anna.get(meeting.path)
        with counted(town.app) as said:
            assert anna.get(meeting.path).status_code == 200
        return len(said)

    short = asked()
    for number in range(6):
        form = {"title": f"Вопрос {number}", "body": "Суть.", "minutes": 5, "rapporteur_id": 0}
        town["irina"].post(f"{meeting.path}/items/new", form)
    assert asked() == short
    assert short <= 26
