"""«Выяснить лично»: from a text in the forum to a letter, the answer in the topic kept (S3 §4 r3)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from community.core.db import db
from community.publishing import drafts
from community.publishing.models import Entry
from community.topics.models import Topic
from tests.world import SLUG

PHONE = "Звоните мне: 8 904 111-22-33, договоримся"
QUARREL = "Отвечайте здесь, при всех!"


@pytest.fixture
def quarrel(forum, anna, irina):
    """A topic of Анна's with an answer by Ирина: (topic, entry of Ирина's)."""
    topic = forum.open(anna)
    return topic, forum.reply(irina, topic, "Вы не правы, так детей не учат")


def _check(by, topic, body, **fields):
    path = f"/c/{SLUG}/check/topic:{topic}"
    answer = by.post(path, {"body": body} | fields, headers={"Accept": "application/json"})
    return answer.get_json()


def test_every_text_of_others_offers_a_letter(forum, quarrel, anna, irina):
    topic, entry = quarrel
    address = f"/people/{irina.id}/write?about={entry}"
    assert address in forum.page(anna, topic)
    assert address not in forum.page(irina, topic)


def test_the_letter_begins_with_the_words_it_speaks_of(forum, quarrel, anna, irina, letters):
    topic, entry = quarrel
    anna.post(f"/drafts/topic:{topic}", {"body": "А я думаю иначе, и вот почему"})
    page = anna.get(f"/people/{irina.id}/write?about={entry}").get_data(as_text=True)
    assert f"(/e/{entry})" in page
    assert "&gt; Вы не правы, так детей не учат" in page

    quotation = f"> [Ирина Кольцова, № 2](/e/{entry})\n>\n> Вы не правы\n\nДавайте поговорим"
    answer = anna.post(f"/people/{irina.id}/write?about={entry}", {"body": quotation})
    assert "Давайте поговорим" in answer.get_data(as_text=True)
    shown = letters.read(irina, letters.thread(anna, irina))
    assert f'href="/e/{entry}"' in shown
    assert "А я думаю иначе" in forum.page(anna, topic)  # the public draft waits


def test_words_of_a_third_person_are_not_carried_into_a_letter(quarrel, anna, irina, vera):
    _topic, entry = quarrel  # Ирина's words; the letter goes to Вера
    page = anna.get(f"/people/{vera.id}/write?about={entry}").get_data(as_text=True)
    assert "Вы не правы" not in page


def test_the_pencil_offers_a_letter_to_whom_the_text_answers(quarrel, anna, irina):
    topic, entry = quarrel
    said = _check(anna, topic, QUARREL, parent_id=entry)
    offered = [each for hit in said["hits"] for each in hit["offers"]]
    url = f"/people/{irina.id}/write?about={entry}"
    assert {"name": "Выяснить лично", "url": url} in offered
    assert _check(anna, topic, QUARREL)["hits"][0]["offers"] == []  # an answer to nobody


def test_the_card_of_the_page_offers_the_same(quarrel, anna, irina):
    topic, entry = quarrel
    page = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": QUARREL, "parent_id": entry})
    assert page.status_code == 422
    html = page.get_data(as_text=True)
    card = html[html.index('class="decision"') :]
    assert f'href="/people/{irina.id}/write?about={entry}"' in card
    assert QUARREL in html


def test_personal_data_is_hidden_in_one_step_and_published(forum, quarrel, anna, app):
    topic, _entry = quarrel
    said = _check(anna, topic, PHONE)
    assert {"name": "Закрыть знаком ▒▒▒", "act": "mask"} in said["hits"][0]["offers"]
    urls = [each.get("url") for each in said["hits"][0]["offers"]]
    assert "/people/me/edit" in urls

    refused = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": PHONE})
    assert 'name="accept" value="mask"' in refused.get_data(as_text=True)
    assert refused.status_code == 422
    forum.reply(anna, topic, PHONE, accept="mask")
    with app.app_context():
        body = db.session.scalar(select(Entry.body).order_by(Entry.id.desc()).limit(1))
    assert "904" not in body
    assert body.startswith("Звоните мне: ")
    assert "▒▒▒" in body
    assert body.endswith(", договоримся")


def test_accepting_a_mask_softens_no_other_rule(quarrel, anna, app):
    topic, _entry = quarrel
    body = f"{PHONE}. Ну ты и дура, Ирина"
    answer = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": body, "accept": "mask"})
    assert answer.status_code == 422  # the rude word is asked about, the number is hidden already
    assert "▒▒▒" in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(Entry.id).where(Entry.body.contains("дура"))) is None


def test_talk_of_moderators_is_carried_to_its_topic(quarrel, anna, town, app):
    topic, _entry = quarrel
    body = "Почему модератор удалил мой комментарий?"
    said = _check(anna, topic, body)
    assert any(each.get("act") == "move" for hit in said["hits"] for each in hit["offers"])
    with app.app_context():
        from community.topics.queries.single import moderation_topic

        special = moderation_topic(town.community_id)
        place = f"topic:{special.id}"

    moved = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": body, "accept": "move"})
    assert body in moved.get_data(as_text=True)
    with app.app_context():
        assert drafts.current(anna.actor, place).body == body
        assert drafts.current(anna.actor, f"topic:{topic}") is None
        assert db.session.get_one(Topic, special.id)
    _there = _check(anna, special.id, body)
    assert _there["hits"] == []


def test_a_heated_quarrel_is_sent_to_letters_until_they_have_written(
    quarrel, anna, irina, letters, app
):
    topic, entry = quarrel
    for body in ("Сами вы бездарность", "Ну вы и хамка"):
        refused = anna.post(f"/c/{SLUG}/topics/{topic}/reply", {"body": body, "parent_id": entry})
        seen = re.search(r'name="seen"[^>]*value="([^"]+)"', refused.get_data(as_text=True))
        fields = {"body": body, "parent_id": entry, "seen": seen.group(1)}
        anna.post(f"/c/{SLUG}/topics/{topic}/reply", fields)

    calm = "Остаюсь при своём мнении"
    rules = [hit["rule"] for hit in _check(anna, topic, calm, parent_id=entry)["hits"]]
    assert rules == ["КНФ-1"]
    back = [hit["rule"] for hit in _check(irina, topic, calm, parent_id=_first(app))["hits"]]
    assert back == ["КНФ-1"]  # the quarrel has two sides

    letters.send(anna, irina, "Давайте разберёмся спокойно")
    assert _check(anna, topic, calm, parent_id=entry)["hits"] == []
    assert _check(irina, topic, calm, parent_id=_first(app))["hits"] == []


def _first(app) -> int:
    with app.app_context():
        return db.session.scalar(select(Entry.id).where(Entry.title == "Дроби"))
