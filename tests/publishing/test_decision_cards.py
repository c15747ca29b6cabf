"""The card of a decision: the same fields on the page, in the list of notices, by mail and as JSON."""

from __future__ import annotations

import json

import pytest

from community.core.db import db
from community.publishing import decided
from community.publishing.access import Viewer
from tests.topics.conftest import Forum
from tests.world import SLUG, Person, Town

RUDE = "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."
PHONE = "Звоните мне: 8 904 111-22-33, договоримся"
JSON = {"Accept": "application/json"}


@pytest.fixture
def forum(town: Town) -> Forum:
    return Forum(town)


@pytest.fixture
def topic(forum: Forum, anna: Person) -> int:
    return forum.open(anna)


def send(by: Person, topic: int, body: str, **more: str) -> tuple[int, dict]:
    answer = by._post(f"/c/{SLUG}/topics/{topic}/reply", {"body": body} | more, headers=JSON)
    return answer.status_code, answer.get_json()


def hold(by: Person, topic: int) -> dict:
    """Send rude words, and once more after the notice: they wait for a moderator."""
    _ = by.client
    status, asked = send(by, topic, RUDE)
    assert (status, asked["decision"]["decided_automatically"]) == (422, "full")
    status, answer = send(by, topic, RUDE, seen=asked["seen"])
    assert status == 202
    return answer


def test_a_refusal_answers_json_with_the_whole_card(town: Town, irina: Person, topic: int) -> None:
    _ = irina.client
    status, answer = send(irina, topic, PHONE)
    card = answer["decision"]
    assert status == 422
    assert card["what"] == answer["error"] == "Текст не опубликован"
    assert card["article"].startswith("ст. 4.1")
    assert card["fragments"] == ["8 ▒▒▒"]
    assert card["decided_by"].startswith("правило ЛИЧ-1, версия")
    assert (card["detected_automatically"], card["decided_automatically"]) == (True, "full")
    assert card["number"] > 0
    assert {"mask"} <= {each.get("accept") for each in card["next"]}
    assert "111-22-33" not in json.dumps(card)


def test_a_text_that_goes_answers_json_with_its_place(irina: Person, topic: int) -> None:
    _ = irina.client
    status, answer = send(irina, topic, "Спасибо, попробую на этой неделе.")
    assert (status, answer["state"], answer["decision"]) == (201, "published", None)
    assert irina.get(f"/e/{answer['entry']}").status_code == 200
    assert send(irina, topic, "")[0] == 422
    assert "body" in send(irina, topic, "")[1]["fields"]


def test_a_waiting_text_is_told_in_the_list_and_by_mail(
    town: Town, irina: Person, topic: int
) -> None:
    card = hold(irina, topic)["decision"]
    assert card["until"]
    assert [each["url"].rpartition("/")[2] for each in card["next"]] == ["edit", "withdraw"]
    town.drain()

    listed = irina.get("/notices").get_data(as_text=True)
    letters = [file.read_text() for file in _mail(town).glob("*.eml")]
    mine = next(_decoded(each) for each in letters if "irina@" in each)

    for said in ("ст. 4.1", "дура", "правило ОСК-1, версия", "без участия человека"):
        assert said in listed, said
        assert mine.count(said) == 2, (said, mine)  # the plain words and the HTML
    assert f"/decisions/{card['number']}" in listed
    assert mine.count(f"/decisions/{card['number']}") >= 2
    assert "Изменить текст" in mine


def test_a_text_decided_meanwhile_is_not_announced_by_mail(
    town: Town, irina: Person, boris: Person, topic: int
) -> None:
    answer = hold(irina, topic)
    boris.post(f"/e/{answer['entry']}/release")
    town.drain()
    letters = [_decoded(file.read_text()) for file in _mail(town).glob("*.eml")]
    assert not [each for each in letters if "ждёт проверки, решение" in each]


def test_words_of_a_card_are_for_the_author_and_the_moderators(
    town: Town, irina: Person, vera: Person, boris: Person, topic: int
) -> None:
    number = hold(irina, topic)["decision"]["number"]
    with town.app.test_request_context():
        for reader, reads in (
            (Viewer(irina.id, frozenset(), frozenset()), True),
            (Viewer(boris.id, frozenset(), frozenset({town.community_id})), True),
            (Viewer(vera.id, frozenset({town.community_id}), frozenset()), False),
            (Viewer(None, frozenset(), frozenset()), False),
        ):
            card = decided.of_number(number, reader)
            assert card is not None
            assert bool(card["fragments"]) is reads
            assert ("дура" in str(card)) is reads
        assert decided.of_number(10**6, Viewer(irina.id, frozenset(), frozenset())) is None
        db.session.remove()


def _mail(town: Town):
    return town.app.extensions["community"].mail_dir


def _decoded(letter: str) -> str:
    from email import message_from_string
    from email.policy import default

    parsed = message_from_string(letter, policy=default)
    parts = [part.get_content() for part in parsed.walk() if part.get_content_maintype() == "text"]
    return "\n".join([parsed["Subject"], *parts]).replace("\xa0", " ")
