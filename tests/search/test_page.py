"""The page: what it shows, and that nothing typed breaks it."""

import re

import pytest
from sqlalchemy import event

from community.core.db import db
from tests.world import SLUG


@pytest.fixture
def talk(library, town, anna, boris):
    made = library.topic(
        anna, "Класс & доска <b>", "Новая доска в классе: мел <i>крошится</i>, дети довольны.",
        kind="question",
    )  # fmt: skip
    library.reply(boris, made.thread_id, "Мел у нас тоже крошится, берите мягкий.")
    town.drain()
    return made


def test_a_hit_says_where_it_is_and_shows_the_place_under_the_marker(page_of, talk, anna):
    said = page_of(anna, "?q=мелом")

    assert "Найдено 2 сообщения" in said
    assert "Класс &amp; доска &lt;b&gt;" in said
    assert "классе: <mark>мел</mark> &lt;i&gt;крошится&lt;/i&gt;" in said
    assert "<mark>Мел</mark> у нас тоже" in said
    assert f'href="/e/{talk.entry_id}"' in said
    assert "ответ в теме" in said
    assert "Борис Лунин" in said
    assert 'value="мелом"' in said


def test_the_link_of_a_hit_leads_to_its_text(anna, page_of, get_as, talk):
    page_of(anna, "?q=мел")
    answer = get_as(anna, f"/e/{talk.entry_id}")
    assert answer.status_code == 200
    assert "мел" in answer.get_data(as_text=True)


def test_what_was_probably_meant_is_searched_and_said(page_of, talk, anna):
    said = page_of(anna, "?q=vtk")
    assert "По словам «vtk» ничего не нашлось. Показано то, что нашлось по словам «мел»." in said
    assert "<mark>мел</mark>" in said


def test_a_rare_spelling_is_searched_as_typed_and_the_frequent_one_is_a_link(
    page_of, library, anna, boris
):
    made = library.topic(anna, "Сообщество", "Сообщество учителей.")
    for number in range(12):
        library.reply(boris, made.thread_id, f"Наше сообщество растёт, запись {number}.")
    library.reply(boris, made.thread_id, "Сообшество — так тоже пишут.")

    said = page_of(anna, "?q=сообшество")

    assert "Найдено 1 сообщение" in said
    assert "Искали ли вы:" in said
    assert re.search(r'href="[^"]*q=[^"]+">сообщество</a>', said)


def test_the_first_visit_and_an_empty_answer_teach(library, page_of, anna):
    assert "Напишите одно-два слова" in page_of(anna)
    said = page_of(anna, "?q=динозавр&what=topics")
    assert "Ничего не нашлось" in said
    assert "Искать везде" in said


def test_pages_are_numbered_and_keep_the_question(page_of, library, anna):
    made = library.topic(anna, "Счёт", "Считаем примеры.")
    for number in range(24):
        library.reply(anna, made.thread_id, f"Пример номер {number}.")

    said = page_of(anna, "?q=пример&author=" + str(anna.id))
    assert "Найдено 25 сообщений" in said
    assert (
        f"/c/{SLUG}/search?q=%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80&amp;author={anna.id}&amp;page=2"
        in said
    )
    second = page_of(anna, f"?q=пример&author={anna.id}&page=2")
    assert second.count('class="card found"') == 5


@pytest.mark.parametrize(
    "query",
    [
        "q=NOT+OR+foobar", "q=%00", "q=%ED%A0%80", "q=%FF%FE", "q=*", "q=%22", "q=-%22", "q=((((", "q=%5C",
        "q=%E2%80%AE%D1%83%D1%80%D0%BE%D0%BA", "q=" + "%D1%8F" * 5_000, "q=" + "a+" * 3_000,
        "q=%27%3B--", "q=a%26b%7Cc%21d%3C-%3Ee%3A*", "q=%F0%9F%8F%AB", "q=%C3%9F", "q=%C4%B0",
        "q=мел&author=x", "q=мел&author=-1", "q=мел&author=99999999999999999999", "q=мел&board=1e9",
        "q=мел&kind=%00", "q=мел&kind=%D1%8F", "q=мел&kind=" + "a" * 999, "q=мел&since=2026-13-45",
        "q=мел&since=%00", "q=мел&since=0000-00-00", "q=мел&until=99999-01-01", "q=мел&until=вчера",
        "q=мел&page=0", "q=мел&page=-7", "q=мел&page=999999999", "q=мел&page=x", "q=мел&what=%3Cscript%3E",
        "q=мел&since=0001-01-01&until=9999-12-31", "q=мел&what=people&author=1&page=3",
        "q=а+б+в+г+д+е+ж+з+и+к+л+м+н+о",
        "q=" + "%22a%20b%22" * 30, "q=-a+-b+-c", "q=а" + "%CC%81" * 150, "q=" + "%C2%AB" * 150,
    ],
)  # fmt: skip
def test_nothing_that_can_be_typed_breaks_the_page(anna, get_as, talk, query):
    answer = get_as(anna, f"/c/{SLUG}/search?{query}")
    said = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert "<script>" not in said.replace('<script type="module"', "")
    assert "Поиск" in said


def test_more_than_twelve_words_are_cut_and_said(page_of, talk, anna):
    words = "+".join(f"слово{number}" for number in range(15))
    assert "поиск взял первые двенадцать" in page_of(anna, f"?q={words}")


def test_the_number_of_queries_does_not_grow_with_the_hits(app, page_of, get_as, library, anna):
    made = library.topic(anna, "Счёт", "Считаем примеры.")
    for number in range(4):
        library.reply(anna, made.thread_id, f"Пример из начала, {number}.")
    page_of(anna, "?q=пример")

    def counted():
        asked = []
        with app.app_context():
            engine = db.engine
        listen = lambda *args: asked.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        get_as(anna, f"/c/{SLUG}/search?q=пример")
        event.remove(engine, "before_cursor_execute", listen)
        return [each for each in asked if each.lstrip().upper().startswith("SELECT")]

    few = counted()
    for number in range(15):
        library.reply(anna, made.thread_id, f"Пример номер {number}.")
    page_of(anna, "?q=пример")
    many = counted()
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= 20, "\n".join(many)
