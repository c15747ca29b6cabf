"""A council is called, moved, called off, and more people are asked to it."""

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.calendar import queries as calendar
from community.calendar.models import Happening
from community.calendar.services import answering
from community.core.db import db
from community.councils.models import Council
from community.councils.queries import agenda, people
from community.councils.services import holding
from community.publishing import access
from community.publishing.models import Thread
from tests.councils.conftest import call
from tests.world import SLUG

NEW = f"/c/{SLUG}/councils/new"


def sent(town, **more):
    """What the form of a new council sends."""
    plain = {
        "title": "Подготовка к итоговой аттестации", "body": "Что успели и чего не хватает.",
        "starts_at": "2026-12-10T15:00", "ends_at": "2026-12-10T16:30", "place": "Актовый зал",
        "mode": "live", "chairman_id": town["galina"].id, "secretary_id": town["irina"].id,
        "deputy_id": town["boris"].id, "quorum": "two_thirds", "takes_proxies": "y",
        "proposals_until": "2026-12-09T18:00", "follows_id": 0, "access": "all",
    }  # fmt: skip
    return plain | more


def newest(town) -> Council:
    with town.app.app_context():
        return db.session.scalars(
            select(Council).order_by(Council.thread_id.desc()).limit(1)
        ).one_or_none()


def plan_sent(meeting, **more):
    row = meeting.row()
    return {
        "version": row.version, "starts_at": "2026-12-04T15:00", "ends_at": "2026-12-04T17:00",
        "place": "Кабинет 12", "mode": "live", "chairman_id": row.chairman_id,
        "secretary_id": row.secretary_id, "deputy_id": 0, "quorum": "half",
    } | more  # fmt: skip


def notices(person) -> str:
    return person.get("/notices").get_data(as_text=True)


def test_the_administrator_calls_a_council_and_everybody_is_told(town, hour):
    answer = town["galina"].post(NEW, sent(town))
    made = newest(town)

    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "Подготовка к итоговой аттестации" in page
    assert "четверг, 10 декабря, 15:00" in page
    assert (made.quorum, made.deputy_id, made.mode) == ("two_thirds", town["boris"].id, "live")
    with town.app.app_context():
        assert len(people.expected(made.happening_id)) == 5
    town.drain()
    assert "созывает педсовет: «Подготовка к итоговой аттестации»" in notices(town["anna"])
    assert "созывает педсовет" not in notices(town["galina"])


def test_a_member_is_told_who_calls_councils(town, hour):
    answer = town["anna"].get(NEW)
    assert answer.status_code == 403
    assert "созывает администратор или модератор" in answer.get_data(as_text=True)
    assert "councils/new" not in town["anna"].get(f"/c/{SLUG}/councils").get_data(as_text=True)
    assert town["anna"].post(NEW, sent(town)).status_code == 403
    assert newest(town) is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": ""}, "Заполните, пожалуйста, это поле."),
        ({"starts_at": "2020-01-01T10:00"}, "Начало должно быть в будущем."),
        ({"starts_at": "завтра"}, "Укажите день и время"),
        ({"starts_at": "0001-01-01T00:00"}, "Укажите день и время"),
        ({"ends_at": "2026-12-10T14:00"}, "Окончание должно быть позже начала."),
        ({"ends_at": "9999-12-31T23:59"}, "Укажите день и время"),
        ({"secretary_id": "%galina"}, "Председатель и секретарь — разные люди."),
        ({"deputy_id": "%galina"}, "Председатель и его заместитель — разные люди."),
        ({"proposals_until": "2026-12-11T18:00"}, "Предложения в повестку принимают до начала"),
        ({"follows_id": "77"}, "Not a valid choice|Неверный вариант|не является"),
        ({"chairman_id": "%gleb"}, "Not a valid choice|Неверный вариант|не является"),
        ({"chairman_id": "0"}, "нет среди приглашённых"),
        ({"mode": "ночью"}, "Not a valid choice|Неверный вариант|не является"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_held_comes_back_with_nothing_lost(town, hour, changed, told):
    who = {
        key: town[value[1:]].id if value.startswith("%") else value
        for key, value in changed.items()
    }
    answer = town["galina"].post(NEW, sent(town, **who))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert any(each in page for each in told.split("|")), page[page.find("summary") :][:600]
    assert "Актовый зал" in page
    assert "Что успели и чего не хватает." in page
    assert newest(town) is None


def test_rough_words_of_a_theme_or_a_place_are_asked_about(town, hour):
    rude = "Борис Андреевич, ну ты и дурак, раз не понимаешь таких вещей."
    for changed in ({"body": rude}, {"place": rude}):
        answer = town["galina"].post(NEW, sent(town, **changed))
        assert answer.status_code == 422
        assert rude in answer.get_data(as_text=True)
    assert newest(town) is None
    draft = town["galina"].get("/drafts").get_data(as_text=True)
    assert "/councils/new" in draft


def test_a_council_for_chosen_people_is_known_to_them_and_the_moderators(town, hour):
    only = {"access": "chosen", "people": [town["vera"].id], "deputy_id": 0}
    town["galina"].post(NEW, sent(town, **only))
    path = f"/c/{SLUG}/councils/{newest(town).thread_id}"
    assert town["vera"].get(path).status_code == 200
    assert town["irina"].get(path).status_code == 200, "the secretary is expected"
    assert town["boris"].get(path).status_code == 200, "a moderator may read it"
    assert town["anna"].get(path).status_code == 404
    town.drain()
    assert "созывает педсовет" not in notices(town["anna"])
    town["galina"].post(f"{path}/items/new", {"title": "Наставник", "body": "Кто?", "minutes": 5})

    town["galina"].post(f"{path}/people", {"people": [town["anna"].id], "version": 1})

    page = town["anna"].get(path)
    assert page.status_code == 200
    assert "Наставник" in page.get_data(as_text=True)
    town.drain()
    assert "созывает педсовет" in notices(town["anna"])
    assert "созывает педсовет" not in notices(town["boris"])


def test_a_moved_council_is_told_of_and_asked_about_anew(meeting):
    anna, town = meeting.town["anna"], meeting.town
    with town.app.app_context():
        answering.answer(anna.actor, meeting.row().happening_id, "yes")

    answer = town["galina"].post(f"{meeting.path}/edit", plan_sent(meeting))

    assert "пятница, 4 декабря, 15:00" in answer.get_data(as_text=True)
    town.drain()
    assert "перенесён на 04.12.2026, 15:00" in notices(anna)
    with town.app.app_context():
        said = {each.user_id: each.answer for each in calendar.answers(meeting.row().happening_id)}
        assert said[anna.id] == ""
        moved = db.session.scalars(select(AuditEntry).where(AuditEntry.kind == "council.moved"))
        assert '"until":"2026-12-04T12:00Z"' in moved.one().body


def test_another_place_asks_nobody_anew(meeting):
    anna, town = meeting.town["anna"], meeting.town
    with town.app.app_context():
        answering.answer(anna.actor, meeting.row().happening_id, "yes")
    town["galina"].post(
        f"{meeting.path}/edit",
        plan_sent(meeting, starts_at="2026-12-03T15:00", ends_at="2026-12-03T17:00", place="Зал"),
    )
    town.drain()
    assert "теперь другое место" in notices(anna)
    with town.app.app_context():
        said = {each.user_id: each.answer for each in calendar.answers(meeting.row().happening_id)}
        assert said[anna.id] == "yes"


def test_of_two_who_change_the_plan_the_first_counts(meeting):
    first = plan_sent(meeting, place="Библиотека")
    second = plan_sent(meeting, place="Столовая")
    meeting.town["galina"].post(f"{meeting.path}/edit", first)
    answer = meeting.town["irina"].post(f"{meeting.path}/edit", second)

    assert answer.status_code == 409
    assert "Столовая" in answer.get_data(as_text=True), "what was typed stays"
    with meeting.town.app.app_context():
        assert db.session.get_one(Happening, meeting.row().happening_id).place == "Библиотека"
    meeting.town["irina"].post(f"{meeting.path}/edit", plan_sent(meeting, place="Столовая"))
    with meeting.town.app.app_context():
        assert db.session.get_one(Happening, meeting.row().happening_id).place == "Столовая"


def test_only_the_chair_and_moderators_change_who_leads(meeting):
    anna, irina = meeting.town["anna"], meeting.town["irina"]
    plan = plan_sent(meeting, chairman_id=anna.id)
    answer = irina.post(f"{meeting.path}/edit", plan)
    assert answer.status_code == 403
    assert meeting.row().chairman_id == meeting.chair.id

    meeting.town["boris"].post(f"{meeting.path}/edit", plan)
    assert meeting.row().chairman_id == anna.id
    assert anna.post(f"{meeting.path}/edit", plan_sent(meeting)).status_code == 200
    assert meeting.town["vera"].get(f"{meeting.path}/edit").status_code == 403


def test_voices_come_back_where_they_are_given_no_more(town, hour):
    meeting = call(town, town["galina"], town["irina"], takes_proxies=True)
    with town.app.app_context():
        happening = meeting.row().happening_id
        answering.answer(town["anna"].actor, happening, "proxy", town["vera"].id)
    same = {"starts_at": "2026-12-03T15:00", "ends_at": "2026-12-03T17:00"}
    town["galina"].post(f"{meeting.path}/edit", plan_sent(meeting, **same))
    with town.app.app_context():
        said = {each.user_id: each.answer for each in calendar.answers(happening)}
        assert said[town["anna"].id] == ""


def test_a_council_is_called_off_after_one_question(meeting):
    boris, town = meeting.town["boris"], meeting.town
    assert "Отменённый педсовет снова открыть нельзя" in boris.get(
        f"{meeting.path}/cancel"
    ).get_data(as_text=True)
    page = boris.post(f"{meeting.path}/cancel", {"version": meeting.row().version})

    assert "Педсовет отменён" in page.get_data(as_text=True)
    town.drain()
    assert "(03.12.2026, 15:00) отменён" in notices(town["anna"])
    archive = town["anna"].get(f"/c/{SLUG}/councils/archive").get_data(as_text=True)
    assert "Итоги первой четверти" in archive
    again = boris.post(f"{meeting.path}/cancel", {"version": meeting.row().version})
    assert again.status_code == 409
    assert town["anna"].post(f"{meeting.path}/cancel", {"version": 2}).status_code == 403


def test_who_joins_the_community_is_expected_and_who_leaves_is_not(meeting):
    town = meeting.town
    gleb, anna = town["gleb"], town["anna"]
    from community.communities import services as communities
    from community.communities.services import applications
    from tests.world import AGREED, WHY

    with town.app.app_context():
        applied = applications.apply(gleb.actor, town.community_id, why=WHY, agreed=AGREED)
        applications.approve(town["galina"].actor, applied)
    town.drain()
    assert gleb.id in _expected(meeting)
    assert "Итоги первой четверти" in notices(gleb)

    with town.app.app_context():
        communities.members.leave(anna.actor, town.community_id)
    town.drain()
    assert anna.id not in _expected(meeting)
    assert meeting.item(1).rapporteur_id is None


def test_the_next_council_begins_with_the_decisions_of_the_last(opened):
    opened.do(holding.close)
    form = opened.town["galina"].get(NEW).get_data(as_text=True)
    assert "Итоги первой четверти" in form
    opened.town["galina"].post(NEW, sent(opened.town, follows_id=opened.id))
    made = newest(opened.town)

    assert made.follows_id == opened.id
    with opened.town.app.app_context():
        reader = access.viewer(opened.town["anna"].actor)
        (first,) = agenda.agenda(reader, made.thread_id)
        assert (first.number, first.title, first.is_review) == (1, "Выполнение решений", True)
    page = opened.town["anna"].get(f"/c/{SLUG}/councils/{made.thread_id}").get_data(as_text=True)
    assert "Продолжает педсовет" in page
    assert "Его продолжает педсовет" in opened.town["anna"].get(opened.path).get_data(as_text=True)


def test_a_council_cannot_go_on_from_one_that_is_not_over(meeting):
    answer = meeting.town["galina"].post(NEW, sent(meeting.town, follows_id=meeting.id))
    assert answer.status_code == 422
    assert newest(meeting.town).thread_id == meeting.id


def test_the_theme_can_be_found_and_stays_once_the_council_was_held(opened):
    town = opened.town
    town.drain()
    found = town["anna"].get(f"/c/{SLUG}/search?q=четверти").get_data(as_text=True)
    assert "Итоги первой" in found
    found = town["anna"].get(f"/c/{SLUG}/search?q=экрана").get_data(as_text=True)
    assert "Домашние задания без" in found
    opened.do(holding.close)
    with town.app.app_context():
        reader = access.viewer(town["galina"].actor)
        first = agenda.agenda(reader, opened.id)[0].opener_id
    changed = {"title": "Другое", "body": "Другое.", "revision": 1}
    answer = town["galina"].post(f"/e/{first}/edit", changed)
    assert answer.status_code == 409
    assert "рассматривал педсовет" in answer.get_data(as_text=True)


def test_a_letter_of_a_moved_council_is_not_sent_when_it_was_called_off(meeting):
    from community.councils import announcing
    from community.notices.sentences import Told

    told = Told(1, 1, 1, "council.called", {"thread": meeting.id}, meeting.path, None)
    with meeting.town.app.app_context():
        assert announcing.still_planned(told)
    meeting.do(holding.cancel)
    with meeting.town.app.app_context():
        assert not announcing.still_planned(told)
        assert announcing.is_out(told)


def _expected(meeting):
    with meeting.town.app.app_context():
        return people.expected(meeting.row().happening_id)


def test_the_page_of_a_council_that_is_over_leads_to_its_minutes(opened):
    opened.do(holding.close)
    page = opened.town["anna"].get(opened.path).get_data(as_text=True)
    assert f'href="{opened.path}/minutes"' in page
    assert opened.town["anna"].get(f"{opened.path}/minutes").status_code == 200
    assert "Добавить вопрос" not in page
    assert "Придёте?" not in page


def test_a_council_whose_words_wait_is_told_of_when_they_are_out(town, hour):
    rude = "Борис Андреевич, ну ты и дурак, раз не понимаешь таких вещей."
    asked = town["galina"].post(NEW, sent(town, body=rude)).get_data(as_text=True)
    seen = asked.split('name="seen"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    town["galina"].post(NEW, sent(town, body=rude, seen=seen, accept="as_it_is"))
    made = newest(town)
    path = f"/c/{SLUG}/councils/{made.thread_id}"
    town.drain()
    assert town["anna"].get(path).status_code == 404
    assert "созывает педсовет" not in notices(town["anna"])

    with town.app.app_context():
        opener = db.session.get_one(Thread, made.thread_id).opener_id
    town["galina"].post(
        f"/e/{opener}/edit",
        {"title": "Подготовка к итоговой аттестации", "body": "Что успели.", "revision": 1},
    )
    town.drain()
    assert town["anna"].get(path).status_code == 200
    assert "созывает педсовет" in notices(town["anna"])
