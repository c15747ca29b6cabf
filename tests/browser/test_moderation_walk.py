"""What people meet of the rules and of moderators, at real browsers: asked, held, hidden, heard, put back.

With PICTURES=test-results every step is kept as pictures.
"""

from __future__ import annotations

import re

import pytest

from tests.browser.live import AA, Desk, House
from tests.browser.people import HOME
from tests.topics.conftest import Forum
from tests.world import SLUG, Person, Town

pytestmark = pytest.mark.browser
ROUGH = "Вера Павловна, ну ты и дура, раз не видишь простого решения."
PHONE = "Звоните мне: 8 904 111-22-33, договоримся"
HARSH = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают и смотрят в окно."
QUOTE = "дети скучают"
REASON = "Слова унижают детей всего класса и автора урока, это не разговор о методе."
APPEAL = "Я пишу о своём уроке, в этих словах никого не обижают."
ANSWER = "Речь об уроке, а не о людях: слова никого не унижают."


@pytest.fixture
def topic(town: Town, irina: Person) -> int:
    return Forum(town).open(irina)


def address(topic: int) -> str:
    return f"{HOME}/topics/{topic}?page=1"


def reads_well(desk: Desk) -> None:
    """Nothing on the page stands in the way of those who do not see or do not use a mouse."""
    from axe_playwright_python.sync_playwright import Axe

    desk.page.evaluate("document.getAnimations().forEach((each) => each.finish())")
    faults = Axe().run(desk.page, options=AA).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in faults] == []


def fits(desk: Desk, width: int = 320) -> None:
    """The page needs no sideways scrolling on the narrowest phone."""
    before = desk.page.viewport_size
    desk.page.set_viewport_size({"width": width, "height": 800})
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, desk.path
    desk.page.set_viewport_size(before)


def test_the_pencil_asks_in_place_and_a_hold_is_foretold_seen_and_released(
    house: House, town: Town, topic: int
) -> None:
    anna, boris = house.desk().sign_in("anna"), house.desk().sign_in("boris")
    anna.go(address(topic))
    anna.write(ROUGH)
    anna.page.locator("[data-send]").click()
    note = anna.page.locator(".composer [data-notes] .decision").first
    note.wait_for()
    assert anna.page.locator(".composer__mirror .struck").inner_text() == "дура"
    assert anna.page.evaluate("document.activeElement.closest('[data-notes]') !== null")
    assert "Отмечено фрагментов" in str(anna.page.locator("#announcer").text_content())
    assert "только вы и модераторы" in note.inner_text().replace("\xa0", " ")
    assert anna.page.locator(".composer__text").input_value() == ROUGH
    anna.picture("walk-01-pencil")
    reads_well(anna)
    fits(anna)

    with anna.page.expect_navigation():
        anna.page.get_by_role("button", name="отправить на проверку модератору").click()
    held = anna.page.locator(".entry--held .decision")
    for words in ("ждёт проверки", "ст. 4.1", "дура", "правило ОСК-1", "Изменить текст"):
        assert words in held.inner_text(), words
    anna.picture("walk-02-held")
    reads_well(anna)
    fits(anna)

    boris.waits_for("дура", f"{HOME}/moderation")
    boris.picture("walk-03-waits")
    boris.page.locator("#main a[href*='/decide']").first.click()
    boris.page.wait_for_url("**/decide")
    boris.picture("walk-04-deciding")
    boris.press("Опубликовать: возражений нет")
    anna.waits_for("проверен", "/notices")
    fold = anna.page.locator(".fold summary", has_text="Почему так").first
    fold.focus()
    anna.page.keyboard.press("Enter")
    anna.picture("walk-05-told")
    reads_well(anna)
    fits(anna)
    anna.go(address(topic))
    assert anna.page.locator(".entry--held").count() == 0
    assert anna.reads("простого решения")


def test_a_mask_is_taken_with_one_press_with_scripts_and_without(house: House, topic: int) -> None:
    anna = house.desk().sign_in("anna")
    anna.go(address(topic))
    area = anna.write(PHONE)
    anna.page.get_by_role("button", name="Закрыть знаком ▒▒▒").click()
    anna.page.locator(".composer .decision").wait_for(state="detached")
    assert area.input_value() == "Звоните мне: ▒▒▒, договоримся"
    anna.picture("walk-06-masked")
    anna.press("Ответить")

    plain = house.desk(java_script_enabled=False).sign_in("vera")
    plain.go(address(topic))
    plain.page.fill(".composer__text", f"{PHONE} завтра")
    plain.press("Ответить")
    plain.picture("walk-07-blocked-without-scripts")
    assert plain.page.locator(".composer__text").input_value() == f"{PHONE} завтра"
    plain.press("Закрыть знаком ▒▒▒ и отправить")
    assert plain.reads("Звоните мне: ▒▒▒, договоримся завтра")
    assert not plain.reads("111-22-33")


def test_a_weak_line_keeps_nobody_from_sending(house: House, topic: int) -> None:
    anna = house.desk().sign_in("anna")
    anna.go(address(topic))
    anna.page.route("**/check/**", lambda route: route.abort())
    anna.write("Спасибо, попробую на этой неделе.")
    anna.press("Ответить")
    assert anna.reads("попробую на этой неделе")
    anna.page.route("**/check/**", lambda route: route.abort())
    anna.write(PHONE)
    anna.press("Ответить")  # the server judges in any case, and the card stands in the composer
    assert anna.page.locator(".composer .decision").is_visible()
    assert anna.page.locator(".composer__text").input_value() == PHONE


def test_a_title_is_marked_and_led_to(house: House, town: Town) -> None:
    anna = house.desk().sign_in("anna")
    anna.go(f"{HOME}/boards/{Forum(town).board()}/topics/new")
    anna.page.fill("[name=title]", "Звоните 8 904 111-22-33")
    anna.page.check("[name=kind][value=case]")
    anna.write("Кто даст материалы к уроку?")
    anna.page.locator("[data-send]").click()
    anna.page.locator(".composer .decision").wait_for()
    assert anna.page.locator("[name=title]").get_attribute("aria-invalid") == "true"
    anna.page.get_by_role("button", name="Исправить фразу").click()
    chosen = "it => it.value.slice(it.selectionStart, it.selectionEnd)"
    assert anna.page.locator("[name=title]").evaluate(chosen) == "8 904 111-22-33"
    anna.page.get_by_role("button", name="Закрыть знаком ▒▒▒").click()
    anna.page.locator(".composer .decision").wait_for(state="detached")
    assert anna.page.locator("[name=title]").input_value() == "Звоните ▒▒▒"


def test_a_quarrel_is_settled_in_person_and_the_public_answer_is_free_again(
    house: House, town: Town, anna: Person, irina: Person, topic: int
) -> None:
    forum = Forum(town)
    for by, to, words in (
        (irina, anna, "Наш завуч полный идиот, и вы это знаете."),
        (anna, irina, "Директор у нас просто ничтожество, как и ваш."),
    ):
        first = forum.reply(to, topic, "Спокойное слово о методе.")
        _insist(by, topic, words, parent=first)
    last = forum.reply(irina, topic, "Вы не правы, так детей не учат.")
    desk = house.desk().sign_in("anna")
    desk.go(f"{HOME}/topics/{topic}?page=1&reply={last}")
    desk.write("Отвечайте здесь, при всех!")
    desk.page.get_by_role("link", name="Выяснить лично").first.wait_for()
    desk.picture("walk-08-in-person")
    desk.page.locator(".composer [data-status]", has_text="сохранён").wait_for()
    with desk.page.expect_navigation():
        desk.page.locator(".composer").get_by_role("link", name="Выяснить лично").first.click()
    desk.write("Давайте обсудим спокойно.")
    desk.press("Отправить")
    desk.picture("walk-09-letter")
    reads_well(desk)
    fits(desk)
    other = house.desk().sign_in("irina")
    other.waits_for("Анна Соколова", "/letters")
    other.follow("Анна Соколова")
    other.write("Давайте, я погорячилась.")
    other.press("Отправить")
    desk.follow("Вернуться к своему ответу в теме")
    area = desk.page.locator(".composer__text")
    assert area.input_value() == "Отвечайте здесь, при всех!"
    desk.press("Ответить")
    assert desk.page.locator(".entry", has_text="Отвечайте здесь, при всех!").count() == 1
    desk.picture("walk-10-answered")


def _insist(by: Person, topic: int, words: str, parent: int) -> None:
    url, fields = f"/c/{SLUG}/topics/{topic}/reply", {"body": words, "parent_id": str(parent)}
    asked = by.post(url, fields).get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]*)"', asked)
    by.post(url, fields | {"seen": seen[1] if seen else ""})


def test_a_removal_without_ground_is_refused_one_with_ground_is_appealed_and_cancelled(
    house: House, town: Town, anna: Person, topic: int
) -> None:
    entry = Forum(town).reply(anna, topic, HARSH)
    boris, author, galina = (house.desk().sign_in(who) for who in ("boris", "anna", "galina"))
    boris.go(f"/e/{entry}/remove")
    boris.page.select_option("[name=article]", "4.1-оскорбления")
    boris.page.fill("[name=quote]", "таких слов здесь нет")
    boris.page.fill("#remove [name=reason]", "Не согласен с автором по сути вопроса.")
    boris.press("Скрыть с этим обоснованием")
    assert boris.page.locator(".field__error, .summary").first.is_visible()
    assert boris.page.locator("[name=quote]").input_value() == "таких слов здесь нет"
    assert Forum(town).entry(entry).state == "published"
    boris.picture("walk-11-refused")
    reads_well(boris)

    boris.page.fill("[name=quote]", QUOTE)
    boris.page.fill("#remove [name=reason]", REASON)
    boris.press("Скрыть с этим обоснованием")
    number = Forum(town).entry(entry).removal_number
    author.waits_for("скрыл ваш текст", "/notices")
    author.go(f"/decisions/{number}")
    author.picture("walk-12-decision")
    reads_well(author)
    fits(author)
    author.page.fill("[name=appeal-words]", APPEAL)
    author.press("Отправить обжалование")
    galina.waits_for("Дроби", f"{HOME}/moderation")
    galina.go(f"/decisions/{number}")
    galina.page.check("[name=answer-outcome][value=overturned]")
    galina.page.fill("[name=answer-answer]", ANSWER)
    galina.press("Ответить")
    galina.picture("walk-13-overturned")

    author.go(address(topic))
    assert author.page.locator(f"#entry-{entry}").inner_text().count("смотрят в окно") == 1
    author.picture("walk-14-back-in-its-place")
    author.go(f"{HOME}/journal")
    assert author.page.locator(f"#n{number}").inner_text().count("отменено после обжалования") == 1
    author.picture("walk-15-journal")
    reads_well(author)
    fits(author)
    author.page.select_option("[name=outcome]", "overturned")
    author.press("Показать")
    assert author.page.locator(".rows > .row").count() == 1
    author.go("/notices/settings")
    author.press("Сделать адрес")
    author.picture("walk-16-feed")
    reads_well(author)
    fits(author)
