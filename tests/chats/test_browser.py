"""Two people in one chat, each in a real browser; a phone, the keyboard, and axe."""

import pytest

from tests.browser.live import AA
from tests.world import SLUG

pytestmark = pytest.mark.browser
pytest_plugins = ["tests.browser.live"]


@pytest.fixture
def at_the_chat(house, anna):
    form = {"title": "Открытый урок", "body": "С чего начать?", "access": "community"}
    path = anna.post(f"/c/{SLUG}/chats/new", form).request.path
    one = house.desk().sign_in("anna")
    other = house.desk(viewport={"width": 390, "height": 844}, color_scheme="dark").sign_in("irina")
    for each in (one, other):
        each.go(path)
    one.page.get_by_text("Сейчас здесь: 2").wait_for()
    return one, other


def say(desk, words):
    desk.write(words)
    desk.page.get_by_role("button", name="Отправить реплику").click()


def test_two_people_talk_without_reloading(at_the_chat):
    one, other = at_the_chat
    one.page.evaluate("window.stayed = true")
    other.page.locator(".composer__text").press_sequentially("Начните")
    one.page.get_by_text("Ирина Кольцова пишет…").wait_for()
    other.page.locator(".composer__text").fill("")
    say(other, "Начните с вопроса классу.")
    one.page.get_by_text("Начните с вопроса классу.").wait_for()
    one.write("А если молчат?")
    one.page.keyboard.press("Enter")
    other.page.get_by_text("А если молчат?").wait_for()

    assert one.page.evaluate("window.stayed"), "nothing was loaded anew"
    assert one.page.locator(".composer__text").input_value() == ""
    assert one.page.locator(".line--mine").count() == 1
    assert one.page.locator(".line--mine [data-thanks]").count() == 0, "nobody thanks oneself"
    one.picture("chat")


def test_thanks_changes_and_stubs_come_by_themselves(at_the_chat):
    one, other = at_the_chat
    say(other, "Начните с вопроса.")
    thanks = one.page.locator("[data-thanks]")
    thanks.click()
    other.page.locator(".line--mine .line__foot").get_by_text("Спасибо").wait_for()
    line = other.page.locator(".line--mine")
    line.locator("summary").click()
    line.get_by_role("link", name="Забрать").or_(line.get_by_role("link", name="Убрать")).or_(
        line.locator('a[href$="/withdraw"]')
    ).first.click()
    other.page.wait_for_load_state()
    other.page.locator("#main form button").first.click()
    one.page.get_by_text("автор убрал эту реплику").wait_for()


def test_the_pencil_speaks_in_place_and_keeps_the_words(at_the_chat):
    one, other = at_the_chat
    rude = "Вера Павловна, ну ты и дура."
    say(one, rude)
    one.page.locator(".decision").first.wait_for()
    assert one.page.locator(".composer__text").input_value() == rude
    say(other, "Коллеги, спокойнее.")
    one.page.get_by_text("Коллеги, спокойнее.").wait_for()
    assert one.page.locator(".composer__text").input_value() == rude, "news took nothing away"


def test_a_second_window_hears_through_the_first(at_the_chat):
    one, other = at_the_chat
    second = one.sheet()
    second.goto(one.page.url)
    second.get_by_text("Сейчас здесь: 2").wait_for()
    say(other, "В оба окна.")
    second.get_by_text("В оба окна.").wait_for()
    one.page.close()  # it may have held the line: the other takes it up
    say(other, "И после.")
    second.get_by_text("И после.").wait_for(timeout=20_000)


def test_a_topic_says_that_answers_have_come_and_does_not_jump(house, anna, irina):
    page = anna.get(f"/c/{SLUG}/forum").get_data(as_text=True)
    board = page.split("/boards/")[1].split('"')[0]
    form = {"title": "Дроби", "kind": "case", "body": "Как вернуть интерес?"}
    path = anna.post(f"/c/{SLUG}/boards/{board}/topics/new", form).request.path
    desk = house.desk().sign_in("anna")
    desk.go(path)
    desk.page.wait_for_timeout(1500)
    irina.post(f"{path}/reply", {"body": "Начните с игры."})
    fresh = desk.page.get_by_role("link", name="Появился 1 новый ответ")
    fresh.wait_for()
    assert not desk.reads("Начните с игры.")
    fresh.click()
    desk.page.get_by_text("Начните с игры.").wait_for()


def test_nothing_stands_in_the_way(at_the_chat):
    from axe_playwright_python.sync_playwright import Axe

    one, other = at_the_chat
    say(other, "Начните с вопроса классу.")
    one.page.get_by_text("Начните с вопроса классу.").wait_for()
    for desk in (one, other):
        found = Axe().run(desk.page, options=AA).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    for path in ("", "/new"):
        one.go(f"/c/{SLUG}/chats{path}")
        found = Axe().run(one.page, options=AA).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    wide = other.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


def test_the_desk_stays_at_hand_on_a_phone(at_the_chat):
    _one, other = at_the_chat
    log = other.page.locator(".chat__log")
    for number in range(14):
        say(other, f"Реплика {number}, чтобы страница стала длинной.")
        log.get_by_text(f"Реплика {number}, чтобы").wait_for()  # before the answer has come
    box = other.page.locator(".chat__desk").bounding_box()
    assert box["y"] + box["height"] <= 844, "the composer is on the screen"
    last = log.get_by_text("Реплика 13, чтобы").bounding_box()
    assert last["y"] < box["y"], "and the newest line above it"
    other.picture("chat-long")
