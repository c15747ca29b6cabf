"""The red pencil offers a way out, and taking it is one click."""

from __future__ import annotations

import pytest

from tests.browser.live import AA, House
from tests.topics.conftest import Forum
from tests.world import SLUG, Person, Town

pytestmark = pytest.mark.browser
PHONE = "Звоните мне: 8 904 111-22-33, договоримся"


@pytest.fixture
def topic(town: Town, anna: Person) -> int:
    return Forum(town).open(anna)


def test_a_number_is_hidden_in_place_and_the_rest_goes(house: House, topic: int) -> None:
    desk = house.desk().sign_in("irina")
    desk.go(f"/c/{SLUG}/topics/{topic}")
    area = desk.write(PHONE)
    offer = desk.page.locator(".composer").get_by_role("button", name="Закрыть знаком ▒▒▒")
    offer.wait_for()
    desk.picture("mask-offered")
    offer.click()
    offer.wait_for(state="detached")
    assert area.input_value() == "Звоните мне: ▒▒▒, договоримся"
    desk.page.keyboard.press("Control+z")
    assert area.input_value() == PHONE  # taking it back is one key
    offer.wait_for()
    offer.click()
    offer.wait_for(state="detached")
    desk.press("Ответить")
    assert desk.reads("Звоните мне: ▒▒▒, договоримся")
    assert not desk.reads("904")


def test_a_quarrel_goes_to_letters_and_the_answer_waits(
    house: House, town: Town, anna: Person, irina: Person, topic: int
) -> None:
    entry = Forum(town).reply(irina, topic, "Вы не правы, так детей не учат")
    desk = house.desk().sign_in("anna")
    desk.go(f"/c/{SLUG}/topics/{topic}?page=1&reply={entry}")
    desk.write("Отвечайте здесь, при всех!")
    desk.page.locator(".composer [data-status]", has_text="сохранён").wait_for()
    desk.page.locator(".decision").wait_for()
    desk.picture("in-person-offered")
    desk.follow("Выяснить лично")
    assert desk.path == f"/people/{irina.id}/write"
    desk.write("Давайте обсудим спокойно.")
    from axe_playwright_python.sync_playwright import Axe

    faults = Axe().run(desk.page, options=AA).response["violations"]
    assert [each["id"] for each in faults] == []
    desk.picture("letter")
    desk.press("Отправить")
    assert desk.path.startswith("/letters/")
    assert desk.reads("Давайте обсудим спокойно.")
    desk.picture("letters")
    desk.go("/letters")
    desk.picture("letters-list")
    desk.go(f"/c/{SLUG}/topics/{topic}?page=1")
    assert "при всех" in desk.page.locator(".composer__text").input_value()

    other = house.desk().sign_in("irina")
    other.go(f"/c/{SLUG}/news")
    with other.page.expect_navigation():
        other.page.get_by_role("link", name="Почта").first.click()
    other.follow("Анна Соколова")
    assert other.reads("Давайте обсудим спокойно.")


def test_a_quarrel_of_moderators_acts_moves_with_one_press(house: House, topic: int) -> None:
    desk = house.desk().sign_in("irina")
    desk.go(f"/c/{SLUG}/topics/{topic}")
    words = "Почему модератор удалил мой комментарий?"
    desk.write(words)
    offer = desk.page.get_by_role("button", name="Перенести в тему о действиях модераторов")
    offer.wait_for()
    with desk.page.expect_navigation():
        offer.click()
    assert desk.path != f"/c/{SLUG}/topics/{topic}"
    assert desk.page.locator(".composer__text").input_value() == words
