"""Without a mouse, without a script, without a line, without a session: words are written and kept."""

from __future__ import annotations

import pytest

from tests.browser.live import AA, Desk, House
from tests.browser.people import HOME, PYOTR, WHY
from tests.topics.conftest import Forum
from tests.world import PASSWORD, Person, Town, email_of

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def topic(town: Town, anna: Person) -> str:
    """The address of a topic with a text by Анна."""
    return f"{HOME}/topics/{Forum(town).open(anna)}"


def focus(desk: Desk, words: str, most: int = 60) -> None:
    """Press Tab until the thing with these words has the focus."""
    told = "document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || ''"
    seen = []
    for _press in range(most):
        desk.page.keyboard.press("Tab")
        seen.append(str(desk.page.evaluate(told)).strip())
        if words in seen[-1]:
            return
    raise AssertionError(f"«{words}» is out of the keyboard's reach: {seen}")


def test_a_reply_is_written_by_keys_alone(house: House, topic: str) -> None:
    desk = house.desk()
    desk.go("/login")
    focus(desk, "Ваша почта")
    desk.page.keyboard.type(email_of("irina"))
    focus(desk, "Пароль")
    desk.page.keyboard.type(PASSWORD)
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")

    desk.go(topic)
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.className") == "skip"
    desk.page.keyboard.press("Shift+?")
    dialog = desk.page.get_by_role("dialog", name="Клавиши")
    dialog.wait_for()
    desk.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    desk.page.keyboard.press("j")
    assert desk.page.evaluate("document.activeElement.className").startswith("entry")
    desk.page.keyboard.press("r")
    desk.page.wait_for_function("document.activeElement.className.includes('composer__text')")
    desk.page.keyboard.type("Полоски бумаги: складываем и сравниваем.")
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Control+Enter")

    assert desk.reads("Полоски бумаги: складываем и сравниваем.")
    assert desk.page.locator(".entry--depth-1").count() == 1


def test_everything_from_the_door_to_a_reply_goes_without_a_script_on_a_phone(
    house: House, topic: str, galina: Person
) -> None:
    desk = house.desk(java_script_enabled=False, **PHONE)
    desk.go("/register")
    for name, value in PYOTR.items():
        desk.page.fill(f"[name={name}]", value)
    desk.press("Перейти к согласию")
    desk.page.check("[name=consent]")
    desk.press("Дать согласие и зарегистрироваться")
    desk.follow("Войти")
    desk.page.fill("[name=email]", PYOTR["email"])
    desk.page.fill("[name=password]", PYOTR["password"])
    desk.press("Войти")
    desk.follow("Подать заявку")
    desk.page.fill("[name=why]", WHY)
    for box in ("agree_charter", "agree_rules"):
        desk.page.check(f"[name={box}]")
    desk.press("Отправить заявку")
    page = galina.get(f"{HOME}/admin/applications").get_data(as_text=True)
    case = page.split('name="id" value="')[1].split('"')[0]
    galina.post(f"{HOME}/admin/applications", {"id": case, "act": "approve"})

    desk.go(topic)
    desk.page.fill(".composer__text", "Ну ты и дура, Анна Сергеевна.")
    desk.press("Ответить")
    assert desk.page.locator(".decision").count() >= 1
    assert desk.page.input_value(".composer__text") == "Ну ты и дура, Анна Сергеевна."
    desk.page.fill(".composer__text", "Анна Сергеевна, попробуйте рецепт на двоих.")
    desk.press("Ответить")

    assert desk.reads("попробуйте рецепт на двоих")
    width = desk.page.locator("html").bounding_box()["width"]
    assert width <= 390


def test_words_written_without_a_line_are_kept_and_joined(house: House, topic: str) -> None:
    school, train = house.desk().sign_in("irina"), house.desk(**PHONE).sign_in("irina")
    train.go(topic)
    train.context.set_offline(True)
    train.write("Написано в поезде.")
    train.page.get_by_text("Нет связи. Черновик хранится на этом устройстве.").wait_for()

    school.go(topic)
    school.write("Написано в школе.")
    school.page.get_by_text("Черновик сохранён в").wait_for()
    train.context.set_offline(False)
    train.page.get_by_role("button", name="Соединить оба").click()
    train.page.get_by_text("Черновик сохранён в").wait_for()

    school.go(topic)
    both = school.page.locator(".composer__text").input_value()
    assert "Написано в поезде." in both
    assert "Написано в школе." in both


def test_a_session_that_ends_while_writing_takes_no_words(house: House, topic: str) -> None:
    desk = house.desk().sign_in("irina")
    desk.go(topic)
    desk.write("Первая половина.")
    desk.page.get_by_text("Черновик сохранён в").wait_for()
    desk.told.add(400)  # the token of an ended session
    desk.context.clear_cookies()
    desk.write(" И вторая, после конца входа.")
    desk.page.get_by_text("Вход устарел. Черновик хранится на этом устройстве").wait_for()

    desk.page = desk.sheet()
    desk.sign_in("irina")
    desk.go(topic)
    assert desk.page.locator(".composer__text").input_value() == "Первая половина."
    desk.page.get_by_role("button", name="Взять его").click()

    whole = desk.page.locator(".composer__text").input_value()
    assert whole == "Первая половина. И вторая, после конца входа."


@pytest.mark.parametrize("who", ["galina", "boris"])
def test_every_page_is_open_to_all(house: House, topic: str, who: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    desk = house.desk().sign_in(who)
    shared = [
        "/",
        f"{HOME}/news",
        f"{HOME}/forum",
        f"{HOME}/boards/1",
        topic,
        f"{HOME}/search?q=уроке",
    ]
    office = [
        f"{HOME}/admin/applications", f"{HOME}/admin/members", f"{HOME}/admin/card",
        f"{HOME}/admin/services", f"{HOME}/invitations", f"{HOME}/rules", f"{HOME}/charter",
    ]  # fmt: skip
    personal = [
        f"{HOME}/moderation", f"{HOME}/journal", f"{HOME}/boards/1/topics/new", "/notices",
        "/notices/settings", "/me", "/drafts", "/e/2/report", "/e/2/remove", "/nowhere", "/view",
    ]  # fmt: skip
    found = []
    for theme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for path in shared + office if who == "galina" else personal:
            desk.go(path)
            faults = axe.run(desk.page, options=AA).response["violations"]
            found += [(path, theme, each["id"], each["nodes"]) for each in faults]
    assert found == []
