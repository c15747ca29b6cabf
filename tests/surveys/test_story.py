"""A survey of parents: made by a teacher, answered by a link without a name, read as a table."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.core.errors import Invalid, Refused
from community.publishing.facts import Words
from community.surveys import services
from community.surveys.models import Survey, SurveyAnswer, SurveyQuestion
from community.surveys.plan import lines, parse, typed
from community.surveys.services import SurveyPlan
from tests.surveys.conftest import ASKED, BASE, device, fields, send, stored
from tests.world import SLUG


def test_a_parent_answers_once_from_a_device(town, opened, anna, irina):
    survey, link = opened
    client, post = device(town)
    page = client.get(link).get_data(as_text=True)
    assert "Уважаемые родители!" in page
    assert "Какое время вам удобно?" in page
    thanks = post(link, **fields(town, survey, "1", ["0", "1"], "4", "Больше рыбы"))
    assert "Спасибо, ваш ответ принят" in thanks.get_data(as_text=True)
    assert "уже отвечали" in client.get(link).get_data(as_text=True)

    _other, post_again = device(town)
    post_again(link, **fields(town, survey, "1", None, "2"))
    page = anna.get(f"{BASE}/{survey}").get_data(as_text=True)
    assert "2 ответа" in page
    assert re.search(r"18:30</th><td>2</td>", page)
    assert "Больше рыбы" in page
    hidden = irina.get(f"{BASE}/{survey}").get_data(as_text=True)
    assert "Больше рыбы" not in hidden
    assert irina.get(f"{BASE}/{survey}/answers.csv").status_code == 404


def test_nothing_is_kept_of_who_answered(town, opened):
    survey, link = opened
    _client, post = device(town)
    post(link, **fields(town, survey, "0"))
    assert {column.name for column in SurveyAnswer.__table__.columns} == {
        "id",
        "survey_id",
        "given",
    }
    with town.app.app_context():
        rows = {
            table.name: str(db.session.execute(select(table)).all())
            for table in db.metadata.sorted_tables
        }
    assert not [name for name, told in rows.items() if "127.0.0.1" in told and "survey" in name]


def test_words_of_an_answer_are_judged_by_machine(town, opened):
    survey, link = opened
    _client, post = device(town)
    blocked = post(link, **fields(town, survey, "1", None, None, "Звоните мне 8 904 111-22-33"))
    assert blocked.status_code == 422
    page = blocked.get_data(as_text=True)
    assert "8 904 111-22-33</textarea>" in page  # what was written is kept in the form
    assert "checked" in page
    assert "Ответ пока не отправлен" in page
    assert (
        "не опубликован" not in page
    )  # a parent publishes nothing and has no page or letters here
    assert "профил" not in page
    assert stored(town) == []
    asked = post(link, **fields(town, survey, "1", None, None, "Наш завуч — полный идиот"))
    assert asked.status_code == 422
    assert "отправить ответ как есть" in asked.get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', asked.get_data(as_text=True))
    assert seen, "the second sending goes"
    sent = post(
        link, seen=seen[1], **fields(town, survey, "1", None, None, "Наш завуч — полный идиот")
    )
    assert sent.status_code == 200
    assert len(stored(town)) == 1


def test_nonsense_is_refused_in_words(town, opened):
    survey, link = opened
    _client, post = device(town)
    for values in (("9",), ("х",), (["0", "1"],), (None, ["0", "0"]), (None, None, "6"), ()):
        answer = post(link, **fields(town, survey, *values))
        assert answer.status_code == 422, values
    long = post(link, **fields(town, survey, None, None, None, "а" * 2001))
    assert "Слишком длинный ответ" in long.get_data(as_text=True)
    assert stored(town) == []
    assert town.app.test_client().get("/s/" + "x" * 200).status_code == 404


def test_a_composer_without_files_asks_nothing_about_them(opened, anna):
    for path in (f"{BASE}/new", f"/c/{SLUG}/ballots/new"):
        assert "Чьи это файлы" not in anna.get(path).get_data(as_text=True)
    assert "Идёт" in anna.get(BASE).get_data(as_text=True)


def test_the_words_of_a_survey_pass_the_gate(anna, town):
    refused = send(anna, questions="Позвонить 8 904 111-22-33?\n- да\n- нет")
    assert refused.status_code == 422
    assert "8 904 111-22-33" in refused.get_data(as_text=True)
    assert send(anna, questions="- ответ без вопроса").status_code == 422
    masked = send(anna, questions="Позвонить 8 904 111-22-33?\n- да\n- нет", accept="mask")
    assert masked.status_code == 200
    with town.app.app_context():
        assert db.session.scalars(select(SurveyQuestion.label)).all() == ["Позвонить ▒▒▒?"]


def test_a_survey_ends(town, opened, anna, irina):
    survey, link = opened
    assert irina.post(f"{BASE}/{survey}/close").status_code == 403
    anna.post(f"{BASE}/{survey}/close")
    client, _post = device(town)
    assert "Анкетирование завершено" in client.get(link).get_data(as_text=True)
    assert anna.post(f"{BASE}/{survey}/close").status_code == 409


def test_the_term_ends_it_too(town, opened):
    _survey, link = opened
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert "Анкетирование завершено" in town.app.test_client().get(link).get_data(as_text=True)


def test_answers_are_erased_when_they_have_served(town, opened, anna):
    survey, link = opened
    device(town)[1](link, **fields(town, survey, "0"))
    assert anna.post(f"{BASE}/{survey}/erase").status_code == 409
    anna.post(f"{BASE}/{survey}/close")
    anna.post(f"{BASE}/{survey}/erase")
    assert stored(town) == []


def test_tables_are_safe(town, opened, anna):
    survey, link = opened
    device(town)[1](link, **fields(town, survey, "0", None, None, "=СУММ(A1:A9)"))
    text = anna.get(f"{BASE}/{survey}/answers.csv").get_data(as_text=True)
    assert "'=СУММ(A1:A9)" in text
    book = anna.get(f"{BASE}/{survey}/answers.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.get_data())) as opened_book:
        sheet = opened_book.read("xl/worksheets/sheet1.xml").decode()
        strings = opened_book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "=СУММ(A1:A9)" in strings


def test_the_words_stay_under_those_who_answer(town, opened, anna):
    with town.app.app_context():
        entry = db.session.scalar(select(Survey.entry_id))
    page = anna.post(f"/e/{entry}/edit", {"title": "Другое", "body": "Иначе", "revision": "1"})
    assert page.status_code == 403
    assert "Отвечают именно на эти слова" in page.get_data(as_text=True)


def test_strangers_see_no_survey_page(opened, gleb):
    survey, _link = opened
    assert gleb.get(f"{BASE}/{survey}").status_code in (403, 404)


def test_a_held_or_removed_survey_takes_no_answers(town, opened, boris):
    _survey, link = opened
    with town.app.app_context():
        entry = db.session.scalar(select(Survey.entry_id))
    form = {"article": "4.1-оскорбления", "quote": "Уважаемые родители", "milder": "useless",
            "reason": "проверка того, что ссылка закрывается вместе с текстом"}  # fmt: skip
    boris.post(f"/e/{entry}/remove", form)
    with town.app.app_context():
        from community.publishing.models import Entry

        state = db.session.scalar(select(Entry.state).where(Entry.id == entry))
    status = town.app.test_client().get(link).status_code
    assert (state, status) in {("removed", 404), ("published", 200)}
    assert state == "removed"


def test_questions_that_the_gate_has_not_read_are_not_stored(town, anna):
    plan = SurveyPlan(parse(ASKED), clock.now() + timedelta(days=1))
    with town.app.app_context(), pytest.raises(ValueError, match="judged with its words"):
        services.open_survey(anna.actor, town.community_id, Words(title="Иное", body="Иное"), plan)


def test_a_member_erases_nothing_of_others(town, opened, anna, irina):
    survey, link = opened
    device(town)[1](link, **fields(town, survey, "0"))
    anna.post(f"{BASE}/{survey}/close")
    with town.app.app_context(), pytest.raises(Refused):
        services.drop_answers(irina.actor, survey)
    assert len(stored(town)) == 1


def test_typed_lines_and_kept_lines_say_the_same():
    made = parse(ASKED)
    assert [each.kind for each in made] == ["one", "many", "scale", "text"]
    greeting, again = typed(f"Здравствуйте!\n\n{lines(made)}")
    assert (greeting, again) == ("Здравствуйте!", ASKED)


@pytest.mark.parametrize(
    "text",
    ["", "- раз", "Вопрос?\n- один", "Вопрос?\n- раз\n+ два", "Вопрос?\n- раз\n- раз", "Вопрос?\n1-5\n1-5",
     "Вопрос?\n" + "\n".join(f"- {n}" for n in range(21)), "\n".join(f"Вопрос {n}?" for n in range(31)),
     "я" * 301],
)  # fmt: skip
def test_what_is_no_survey_is_told(text):
    with pytest.raises(Invalid):
        parse(text)
