"""Lines of the talk become speeches of the minutes in one act, under their authors' names."""

import re

import pytest

from community.councils.services import holding
from tests.councils.test_minutes import made, note_ids, write


@pytest.fixture
def talked(opened, anna, boris):
    opened.do(holding.take_item, opened.items[0])
    said = []
    for who, words in (
        (anna, "Пятым классам нужна помощь по дробям."),
        (boris, "Поддерживаю, начнём с понедельника."),
        (anna, "Кабинет свободен по средам."),
    ):
        answer = who.post(f"{opened.path}/items/{opened.items[0]}", {"body": words})
        page = answer.get_data(as_text=True)
        said.append(max(int(each) for each in re.findall(r'id="entry-(\d+)"', page)))
    return opened, said


def page_of(meeting):
    return f"{meeting.path}/minutes/lines/{meeting.items[0]}"


def speeches(meeting):
    return [
        (each.name, [note.words for note in each.notes]) for each in made(meeting).items[0].spoke
    ]


def test_ticked_lines_stand_among_the_speeches_in_their_order(talked, irina):
    """``gathering.write_lines``."""
    meeting, said = talked
    page = irina.get(page_of(meeting)).get_data(as_text=True)
    assert "Кабинет свободен по средам." in page
    answer = irina.post(page_of(meeting), {"lines": [str(said[1]), str(said[0])]})
    assert "Записаны 2 реплики" in answer.get_data(as_text=True).replace("\xa0", " ")

    found = speeches(meeting)
    assert [words for _name, words in found] == [
        ["Пятым классам нужна помощь по дробям."], ["Поддерживаю, начнём с понедельника."],
    ]  # fmt: skip
    assert ["Соколова" in found[0][0], "Лунин" in found[1][0]] == [True, True]

    irina.post(page_of(meeting), {"lines": [str(each) for each in said]})
    assert len(note_ids(meeting)) == 3, "what stands there already is not written twice"


def test_others_do_not_write_and_nothing_ticked_is_told(talked, irina, anna):
    meeting, said = talked
    assert anna.post(page_of(meeting), {"lines": [str(said[0])]}).status_code == 403
    answer = irina.post(page_of(meeting), {})
    assert answer.status_code in (403, 422)
    assert "Отметьте хотя бы одну" in answer.get_data(as_text=True)
    too_many = {"lines": [str(each) for each in range(1, 60)]}
    assert "не больше 40" in irina.post(page_of(meeting), too_many).get_data(as_text=True)
    assert note_ids(meeting) == []


def test_lines_of_another_item_and_hidden_ones_are_passed_over(talked, irina, anna):
    meeting, said = talked
    anna.post(f"{meeting.path}/items/{meeting.items[1]}", {"body": "О другом вопросе."})
    other = said[-1] + 1
    irina.post(page_of(meeting), {"lines": [str(other), "999999", "-5", "слово", str(said[0])]})
    assert [words for _name, words in speeches(meeting)] == [
        ["Пятым классам нужна помощь по дробям."]
    ]


def test_without_talk_the_page_says_so(opened, irina):
    assert "Здесь пока ничего не написано" in irina.get(page_of(opened)).get_data(as_text=True)
    assert irina.get(f"{opened.path}/minutes/lines/{opened.id}").status_code == 404
    assert write(opened, "Сами записали.").status_code == 200
