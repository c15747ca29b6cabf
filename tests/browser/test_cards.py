"""Decision cards by keyboard alone and on the narrowest phone."""

from __future__ import annotations

import pytest

from tests.browser.live import House
from tests.publishing.test_ten_cards import SAID
from tests.topics.conftest import Forum
from tests.world import SLUG, Person, Town

pytestmark = pytest.mark.browser


def test_every_card_is_used_by_keyboard_and_fits_320_pixels(
    house: House, town: Town, irina: Person
) -> None:
    topic = Forum(town).open(irina)
    desk = house.desk(viewport={"width": 320, "height": 640}).sign_in("anna")
    desk.go(f"/c/{SLUG}/topics/{topic}?page=1")
    area = desk.page.locator(".composer__text")
    for words in SAID.values():
        area.focus()
        desk.page.keyboard.press("Control+a")
        desk.page.keyboard.insert_text(words)
        desk.page.keyboard.press("Control+Enter")
        desk.page.locator(".composer .decision").first.wait_for()
        desk.page.wait_for_function("document.activeElement.closest('.decision') !== null")
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= 320, words
        ways = desk.page.locator(".composer .decision :is(a, button)").count()
        reached = {desk.page.evaluate("document.activeElement.textContent")}
        for _step in range(ways):
            desk.page.keyboard.press("Tab")
            inside = "document.activeElement.closest('.decision')?.contains(document.activeElement)"
            if desk.page.evaluate(inside):
                reached.add(desk.page.evaluate("document.activeElement.textContent"))
        assert len(reached) >= min(ways - 1, 2), (words, reached)
        assert area.input_value() == words
