"""The hall by plain pages, without a script: coming in, the quorum, the agenda, the talk, the desk."""

import re
from datetime import timedelta

import pytest

from community.calendar import queries as calendar
from community.calendar.services import attending
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.councils.models import CouncilItem
from community.councils.services import holding, planning
from community.councils.services.planning import ItemPlan
from community.publishing.facts import Words
from tests.councils.conftest import call


def read(who, meeting, page="hall"):
    answer = who.get(f"{meeting.path}/{page}")
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True).replace("\xa0", " ")


def desk(who, meeting, move, version=None):
    known = meeting.row().version if version is None else version
    return who.post(f"{meeting.path}/desk/{move}", {"version": known})


def is_here(meeting, who):
    with meeting.town.app.app_context():
        return who.id in calendar.presence(meeting.row().happening_id).here


def test_one_comes_in_is_counted_and_leaves(meeting, anna):
    page = read(anna, meeting)
    assert "0 из 5, нужно 3" in page
    assert "Я здесь" in page

    page = anna.post(f"{meeting.path}/come").get_data(as_text=True)

    assert is_here(meeting, anna)
    assert "1 из 5, нужно 3" in page
    assert "Кворума пока нет" in page
    assert "Соколова" in page.split("data-names-list")[1].split("</div>")[0]
    assert "Вы здесь" in page
    anna.post(f"{meeting.path}/leave")
    assert not is_here(meeting, anna)


def test_the_doors_open_half_an_hour_before(meeting, anna):
    clock.travel(timedelta(minutes=-11))
    answer = anna.post(f"{meeting.path}/come")
    assert answer.status_code == 409
    assert "за полчаса" in answer.get_data(as_text=True)
    clock.travel(timedelta(minutes=1))
    assert anna.post(f"{meeting.path}/come").status_code == 200


def test_a_page_that_stands_open_keeps_one_present(meeting, anna):
    anna.post(f"{meeting.path}/come")
    for _minute in range(4):
        clock.travel(timedelta(minutes=1))
        heard = anna.post(f"{meeting.path}/here").get_json()
        with meeting.town.app.app_context():
            attending.miss_the_silent()
        assert heard == {"here": True}
    assert is_here(meeting, anna)
    clock.travel(timedelta(minutes=4))
    with meeting.town.app.app_context():
        attending.miss_the_silent()
    assert not is_here(meeting, anna)
    read(anna, meeting)  # the line was cut: opening the page goes on where it was
    assert is_here(meeting, anna)


def test_the_chairman_leads_by_plain_forms(opened, galina, anna):
    page = read(galina, opened, "desk")
    assert "Пульт председателя" in page
    assert "Дальше: вопрос 1" in page

    desk(galina, opened, f"items/{opened.items[0]}/take")
    page = read(anna, opened)
    assert "Вопрос 1" in page
    assert "Успеваемость по классам" in page
    assert 'aria-current="step"' in page
    assert "Отведено 10 минут" in page

    desk(galina, opened, "pause")
    assert "Перерыв" in read(anna, opened)
    desk(galina, opened, "resume")
    desk(galina, opened, f"items/{opened.items[0]}/put-off")
    desk(galina, opened, f"items/{opened.items[1]}/take")
    desk(galina, opened, f"items/{opened.items[1]}/finish")
    assert [opened.item(1).state, opened.item(2).state] == ["put_off", "done"]
    desk(galina, opened, "close")
    assert "Педсовет закрыт" in read(anna, opened)
    assert "Я здесь" not in read(anna, opened)


def test_a_move_from_an_old_page_says_how_it_stands_now(opened, galina):
    old = opened.row().version
    desk(galina, opened, f"items/{opened.items[0]}/take", old)

    answer = desk(galina, opened, f"items/{opened.items[1]}/take", old)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'role="alert">Педсовет уже перевели' in page
    assert "Закончить вопрос" in page  # the desk itself, as it stands now
    assert opened.item(2).state == "listed"


def test_the_desk_is_for_the_desks_alone(opened, anna, irina, boris):
    assert anna.get(f"{opened.path}/desk").status_code == 403
    assert boris.get(f"{opened.path}/desk").status_code == 403
    page = read(irina, opened, "desk")
    assert "Пульт секретаря" in page
    assert "Дальше: вопрос" not in page
    answer = desk(irina, opened, f"items/{opened.items[0]}/take")
    assert answer.status_code == 403
    assert "делает председатель" in answer.get_data(as_text=True)


def test_the_chair_goes_on_to_another(opened, galina, irina, anna, boris):
    answer = galina.post(
        f"{opened.path}/desk/secretary", {"user_id": boris.id, "version": opened.row().version}
    )
    assert "Секретарь сменён" in answer.get_data(as_text=True)
    galina.post(f"{opened.path}/desk/chair", {"user_id": anna.id, "version": opened.row().version})
    assert (opened.row().chairman_id, opened.row().secretary_id) == (anna.id, boris.id)
    assert "Пульт председателя" in read(anna, opened)


def test_the_secretary_takes_the_chair_of_one_who_dropped_out(opened, irina):
    answer = desk(irina, opened, "chair/take")
    assert answer.status_code == 409
    assert "двух минут" in answer.get_data(as_text=True)
    clock.travel(timedelta(minutes=2))
    irina.post(f"{opened.path}/here")
    desk(irina, opened, "chair/take")
    assert opened.row().chairman_id == irina.id


def test_people_talk_on_the_current_item(opened, galina, anna, irina):
    desk(galina, opened, f"items/{opened.items[0]}/take")
    page = read(irina, opened)
    action = re.search(r'action="([^"]+)#composer"', page).group(1)

    answer = irina.post(action, {"body": "А проекты считаются?"})

    assert answer.request.path.endswith("/hall")
    assert "А проекты считаются?" in read(anna, opened)
    assert "А проекты считаются?" in read(anna, opened, f"items/{opened.items[0]}")
    line = re.search(r'data-line="(\d+)"', read(anna, opened)).group(1)
    anna.post(action, {"body": "Проекты — нет.", "parent_id": line})
    page = read(irina, opened)
    assert "Проекты — нет." in page
    assert f'class="line__to" href="#entry-{line}"' in page


def test_the_rules_answer_in_place_and_the_words_stay(opened, galina, irina):
    desk(galina, opened, f"items/{opened.items[0]}/take")
    rude = "Вера Павловна, ну ты и дура."
    answer = irina.post(f"{opened.path}/items/{opened.items[0]}?from=hall", {"body": rude})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "decision__title" in page
    assert rude in page
    assert "Повестка" in page  # it is the hall still
    assert rude in read(irina, opened)  # the draft is kept


def test_one_enters_from_the_page_of_the_council(opened, vera):
    page = vera.get(opened.path).get_data(as_text=True)
    assert f'formaction="{opened.path}/come"' in page
    answer = vera.post(f"{opened.path}/come")
    assert answer.request.path == f"{opened.path}/hall"
    assert is_here(opened, vera)


def test_a_proposal_can_be_read_and_talked_of_before_it_is_taken(meeting, anna, galina):
    with meeting.town.app.app_context():
        made = planning.add_item(
            galina.actor, meeting.id, Words(title="Олимпиада", body="Кто едет?"), ItemPlan()
        )
        with transaction():
            found = db.session.get_one(CouncilItem, made.thread_id)
            found.state, found.place = "proposed", None
    page = read(anna, meeting, f"items/{made.thread_id}")
    assert "предложен в повестку" in page
    anna.post(f"{meeting.path}/items/{made.thread_id}", {"body": "Едут шестые классы."})
    assert "Едут шестые классы." in read(galina, meeting, f"items/{made.thread_id}")
    assert "Олимпиада" not in read(anna, meeting)


def test_the_secretary_writes_down_beside_the_desk(opened, galina, irina, anna):
    opened.do(holding.take_item, opened.items[0])
    page = read(irina, opened, "desk")
    form = page.split('data-corner="')[1].split("</form>")[0]
    action = re.search(r'action="([^"]+)"', form).group(1).replace("&amp;", "&")
    answer = irina.post(action, {"body": "О качестве знаний.", "back": f"{opened.path}/desk"})
    assert answer.request.path == f"{opened.path}/desk"
    assert "О качестве знаний." in read(irina, opened, "desk")
    assert "О качестве знаний." in read(irina, opened, "desk/notes")
    assert "data-corner=" not in read(galina, opened, "desk")
    page = read(anna, opened)
    assert "СЛУШАЛИ: Соколова А. С." in page  # the headings are everybody's
    assert "О качестве знаний." not in page  # the words are the desks' as yet


def test_the_first_item_of_a_council_that_goes_on_shows_what_was_to_be_done(meeting, galina, anna):
    meeting.do(holding.begin)
    with meeting.town.app.app_context(), transaction():
        db.session.get_one(CouncilItem, meeting.items[0]).is_review = True
    meeting.do(holding.take_item, meeting.items[0])
    assert "Выполнение прежних решений" in read(anna, meeting)
    meeting.do(holding.take_item, meeting.items[1])
    assert "Выполнение прежних решений" not in read(anna, meeting)


def test_strangers_and_unknown_things_are_not_there(opened, gleb, anna):
    for page in ("hall", "projector", "names", f"items/{opened.items[0]}", "mine", "pieces"):
        assert gleb.get(f"{opened.path}/{page}").status_code in (403, 404)
    assert anna.get(f"{opened.path}/items/999999").status_code == 404
    assert anna.get(f"/c/priozersk/councils/{opened.items[0]}/hall").status_code == 404
    assert anna.post(f"{opened.path}/desk/nonsense").status_code == 404
    assert anna.post(f"{opened.path}/items/{opened.items[0]}/hand/nonsense").status_code == 404


@pytest.mark.parametrize("version", ["", "-1", "x", "99999999999999"])
def test_a_form_of_nonsense_is_refused_in_words(opened, galina, version):
    answer = desk(galina, opened, f"items/{opened.items[0]}/take", version)
    assert answer.status_code == 409
    assert opened.item(1).state == "listed"


def test_a_council_over_days_has_no_hurry(town, hour, galina, anna):
    meeting = call(town, galina, town["irina"], mode="stretched")
    meeting.come(galina)
    meeting.do(holding.begin)
    meeting.do(holding.take_item, meeting.items[0])
    anna.post(f"{meeting.path}/come")
    page = read(anna, meeting)
    assert "data-timer" not in page
    assert "Просят слова" not in page
    assert "Вы участвуете" in page
    anna.post(f"{meeting.path}/leave")
    assert is_here(meeting, anna)
    clock.travel(timedelta(hours=5))
    with town.app.app_context():
        attending.miss_the_silent()
        db.session.remove()
    assert is_here(meeting, anna)


def test_only_the_pages_of_councils_fetch_their_styles(meeting, anna):
    its_own = re.compile(r'<link rel="stylesheet" href="/static/\S*councils\S*\.css">')

    assert its_own.search(read(anna, meeting))
    assert its_own.search(anna.get("/c/priozersk/tasks").get_data(as_text=True))
    assert not its_own.search(anna.get("/c/priozersk/news").get_data(as_text=True))
