"""Ирина sits behind a bad line, in a real browser: slow, torn, swallowing; nothing is lost or doubled."""

import pytest

from tests.browser.live import Desk
from tests.faults.wire import Wire
from tests.world import SLUG

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser
pytest_plugins = ["tests.browser.live"]


@pytest.fixture
def wire(house):
    made = Wire(int(house.address.rpartition(":")[2]))
    yield made
    made.close()


@pytest.fixture
def both(house, wire, anna):
    form = {"title": "Открытый урок", "body": "С чего начать?", "access": "community"}
    path = anna.post(f"/c/{SLUG}/chats/new", form).request.path
    near = house.desk().sign_in("anna")
    straight, house.address = house.address, wire.address
    far = house.desk().sign_in("irina")
    house.address = straight
    far.told.add(0)
    for each in (near, far):
        each.go(path)
    near.page.get_by_text("Сейчас здесь: 2").wait_for()
    return near, far


def say(desk: Desk, words: str) -> None:
    desk.write(words)
    desk.page.get_by_role("button", name="Отправить реплику").click()


def lines(desk: Desk, words: str) -> int:
    return desk.page.locator(".line", has_text=words).count()


def test_a_torn_line_comes_back_by_itself_and_brings_what_was_missed(wire, both):
    near, far = both
    wire.swallow()
    wire.cut()
    say(near, "Пока тебя не было.")
    say(near, "И ещё одна.")
    near.page.get_by_text("И ещё одна.").wait_for()
    wire.heal()
    far.page.get_by_text("И ещё одна.").wait_for(timeout=20_000)
    assert (lines(far, "Пока тебя не было."), lines(far, "И ещё одна.")) == (1, 1)
    assert far.page.evaluate("document.querySelectorAll('.line').length") == 2


def test_a_slow_line_is_slow_and_nothing_else(wire, both):
    near, far = both
    wire.latency = 0.4
    say(far, "Я на медленной связи.")
    near.page.get_by_text("Я на медленной связи.").wait_for(timeout=15_000)
    say(near, "Слышим вас.")
    far.page.get_by_text("Слышим вас.").wait_for(timeout=15_000)
    assert lines(near, "Я на медленной связи.") == lines(far, "Я на медленной связи.") == 1


def test_a_line_that_swallows_for_a_while_gives_all_of_it_back(wire, both):
    near, far = both
    wire.swallow()
    say(near, "Ушло в никуда?")
    near.page.get_by_text("Ушло в никуда?").wait_for()
    far.page.wait_for_timeout(2_000)
    assert lines(far, "Ушло в никуда?") == 0
    wire.heal()
    far.page.get_by_text("Ушло в никуда?").wait_for(timeout=15_000)
    assert lines(far, "Ушло в никуда?") == 1


def test_an_answer_lost_on_the_way_doubles_no_line(wire, both):
    """The site took the line, the browser never heard: the words stay, and sent again they are one."""
    near, far = both
    wire.loses_answers = True
    say(far, "Сказано один раз.")
    far.page.locator("[data-notes] *").first.wait_for()
    assert far.page.locator(".composer__text").input_value() == "Сказано один раз."
    near.page.get_by_text("Сказано один раз.").wait_for()
    wire.loses_answers = False
    far.page.get_by_role("button", name="Отправить реплику").click()
    expect(far.page.locator(".composer__text")).to_have_value("")
    say(far, "Это уже вторая.")
    near.page.get_by_text("Это уже вторая.").wait_for()
    assert lines(near, "Сказано один раз.") == 1
    assert lines(far, "Сказано один раз.") == 1
