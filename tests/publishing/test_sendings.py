"""A form that comes twice over a weak line is taken once, whether its first answer was lost or is late."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community.core import clock, worker
from community.core.db import db
from community.publishing import sendings
from community.publishing.models import Entry, Sending
from tests.topics.conftest import Forum
from tests.world import SLUG

KEY = "weak-line-0001"
WORDS = "Начните с пирога, потом линейка."


@pytest.fixture
def topic(town, anna):
    return Forum(town).open(anna)


def stored(town, words=WORDS):
    with town.app.app_context():
        return db.session.scalar(select(func.count()).where(Entry.body == words))


def reply(who, topic, key=KEY, words=WORDS, **headers):
    path = f"/c/{SLUG}/topics/{topic}/reply"
    return who.post(path, {"body": words, "sending": key}, headers=headers)


def test_the_same_sending_leads_to_the_text_that_stands(town, topic, irina):
    first = reply(irina, topic)
    second = reply(irina, topic)
    assert first.request.path == second.request.path
    assert stored(town) == 1
    assert (
        WORDS
        not in irina.get(f"/c/{SLUG}/topics/{topic}").get_data(as_text=True).split("composer")[-1]
    )


def test_the_script_reads_where_it_stands(town, topic, irina):
    first = reply(irina, topic, Accept="application/json")
    second = reply(irina, topic, Accept="application/json")
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.get_json()["url"] == first.get_json()["url"]
    assert stored(town) == 1


def test_another_form_or_another_person_with_the_same_words_is_another_text(
    town, topic, irina, anna
):
    reply(irina, topic)
    reply(irina, topic, key="weak-line-0002")
    reply(anna, topic)
    assert stored(town) == 3


def test_what_was_refused_may_be_sent_again_under_its_key(town, topic, irina):
    rude = "Вера Павловна, ну ты и дура."
    assert reply(irina, topic, words=rude).status_code == 422
    assert reply(irina, topic).status_code == 200
    assert stored(town) == 1


def test_two_at_once_are_one(town, topic, irina):
    """``sendings.take`` holds the key, so the second waits for the first."""
    _ = irina.client

    def send(_number):
        client = town.app.test_client()
        with client.session_transaction() as session, irina.client.session_transaction() as own:
            session.update(own)
        for cookie in irina.client._cookies.values():
            client._cookies[cookie._storage_key] = cookie
        form = {"body": WORDS, "sending": KEY, "csrf_token": irina._token[1]}
        return client.post(f"/c/{SLUG}/topics/{topic}/reply", data=form).status_code

    irina.post("/view", {})
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(send, range(6)))
    assert set(told) == {302}
    assert stored(town) == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 41, "с кириллицей и пробелом"])
def test_a_strange_key_is_no_obstacle(town, topic, irina, key):
    assert reply(irina, topic, key=key).status_code == 200
    assert stored(town) == 1


def test_keys_are_forgotten_after_a_week(town, topic, irina):
    """``sendings.forget`` is a duty of the worker."""
    reply(irina, topic)
    with town.app.app_context():
        worker.run_duties()
        assert db.session.scalar(select(func.count()).select_from(Sending)) > 0
        with clock.frozen(clock.now() + sendings.KEPT + timedelta(minutes=1)):
            sendings.forget()
        assert db.session.scalar(select(func.count()).select_from(Sending)) == 0


def test_every_page_has_a_key_of_its_own(topic, anna, vera):
    """The composer under a topic is drawn once and kept for all; its key is not: two answers are two."""
    path, keys = f"/c/{SLUG}/topics/{topic}", []
    for who, words in ((vera, "Первый ответ."), (vera, "Второй ответ."), (anna, "Третий ответ.")):
        found = re.findall(r'name="sending" value="([^"]+)"', who.get(path).get_data(as_text=True))
        assert len(found) == 1
        keys += found
        assert who.post(f"{path}/reply", {"body": words, "sending": found[0]}).status_code == 200
    assert len(set(keys)) == 3
    page = anna.get(path).get_data(as_text=True)
    assert [words in page for words in ("Первый ответ.", "Второй ответ.", "Третий ответ.")] == [
        True
    ] * 3
