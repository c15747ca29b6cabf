import re

import pytest

from community.core.db import db
from community.profiles import directory
from community.profiles.views import Filters
from tests.world import SLUG

PEOPLE = f"/c/{SLUG}/people"


def page(answer):
    return answer.get_data(as_text=True)


def names(answer):
    return re.findall(r'class="row__title" href="/people/\d+">([^<]+)<', page(answer))


def test_members_stand_in_the_order_of_their_surnames(anna):
    found = names(anna.get(PEOPLE))

    assert found == [
        "Ильина Вера Павловна",
        "Кольцова Ирина Олеговна",
        "Лунин Борис Андреевич",
        "Орлова Галина Юрьевна",
        "Соколова Анна Сергеевна",
    ]
    assert "5 участников" in page(anna.get(PEOPLE))


def test_strangers_and_visitors_do_not_read_the_directory(app, gleb):
    assert gleb.get(PEOPLE).status_code == 403
    assert gleb.get(f"{PEOPLE}.json?q=а").status_code == 403
    assert app.test_client().get(PEOPLE).status_code == 302
    assert gleb.get("/c/nowhere/people").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=СОКОЛ", ["Соколова"]),
        ("q=анна", ["Соколова"]),
        ("q=сергеевна соколова", ["Соколова"]),
        ("q=колова", []),
        ("q=%25", []),
        ("q=_", []),
        ("role=moderator", ["Лунин"]),
        ("role=expert", ["Ильина"]),
        ("role=methodist", ["Орлова"]),
        ("role=nonsense", ["Ильина", "Кольцова", "Лунин", "Орлова", "Соколова"]),
        ("school=999999999", []),
        ("school=x", []),
        ("subject=99999999999999999999", []),
        ("page=-1", ["Ильина", "Кольцова", "Лунин", "Орлова", "Соколова"]),
        ("page=999999999999999999999999", ["Ильина", "Кольцова", "Лунин", "Орлова", "Соколова"]),
        ("q=%00%F0%9F", []),
    ],
)
def test_the_directory_is_narrowed(anna, query, found):
    answer = anna.get(f"{PEOPLE}?{query}")

    assert answer.status_code == 200
    assert [name.split()[0] for name in names(answer)] == found


def test_an_empty_answer_teaches_the_next_step(anna):
    said = page(anna.get(f"{PEOPLE}?q=никого"))

    assert "Под все условия никто не подходит" in said
    assert "найдено 0 человек, всего 5 участников" in said


def test_choices_are_those_of_the_members_with_their_counts(anna):
    said = page(anna.get(PEOPLE))

    subject = re.search(r'<option value="(\d+)">математика \(2\)</option>', said)
    assert subject is not None
    assert "химия" not in said, "nobody here teaches it"
    assert "Школа № 9" not in said
    found = names(anna.get(f"{PEOPLE}?subject={subject.group(1)}"))
    assert [name.split()[0] for name in found] == ["Кольцова", "Соколова"]
    school = re.search(r'<option value="(\d+)">Школа № 4 \(5\)</option>', said).group(1)
    assert len(names(anna.get(f"{PEOPLE}?school={school}"))) == 5


def test_people_are_found_by_their_interests_whatever_the_case_and_the_dots(anna, irina, boris):
    anna.post("/people/me/edit", {"interests": "Ёлка на Новый год, дроби", "revision": "0"})
    irina.post("/people/me/edit", {"interests": "дроби", "revision": "0"})

    assert len(names(boris.get(f"{PEOPLE}?interest=дроби"))) == 2
    assert len(names(boris.get(f"{PEOPLE}?interest=елка на новый ГОД"))) == 1
    assert "дроби (2)" in page(boris.get(PEOPLE))


def test_pages_are_numbered(ctx, town, anna, monkeypatch):
    monkeypatch.setattr(directory, "PAGE", 2)

    first = page(anna.get(f"{PEOPLE}?role=teacher"))
    assert f"{PEOPLE}?page=2&amp;role=teacher" in first
    second = directory.page(town.community_id, Filters(role="teacher"), 2)
    assert (second.found, second.number, second.last) == (4, 2, 2)
    assert [person.name.split()[0] for person in second.people] == ["Лунин", "Соколова"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("анн", ["Анна Соколова"]),
        ("Соко", ["Анна Соколова"]),
        ("анна соколова", ["Анна Соколова"]),
        ("ИРИ", ["Ирина Кольцова"]),
        ("глеб", []),
        ("", []),
        ("%", []),
    ],
)
def test_a_name_is_completed_after_an_at_sign(anna, typed, found):
    answer = anna.get(
        f"{PEOPLE}.json", query_string={"q": typed}, headers={"Accept": "application/json"}
    )

    assert [person["name"] for person in answer.get_json()["people"]] == found


def test_completion_tells_school_and_subject(anna):
    people = anna.get(f"{PEOPLE}.json?q=вера").get_json()["people"]

    assert people == [{"name": "Вера Ильина", "post": "Школа № 4, физика"}]


def test_the_directory_asks_few_questions(ctx, town, anna):
    from sqlalchemy import event

    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    directory.page(town.community_id, Filters(), 1)

    assert len(asked) <= 10, asked
