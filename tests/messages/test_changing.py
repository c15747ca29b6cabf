"""A letter that nobody has read can be changed; more than enough of them wait; the way back is one step."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from community.core import clock
from community.messages import policies
from tests.messages.conftest import Post
from tests.topics.conftest import Forum
from tests.world import SLUG, Person

PHONE = "Мой номер 8 904 111-22-33"


@pytest.fixture
def sent(letters: Post, anna: Person, irina: Person) -> int:
    return letters.send(anna, irina, "Приходите в среду.")


def own(by: Person, thread: int) -> str:
    """Return the address at which the last letter of the thread is changed, or nothing."""
    page = by.get(f"/letters/{thread}").get_data(as_text=True)
    found = re.findall(rf"/letters/{thread}/\d+/edit", page)
    return found[-1] if found else ""


def test_an_unread_letter_is_changed(letters: Post, sent: int, anna: Person, irina: Person) -> None:
    url = own(anna, sent)
    page = anna.get(url).get_data(as_text=True)
    assert "Приходите в среду." in page
    assert "пока адресат его не прочитал" in page
    anna.post(url, {"body": "Приходите в четверг.", "revision": "1"})
    read = letters.read(irina, sent)
    assert "в четверг" in read
    assert "в среду" not in read


def test_a_read_letter_is_not_changed_and_the_words_are_kept(
    letters: Post, sent: int, anna: Person, irina: Person
) -> None:
    url = own(anna, sent)
    letters.read(irina, sent)
    assert own(anna, sent) == ""
    answer = anna.post(url, {"body": "Приходите в четверг.", "revision": "1"})
    assert answer.status_code == 403
    assert "уже прочитал" in answer.get_data(as_text=True)
    assert "в среду" in letters.read(irina, sent)
    assert "в четверг" in anna.get("/drafts").get_data(as_text=True)


def test_a_letter_is_changed_by_its_author_alone(
    letters: Post, sent: int, anna: Person, irina: Person, boris: Person, gleb: Person
) -> None:
    url = own(anna, sent)
    for other in (irina, boris, gleb):
        assert other.get(url).status_code == 404
        assert other.post(url, {"body": "Не я", "revision": "1"}).status_code == 404
    assert anna.get(url.replace(f"/letters/{sent}/", f"/letters/{sent + 1}/")).status_code == 404
    entry = url.split("/")[-2]
    assert anna.get(f"/e/{entry}/edit").request.path == url


def test_a_changed_letter_passes_the_rules(
    letters: Post, sent: int, anna: Person, irina: Person
) -> None:
    url = own(anna, sent)
    asked = anna.post(url, {"body": "Ну ты и дура, Ирина.", "revision": "1"})
    assert asked.status_code == 422
    assert 'value="as_it_is"' in asked.get_data(as_text=True)
    assert "дура" not in letters.read(irina, sent)


def test_two_changes_at_once_lose_nothing(letters: Post, sent: int, anna: Person) -> None:
    url = own(anna, sent)
    anna.post(url, {"body": "Приходите в четверг.", "revision": "1"})
    second = anna.post(url, {"body": "Приходите в пятницу.", "revision": "1"})
    assert second.status_code == 409
    assert "в пятницу" in second.get_data(as_text=True)


def test_the_letter_over_the_limit_waits_and_says_until_when(
    letters: Post, anna: Person, irina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "AN_HOUR", 3)
    with clock.frozen(clock.now()):
        for each in range(3):
            letters.send(anna, irina, f"Письмо {each}")
        refused = anna.post(f"/people/{irina.id}/write", {"body": "Четвёртое"})
        assert refused.status_code == 429
        said = refused.get_data(as_text=True)
        assert "отправили 3 писем" in said
        assert "Четвёртое" in said
        assert letters.send(irina, anna, "Отвечаю")  # the limit is each person's own
        clock.travel(timedelta(minutes=61))
        sent = anna.post(f"/people/{irina.id}/write", {"body": "Четвёртое"})
    assert sent.status_code == 200


def test_from_the_letter_one_step_leads_back_to_the_answer(
    forum: Forum, letters: Post, anna: Person, irina: Person
) -> None:
    topic = forum.open(anna)
    entry = forum.reply(irina, topic, "Вы не правы, так детей не учат")
    anna.post(f"/drafts/topic:{topic}", {"body": "А я думаю иначе, и вот почему"})
    sent = anna.post(f"/people/{irina.id}/write?about={entry}", {"body": "Давайте поговорим"})
    page = sent.get_data(as_text=True)
    assert f'href="/e/{entry}/answer"' in page
    back = anna.get(f"/e/{entry}/answer")
    assert back.request.path == f"/c/{SLUG}/topics/{topic}"
    shown = back.get_data(as_text=True)
    assert "А я думаю иначе" in shown
    assert f'name="parent_id" value="{entry}"' in shown
