"""The agenda before a council: items, their order, proposals, reports, documents."""

from datetime import timedelta
from io import BytesIO

from community.core import clock
from community.core.db import db
from community.councils.models import CouncilItem
from community.councils.queries import agenda
from community.councils.services import holding
from community.publishing import access
from tests.councils.conftest import HOUR, call
from tests.world import SLUG

REASON = "Этому вопросу лучше отдельный методический час: в педсовет он не поместится."


def notices(person) -> str:
    return person.get("/notices").get_data(as_text=True)


def numbered(meeting, who="anna"):
    with meeting.town.app.app_context():
        reader = access.viewer(meeting.town[who].actor)
        return [(each.number, each.title) for each in agenda.agenda(reader, meeting.id)]


def add(meeting, who, title, where="new", **more):
    """Send the form of an item; return the answer."""
    form = {"title": title, "body": "Справка приложена.", "minutes": 10, "rapporteur_id": 0}
    return meeting.town[who].post(f"{meeting.path}/items/{where}", form | more)


def newest(meeting) -> CouncilItem:
    with meeting.town.app.app_context():
        return db.session.query(CouncilItem).order_by(CouncilItem.thread_id.desc()).first()


def act(meeting, who, item_id, what, **more):
    return meeting.town[who].post(f"{meeting.path}/items/{item_id}/{what}", more)


def with_proposals(town):
    return call(town, town["galina"], town["irina"], proposals_until=HOUR - timedelta(minutes=5))


def test_the_secretary_makes_the_agenda_and_people_are_told_once(meeting):
    town = meeting.town
    town.drain()
    add(meeting, "irina", "Питание в столовой", rapporteur_id=town["vera"].id, minutes=15)
    add(meeting, "irina", "Дежурство на переменах", minutes=90)

    page = town["anna"].get(meeting.path).get_data(as_text=True)
    assert "Питание в столовой" in page
    assert "На вопросы уйдёт 125 минут" in page
    assert "Повестка длиннее, чем отведено на педсовет." in page
    town.drain()
    assert "Вас просят выступить с докладом «Питание в столовой»" in notices(town["vera"])
    assert "Изменилась повестка" not in notices(town["vera"])
    clock.travel(timedelta(minutes=16))
    town.drain()
    assert notices(town["vera"]).count("Изменилась повестка") == 1
    assert "Изменилась повестка" not in notices(town["irina"]), "she made it"


def test_an_item_needs_a_name_a_matter_and_sane_minutes(meeting):
    for wrong in ({"title": ""}, {"body": ""}, {"minutes": 0}, {"minutes": 999}, {"minutes": "x"},
                  {"rapporteur_id": meeting.town["gleb"].id}, {"rapporteur_id": "кто"}):  # fmt: skip
        answer = add(meeting, "irina", **({"title": "Питание в столовой"} | wrong))
        assert answer.status_code == 422, wrong
    assert len(numbered(meeting)) == 2


def test_items_change_places(meeting):
    first, second = meeting.items
    page = meeting.row().version
    act(meeting, "irina", second, "up", version=page)
    assert [title for _n, title in numbered(meeting)] == [
        "Домашние задания без экрана", "Успеваемость по классам",
    ]  # fmt: skip
    stale = act(meeting, "irina", second, "up", version=page)
    assert stale.status_code == 409
    assert "уже перевели" in stale.get_data(as_text=True)
    act(meeting, "irina", second, "down", version=meeting.row().version)
    act(meeting, "irina", first, "up", version=meeting.row().version)  # it is the first already
    assert [number for number, _t in numbered(meeting)] == [1, 2]
    assert numbered(meeting)[0][1] == "Успеваемость по классам"


def test_an_item_is_taken_off_and_put_back(meeting):
    first = meeting.items[0]
    act(meeting, "galina", first, "take-off", version=meeting.row().version)
    assert numbered(meeting) == [(1, "Домашние задания без экрана")]
    page = meeting.town["anna"].get(meeting.path).get_data(as_text=True)
    assert "Снято с повестки" in page

    act(meeting, "galina", first, "accept")
    assert numbered(meeting) == [
        (1, "Домашние задания без экрана"), (2, "Успеваемость по классам"),
    ]  # fmt: skip


def test_members_do_not_make_the_agenda(meeting):
    first = meeting.items[0]
    version = meeting.row().version
    assert add(meeting, "anna", "Моё").status_code == 403
    for what in ("up", "down", "take-off", "accept"):
        assert act(meeting, "anna", first, what, version=version).status_code == 403, what
    assert meeting.town["anna"].get(f"{meeting.path}/items/{first}/edit").status_code == 403
    assert act(meeting, "gleb", first, "up", version=version).status_code == 403
    assert len(numbered(meeting)) == 2


def test_an_item_of_another_council_is_not_found(meeting, town):
    other = call(town, town["galina"], town["boris"])
    version = meeting.row().version
    answer = act(meeting, "galina", other.items[0], "take-off", version=version)
    assert answer.status_code == 404
    assert len(numbered(other)) == 2


def test_the_rapporteur_may_decline_and_another_is_asked(meeting):
    town, first = meeting.town, meeting.items[0]
    act(meeting, "anna", first, "decline-report")
    town.drain()
    assert meeting.item(1).rapporteur_id is None
    assert "не сможет выступить с докладом «Успеваемость по классам»" in notices(town["galina"])
    assert act(meeting, "anna", first, "decline-report").status_code == 403

    form = {"rapporteur_id": town["vera"].id, "minutes": 25}
    town["irina"].post(f"{meeting.path}/items/{first}/edit", form)
    town.drain()
    assert (meeting.item(1).rapporteur_id, meeting.item(1).minutes) == (town["vera"].id, 25)
    assert "Вас просят выступить с докладом «Успеваемость по классам»" in notices(town["vera"])


def test_the_agenda_is_changed_no_more_once_the_council_has_begun(opened):
    first = opened.items[0]
    opened.do(holding.take_item, first)
    version = opened.row().version
    answer = act(opened, "irina", first, "take-off", version=version)
    assert answer.status_code == 409
    assert "Педсовет начался" in answer.get_data(as_text=True)
    assert add(opened, "irina", "Ещё вопрос").status_code == 409
    assert act(opened, "anna", first, "decline-report").status_code == 409


def test_a_member_proposes_and_the_desk_takes_it(town, hour):
    meeting = with_proposals(town)
    assert "Предложить вопрос" in town["anna"].get(meeting.path).get_data(as_text=True)
    mine = town["anna"].id
    add(meeting, "anna", "Шахматный кружок", "propose", rapporteur_id=mine, minutes=7)
    item = newest(meeting)
    assert (item.state, item.place, item.minutes) == ("proposed", None, 7)
    town.drain()
    assert "предлагает вопрос в повестку: «Шахматный кружок»" in notices(town["irina"])

    act(meeting, "irina", item.thread_id, "accept")
    town.drain()
    assert numbered(meeting)[-1] == (3, "Шахматный кружок")
    assert "внесено в повестку: «Шахматный кружок»" in notices(town["anna"])
    again = act(meeting, "irina", item.thread_id, "accept")
    assert again.status_code == 409


def test_a_proposal_is_declined_with_words_that_its_author_reads(town, hour):
    meeting = with_proposals(town)
    add(meeting, "anna", "Шахматный кружок", "propose")
    item = newest(meeting)
    path = f"{meeting.path}/items/{item.thread_id}/decline"
    assert town["anna"].get(path).status_code == 403
    assert town["irina"].post(path, {"body": "  "}).status_code == 422
    rude = "Анна Сергеевна, ну ты и дура, раз такое предлагаешь."
    asked = town["irina"].post(path, {"body": rude})
    assert asked.status_code == 422
    assert rude in asked.get_data(as_text=True)
    town["irina"].post(path, {"body": REASON})
    town.drain()

    assert newest(meeting).state == "declined"
    assert "не вошло в повестку: «Шахматный кружок»" in notices(town["anna"])
    assert REASON in town["anna"].get(meeting.path).get_data(as_text=True)
    assert town["irina"].post(path, {"body": REASON}).status_code == 409

    act(meeting, "galina", item.thread_id, "accept")
    assert newest(meeting).state == "listed"
    assert newest(meeting).declined_id is None


def test_a_proposal_is_taken_back_by_its_author_alone(town, hour):
    meeting = with_proposals(town)
    add(meeting, "anna", "Шахматный кружок", "propose")
    item = newest(meeting).thread_id
    assert act(meeting, "vera", item, "take-back").status_code == 403
    assert act(meeting, "anna", item, "take-back").status_code == 200
    assert newest(meeting).state == "withdrawn"
    assert act(meeting, "anna", item, "take-back").status_code == 409


def test_proposals_are_taken_till_the_date(town, hour):
    meeting = with_proposals(town)
    clock.travel(timedelta(minutes=16))
    late = add(meeting, "anna", "Шахматный кружок", "propose")
    assert late.status_code == 409
    assert "Приём предложений закончен" in late.get_data(as_text=True)
    never = call(town, town["galina"], town["boris"])
    refused = add(never, "anna", "Шахматный кружок", "propose")
    assert "предложения не принимаются" in refused.get_data(as_text=True)


def test_an_item_whose_words_are_taken_back_leaves_the_agenda(town, hour):
    meeting = with_proposals(town)
    add(meeting, "anna", "Шахматный кружок", "propose")
    item = newest(meeting).thread_id
    act(meeting, "irina", item, "accept")
    with town.app.app_context():
        opener = agenda.agenda(access.viewer(town["anna"].actor), meeting.id)[-1].opener_id
    town["anna"].post(f"/e/{opener}/withdraw")
    town.drain()  # drop_wordless
    assert len(numbered(meeting)) == 2
    assert newest(meeting).state == "withdrawn"


def paper(name="spravka.txt", text="Успеваемость по классам: 1, 2, 3."):
    return (BytesIO(text.encode()), name)


def test_people_say_that_they_have_read_the_documents_and_the_desk_sees_who_has_not(meeting):
    town = meeting.town
    add(meeting, "irina", "Справка по классам", files=paper(), licence="own")
    item = newest(meeting).thread_id
    page = town["anna"].get(meeting.path).get_data(as_text=True)
    assert "spravka.txt" in page
    assert "Ознакомлен(а) с документами" in page

    act(meeting, "anna", item, "acquaint")
    assert "Вы ознакомлены с документами" in town["anna"].get(meeting.path).get_data(as_text=True)
    desk = town["irina"].get(f"{meeting.path}/readers").get_data(as_text=True)
    assert "Познакомились 1 из 5" in desk
    assert town["vera"].name in desk.split("Ещё не познакомились")[1]
    assert town["anna"].name not in desk.split("Ещё не познакомились")[1].split("</section>")[0]
    assert town["anna"].get(f"{meeting.path}/readers").status_code == 404


def test_who_has_not_read_is_reminded_once_a_day(meeting):
    town = meeting.town
    none = town["irina"].post(f"{meeting.path}/remind")
    assert "Все приглашённые познакомились" in none.get_data(as_text=True)
    add(meeting, "irina", "Справка по классам", files=paper(), licence="own")
    act(meeting, "anna", newest(meeting).thread_id, "acquaint")

    first = town["irina"].post(f"{meeting.path}/remind")
    assert "Напомнили 4 людям." in first.get_data(as_text=True)
    assert "Познакомьтесь, пожалуйста, с документами" in notices(town["vera"])
    assert "Познакомьтесь, пожалуйста, с документами" not in notices(town["anna"])
    again = town["galina"].post(f"{meeting.path}/remind")
    assert again.status_code == 409
    assert "меньше суток назад" in again.get_data(as_text=True)
    assert town["anna"].post(f"{meeting.path}/remind").status_code == 403


def test_changed_documents_are_to_be_read_again(meeting):
    town = meeting.town
    add(meeting, "irina", "Справка по классам", files=paper(), licence="own")
    item = newest(meeting).thread_id
    act(meeting, "anna", item, "acquaint")
    with town.app.app_context():
        opener = agenda.agenda(access.viewer(town["irina"].actor), meeting.id)[-1].opener_id
    clock.travel(timedelta(minutes=1))
    form = {"title": "Справка по классам", "body": "Цифры исправлены.", "revision": 1}
    town["irina"].post(f"/e/{opener}/edit", form)
    page = town["anna"].get(meeting.path).get_data(as_text=True)
    assert "Вы ознакомлены с документами" not in page
    clock.travel(timedelta(minutes=1))
    act(meeting, "anna", item, "acquaint")
    assert "Вы ознакомлены с документами" in town["anna"].get(meeting.path).get_data(as_text=True)


def test_answers_are_counted_for_the_quorum_to_come(town, hour):
    from community.calendar.services import answering

    meeting = call(town, town["galina"], town["irina"], takes_proxies=True)
    happening = meeting.row().happening_id
    page = town["vera"].get(meeting.path).get_data(as_text=True)
    assert "До кворума не хватает 3 ответов" in page
    with town.app.app_context():
        answering.answer(town["galina"].actor, happening, "yes")
        answering.answer(town["irina"].actor, happening, "yes")
        answering.answer(town["anna"].actor, happening, "proxy", town["irina"].id)
        answering.answer(town["boris"].actor, happening, "no")
    page = town["vera"].get(meeting.path).get_data(as_text=True)
    assert "Кворум ожидается" in page
    assert "3 из 5, нужно 3" in page
    assert "Доверили голос: 1" in page


def test_a_held_item_is_seen_by_its_author_and_the_moderators(meeting):
    town = meeting.town
    rude = "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."
    asked = add(meeting, "irina", "Поведение", body=rude)
    seen = asked.get_data(as_text=True).split('name="seen"', 1)[1].split('value="', 1)[1]
    add(meeting, "irina", "Поведение", body=rude, seen=seen.split('"', 1)[0], accept="as_it_is")
    assert newest(meeting).place == 3
    assert "Поведение" in town["irina"].get(meeting.path).get_data(as_text=True)
    assert "Поведение" in town["boris"].get(meeting.path).get_data(as_text=True)
    assert "Поведение" not in town["anna"].get(meeting.path).get_data(as_text=True)


def test_drafts_lead_back_to_where_they_are_written(meeting):
    meeting.town["irina"].post(
        f"/drafts/council-item:{meeting.id}", {"body": "Начало вопроса", "title": "Дежурство"}
    )
    drafts = meeting.town["irina"].get("/drafts").get_data(as_text=True)
    assert f"{meeting.path}/items/new" in drafts
    form = meeting.town["irina"].get(f"{meeting.path}/items/new").get_data(as_text=True)
    assert "Начало вопроса" in form
    assert SLUG in drafts
