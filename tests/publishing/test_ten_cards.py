"""Ten decisions of different rules and people: article, reason and next step stand on every card."""

from __future__ import annotations

import re

import pytest

from tests.topics.conftest import Forum
from tests.world import SLUG, Person, Town

SAID = {
    "phone": "Звоните мне: 8 904 111-22-33, договоримся",
    "mailbox": "Пишите на ivanova.m@mail.ru",
    "passport": "Паспорт 04 12 345678 выдан",
    "pupil": "Ваня Петров стоит на учёте в ПДН",
    "insult": "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей.",
    "rude": "Опять эта хрень с отчётами",
    "of_moderators": "Почему модератор удалил мой комментарий?",
    "in_public": "Отвечайте здесь, при всех!",
    "slur": "Приезжие не люди",
}
"""What a rule says something of, each by another rule or to another end."""


@pytest.fixture
def topic(town: Town, irina: Person) -> int:
    return Forum(town).open(irina)


def card_of(page: str) -> str:
    found = re.search(r'<section class="decision".*?</section>', page, re.DOTALL)
    assert found is not None, page[:2000]
    return found[0]


def says_all(card: str) -> None:
    """A title, the article of the code, why, and something to press or to follow."""
    assert re.search(r'class="decision__title">[^<]{5,}<', card), card
    assert "ст. " in card, card
    assert any(len(words) > 30 for words in re.findall(r"<p>([^<]+)<", card)), card
    step = re.search(r'<div class="buttons">.*?(<a|<button)[^>]*>[^<]{4,}<', card, re.DOTALL)
    assert step is not None, card
    assert "удалено модераторами" not in card.lower()
    assert re.search(r"правило \S+, версия|решил модератор|модератор", card), card


@pytest.mark.parametrize("name", SAID)
def test_a_card_of_a_rule_says_why_and_what_next(
    town: Town, anna: Person, topic: int, name: str
) -> None:
    fields = {"body": SAID[name]}
    if name == "in_public":
        fields["parent_id"] = str(Forum(town).reply(town["irina"], topic, "Вы не правы."))
    answer = anna.post(f"/c/{SLUG}/topics/{topic}/reply", fields)
    # A hold that does not ask first takes the text; its card stands where the text waits.
    assert answer.status_code == (200 if name == "slur" else 422)
    says_all(card_of(answer.get_data(as_text=True)))


def test_a_card_of_a_person_says_why_and_what_next(
    town: Town, anna: Person, boris: Person, topic: int
) -> None:
    entry = Forum(town).reply(anna, topic, "Ваш лист хорош, а на третьем уроке дети скучают.")
    boris.post(
        f"/e/{entry}/remove",
        {"article": "4.1-оскорбления", "quote": "дети скучают",
         "reason": "Слова унижают детей всего класса и автора урока.", "milder": "useless"},
    )  # fmt: skip
    town.drain()
    for path in (f"/c/{SLUG}/topics/{topic}?page=1", "/notices"):
        card = card_of(anna.get(path).get_data(as_text=True))
        says_all(card)
        assert "Обжаловать" in card
