"""The words that break an article are marked in the text and taken with a click (rules, §6)."""

from __future__ import annotations

import pytest

from tests.browser.live import House, browser, house  # noqa: F401
from tests.topics.conftest import Forum
from tests.world import Person, Town

pytestmark = pytest.mark.browser
BODY = "На третьем уроке дети скучают и смотрят в окно."
MARK = """words => {
  const text = document.querySelector('[data-text]');
  const node = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (node.nextNode() && !node.currentNode.data.includes(words));
  const from = node.currentNode.data.indexOf(words);
  getSelection().setBaseAndExtent(node.currentNode, from, node.currentNode, from + words.length);
}"""


@pytest.fixture
def text(town: Town, anna: Person, irina: Person) -> int:
    forum = Forum(town)
    return forum.reply(anna, forum.open(irina), BODY)


def test_marked_words_become_the_quotation(house: House, text: int) -> None:  # noqa: F811
    desk = house.desk().sign_in("boris")
    desk.go(f"/e/{text}/decide")
    take = desk.page.get_by_role("button", name="Взять выделенное", exact=True)
    take.click()
    assert desk.reads("Сначала выделите слова в тексте выше.")
    assert desk.page.input_value("#remove [name=quote]") == ""

    desk.page.evaluate(MARK, "дети скучают")
    take.click()

    assert desk.page.input_value("#remove [name=quote]") == "дети скучают"
    assert not desk.reads("Сначала выделите")
    desk.page.evaluate(MARK, "смотрят в окно")
    take.focus()
    desk.page.keyboard.press("Enter")
    assert desk.page.input_value("#remove [name=quote]") == "смотрят в окно", "by the keyboard too"


def test_without_scripts_the_field_is_filled_by_hand(house: House, text: int) -> None:  # noqa: F811
    desk = house.desk(java_script_enabled=False).sign_in("boris")
    desk.go(f"/e/{text}/decide")
    assert not desk.page.get_by_text("Взять выделенное").is_visible()
    assert desk.page.locator("#remove [name=quote]").is_visible()
