"""«Уведомления» as a person meets them."""

from __future__ import annotations

import pytest
from flask import Flask

from community.core.transactions import transaction
from community.notices import queries, sentences, services
from tests.world import Person


@pytest.fixture(autouse=True)
def vocabulary() -> None:
    sentences.register({"test.told": "Вас приняли в «%(community)s»."})


def tell(app: Flask, *people: Person, url: str | None = "/view", times: int = 1) -> list[int]:
    made: list[int] = []
    with app.app_context(), transaction():
        for _ in range(times):
            ids = [each.id for each in people]
            made += services.tell(ids, "test.told", url=url, params={"community": "Педагоги <b>"})
    return made


def unread(app: Flask, who: Person) -> int:
    with app.app_context():
        return queries.unread_count(who.id)


def test_the_empty_page_teaches(app: Flask, anna: Person) -> None:
    anna.post("/notices/read")
    with app.app_context(), transaction():
        services.forget(anna.id, nameless=False)
    page = anna.get("/notices").get_data(as_text=True)
    assert "Уведомлений пока нет" in page


def test_what_is_told_stands_in_the_list(app: Flask, anna: Person) -> None:
    tell(app, anna)
    page = anna.get("/notices").get_data(as_text=True)
    assert "Вас приняли в «Педагоги &lt;b&gt;»." in page
    assert "новое для вас" in page


def test_opening_a_notice_marks_it_read_and_leads_there(app: Flask, anna: Person) -> None:
    before = unread(app, anna)
    (notice_id,) = tell(app, anna, url="/people/me?x=1")
    answer = anna.client.get(f"/notices/{notice_id}/open")
    assert (answer.status_code, answer.location) == (302, "/people/me?x=1")
    assert unread(app, anna) == before


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, str(2**31)])
def test_a_number_that_no_notice_has_is_answered_in_words(anna: Person, number: str) -> None:
    assert anna.post("/notices/read", {"id": number}).status_code == 404


@pytest.mark.parametrize(
    "url", ["//thief.example/x", "https://thief.example", "/\\thief.example", None]
)
def test_a_notice_leads_nowhere_outside(app: Flask, anna: Person, url: str | None) -> None:
    (notice_id,) = tell(app, anna, url=url)
    assert anna.client.get(f"/notices/{notice_id}/open").location == "/notices"


def test_the_notice_of_another_is_not_there(app: Flask, anna: Person, gleb: Person) -> None:
    (notice_id,) = tell(app, anna)
    before = unread(app, anna)
    assert gleb.client.get(f"/notices/{notice_id}/open").status_code == 404
    gleb.post("/notices/read", {"id": str(notice_id)})
    assert unread(app, anna) == before
    assert gleb.client.get("/notices/99999999/open").status_code == 404


def test_one_or_all_are_marked_by_a_plain_form(app: Flask, anna: Person) -> None:
    first, *_rest = tell(app, anna, times=3)
    before = unread(app, anna)
    anna.post("/notices/read", {"id": str(first)})
    assert unread(app, anna) == before - 1
    page = anna.post("/notices/read").get_data(as_text=True)
    assert "отмечен" in page
    assert unread(app, anna) == 0


def test_marking_needs_the_token_of_the_form(app: Flask, anna: Person) -> None:
    tell(app, anna)
    before = unread(app, anna)
    assert anna.client.post("/notices/read").status_code == 400
    assert unread(app, anna) == before > 0


def test_pages_are_numbered(app: Flask, anna: Person) -> None:
    tell(app, anna, times=queries.PER_PAGE + 1)
    assert "page=2" in anna.get("/notices").get_data(as_text=True)
    assert anna.client.get("/notices?page=2").status_code == 200
    assert anna.client.get("/notices?page=1000").status_code == 404
    for odd in ("-1", "0", "99999999999999999999", "две"):
        assert anna.client.get(f"/notices?page={odd}").status_code in (200, 404)


def test_groups_are_switched_off_and_on(app: Flask, anna: Person) -> None:
    page = anna.get("/notices/settings").get_data(as_text=True)
    assert page.count("checked") >= len(sentences.GROUPS)
    anna.post("/notices/settings", {"community": "y", "moderation": "y"})
    with app.app_context():
        assert queries.mail_choices(anna.id) == {
            "community": True, "calendar": False, "talk": False, "moderation": True,
            "duty": False,
        }  # fmt: skip
    anna.post("/notices/settings", dict.fromkeys(sentences.GROUPS, "y"))
    with app.app_context():
        assert all(queries.mail_choices(anna.id).values())


def test_visitors_are_asked_to_sign_in(app: Flask) -> None:
    client = app.test_client()
    for path in ("/notices", "/notices/1/open", "/notices/settings"):
        answer = client.get(path)
        assert (answer.status_code, "/login" in answer.location) == (302, True)


def test_the_header_counts_what_is_new(app: Flask, anna: Person) -> None:
    anna.post("/notices/read")
    tell(app, anna, times=2)
    page = anna.get("/notices").get_data(as_text=True)
    assert "data-notice-count>2<" in page
