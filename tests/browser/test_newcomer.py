"""A new person's first days, at real browsers: from the registration to the journal."""

from __future__ import annotations

import re

import pytest

from tests.browser.live import Desk, House
from tests.browser.people import HOME, PYOTR, WHY

pytestmark = pytest.mark.browser
ROUGH = "Анна Сергеевна, ну ты и дура, раз не видишь простого решения."
CALM = "Анна Сергеевна, есть решение проще: рычаг из линейки. Пока мы чертим, дети скучают."
QUOTED = "дети скучают"
REASON = "Слова унижают детей всего класса и автора урока, это не разговор о методе."
APPEAL = "Я пишу о своём уроке и о своих чертежах, в этих словах никого не обижают."


def register(desk: Desk) -> None:
    desk.go(f"{HOME}/")
    desk.picture("01-front")
    desk.go("/register")
    for name, value in PYOTR.items():
        desk.page.fill(f"[name={name}]", value)
    desk.picture("02-register")
    desk.press("Перейти к согласию")
    desk.picture("03-consent")
    desk.page.check("[name=consent]")
    desk.press("Дать согласие и зарегистрироваться")
    desk.picture("04-registered")
    desk.follow("Войти")
    desk.page.fill("[name=email]", PYOTR["email"])
    desk.page.fill("[name=password]", PYOTR["password"])
    desk.press("Войти")
    desk.picture("05-first-sight")


def apply(desk: Desk) -> None:
    desk.follow("Подать заявку")
    desk.page.fill("[name=why]", WHY)
    for box in ("agree_charter", "agree_rules"):
        desk.page.check(f"[name={box}]")
    desk.picture("07-apply")
    desk.press("Отправить заявку")
    assert desk.reads("Заявка ждёт решения")
    desk.picture("08-waiting")


def admit(desk: Desk, name: str) -> None:
    desk.waits_for(name, f"{HOME}/admin/applications")
    desk.page.get_by_label(f"Отметить: {name}").check()
    desk.picture("09-queue")
    desk.press("Принять")
    desk.picture("10-admitted")


def open_topic(desk: Desk) -> str:
    """Open a topic on the board of methods; return its address."""
    desk.go(f"{HOME}/forum")
    desk.picture("11-forum")
    desk.follow("Методика")
    desk.picture("12-board-empty")
    desk.follow("Открыть тему")
    desk.page.fill("[name=title]", "Рычаг в седьмом классе: с чего начать")
    desk.page.check("[name=kind][value=case]")
    desk.write("Второй год объясняю рычаг чертежом, и второй год его не видят. Что показываете вы?")
    desk.picture("13-new-topic")
    desk.press("Открыть тему")
    return desk.path


def soften(desk: Desk, topic: str) -> str:
    """Write roughly, be stopped by the red pencil in place, mend it, post; return the address."""
    desk.go(topic)
    area = desk.write(ROUGH)
    desk.page.locator("[data-notes] .decision").first.wait_for()
    desk.picture("15-pencil")
    desk.page.get_by_role("button", name="Исправить фразу").first.click()
    chosen = area.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)")
    assert chosen in ROUGH
    assert "дура" in chosen
    area.fill(CALM)
    desk.press("Ответить")
    assert desk.reads(CALM)
    desk.picture("16-posted")
    return str(desk.page.locator(".entry--mine [data-permalink]").last.get_attribute("href"))


def quote(desk: Desk, topic: str) -> None:
    """Quote the words and name their author, choosing him from the list."""
    desk.go(topic)
    entry = desk.page.locator(".entry", has_text=CALM)
    entry.locator("[data-quote]").click()
    area = desk.page.locator(".composer__text")
    assert QUOTED in area.input_value()
    area.press("Control+End")
    desk.page.keyboard.type("Согласна, @Вет")
    desk.page.get_by_role("option", name="Ветров").wait_for()
    desk.page.keyboard.press("Enter")
    desk.picture("17-quoting")
    desk.page.keyboard.type("и монеты тоже хороши.")
    desk.press("Ответить")
    assert desk.reads("и монеты тоже хороши")
    desk.picture("18-quoted")


def remove(desk: Desk, entry: str) -> None:
    """Complain never came: the moderator reads it himself and hides it with the grounds."""
    desk.go(entry)
    article = desk.page.locator(".entry", has_text=CALM).first
    article.get_by_text("Ещё", exact=True).click()
    desk.picture("20-moderators-menu")
    with desk.page.expect_navigation():
        article.get_by_role("link", name="Скрыть").click()
    desk.page.select_option("[name=article]", index=1)
    desk.page.fill("[name=quote]", QUOTED)
    desk.page.fill("#remove [name=reason]", REASON)
    desk.picture("21-removing")
    desk.press("Скрыть с этим обоснованием")
    desk.picture("22-removed")


def test_from_the_door_to_the_journal(house: House) -> None:
    pyotr, galina, vera, boris = house.desk(), house.desk(), house.desk(), house.desk()
    register(pyotr)
    apply(pyotr)
    admit(galina.sign_in("galina"), "Пётр Ветров")

    topic = open_topic(house.desk().sign_in("anna"))
    pyotr.waits_for("Рычаг в седьмом классе", f"{HOME}/news")
    pyotr.picture("14-news")
    entry = soften(pyotr, topic)

    quote(vera.sign_in("vera"), topic)
    pyotr.waits_for("Ильина", "/notices")
    pyotr.picture("19-notices")
    vera.waits_for("рычаг из линейки", f"{HOME}/search?q=линейки")
    vera.picture("19-search")

    remove(boris.sign_in("boris"), entry)
    vera.go(topic)
    stub = vera.page.locator(f"#entry-{entry.rsplit('/', 1)[-1]}").inner_text()
    assert "Скрыто модератором" in stub
    assert "линейки" not in stub
    vera.picture("23-stub")

    pyotr.waits_for("скрыл ваш текст", "/notices")
    pyotr.picture("24-told")
    pyotr.follow("скрыл ваш текст")
    number = re.search(r"\d+", pyotr.path)
    assert number is not None
    for words in (CALM, QUOTED, REASON, "Лунин"):
        assert pyotr.reads(words), words
    pyotr.picture("25-decision")
    pyotr.page.fill("[name=appeal-words]", APPEAL)
    pyotr.press("Отправить обжалование")
    pyotr.picture("26-appealed")

    galina.waits_for("Рычаг", f"{HOME}/moderation")
    galina.picture("27-desk")
    galina.follow("Рычаг")
    galina.page.check("[name=answer-outcome][value=overturned]")
    galina.page.fill(
        "[name=answer-answer]", "Речь о своём уроке: слова никого не унижают, текст возвращён."
    )
    galina.picture("28-answering")
    galina.press("Ответить")
    galina.picture("29-answered")

    vera.go(topic)
    assert vera.reads(CALM)
    pyotr.waits_for("возвращ", "/notices")
    pyotr.picture("30-told-again")
    pyotr.go(f"{HOME}/journal")
    for words in ("скрыт", "возвращ", "обжал"):
        assert words in pyotr.text.lower(), words
    pyotr.picture("31-journal")
