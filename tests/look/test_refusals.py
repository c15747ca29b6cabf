"""Refusals of the running site: in words, with a way on, and even when nothing can be asked."""

import pytest

from community.web.errors import problem


@pytest.fixture
def nobody_answers(app):
    """A site whose frame cannot be built: the database is away."""

    def away():
        raise RuntimeError("away")

    app.template_context_processors[None] = [away]
    return app


@pytest.mark.parametrize("status", [500, 503])
def test_the_faults_of_the_site_are_told_without_asking_anything(nobody_answers, status):
    with nobody_answers.test_request_context("/"):
        html, answered = problem(status)

    assert answered == status
    assert f"Ошибка {status}" in html
    assert "черновики сохранены" in html


def test_an_unknown_page_is_told_in_words_with_a_way_on(anna):
    answer = anna.get("/c/priozersk/nowhere")

    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.text
    assert 'href="/"' in answer.text


def test_the_choice_of_theme_and_sight_stays_with_the_person(anna):
    anna.post(
        "/view", {"theme": "dark", "vision_on": "1", "vision_size": "3", "vision_scheme": "blue"}
    )
    html = anna.get("/c/priozersk/news").text

    assert '<html lang="ru" data-theme="dark" data-vision="on" data-size="3"' in html
    assert 'data-scheme="blue"' in html


def test_a_strange_choice_is_the_usual_look(anna):
    anna.post(
        "/view", {"theme": "<b>", "vision_on": "1", "vision_size": "99", "next": "//evil.example"}
    )
    html = anna.get("/c/priozersk/news").text

    assert "<b>" not in html
    assert 'data-size="1"' in html


def test_the_switch_does_not_lead_away(anna):
    _ = anna.client
    answer = anna._post("/view", {"theme": "dark", "next": "https://evil.example/"})

    assert answer.status_code == 303
    assert answer.headers["Location"] in ("/view", "/")
