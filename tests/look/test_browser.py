"""The scripts and the sheets in a real Chromium, under the site's own CSP."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.look import stage

pytestmark = pytest.mark.browser
sync = pytest.importorskip("playwright.sync_api")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHOOSE = """() => {
  const text = document.querySelector('#entry-1 [data-text] p').firstChild;
  const range = document.createRange();
  range.setStart(text, 4);
  range.setEnd(text, 13);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""
AA = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def chromium_path() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium here: apt install chromium")
    with sync.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def theatre() -> Iterator[object]:
    env = stage.environment()
    pages = {
        "/decide": env.get_template("decide").render(
            page=stage.page(), entries=stage.shelf_of_entries()[:1]
        ),
        "/topic": stage.topic(),
        "/drafted": stage.topic("С сервера"),
        "/view": env.get_template("view.html").render(page=stage.page(), next_url="/"),
        "/weak": stage.topic(
            vision={"size": "3", "spacing": "3", "scheme": "black", "pictures": ""}
        ),
        "/narrow": env.get_template("narrow").render(page=stage.page(), ballot=stage.ballot()),
        "/404": env.get_template("errors/404.html").render(page=stage.page(), said="", fields={}),
    }
    with stage.theatre(pages) as open_stage:
        yield open_stage


NO_CHANNEL = "/socket.io/"
"""A stage has no live channel: the script's calls into nothing are no fault of the look."""


@pytest.fixture
def visit(browser, theatre):
    """Open a page; a console error (a CSP breach is one) fails the test."""
    contexts, faults = [], []

    def heard(said):
        # The stage has no live line; the script asks again and does without.
        if said.type == "error" and not said.text.startswith("WebSocket connection to"):
            faults.append(said.text)

    def go(path: str, width: int = 1280, scheme: str = "light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale="ru-RU"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(theatre.url + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert [each for each in faults if NO_CHANNEL not in each] == []


def write(page, text: str):
    area = page.locator(".composer__text")
    area.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)
    return area


def test_a_rough_phrase_is_underlined_and_held_back_until_the_author_decides(visit, theatre):
    page = visit("/topic")
    theatre.posts.clear()
    write(page, f"Лист хороший 😀, но {stage.ROUGH}.")
    page.keyboard.press("Control+Enter")

    page.locator("[data-notes] .decision").wait_for()
    assert page.locator(".composer__mirror .struck").inner_text() == stage.ROUGH
    assert "/reply" not in [path for path, *_ in theatre.posts]

    page.get_by_role("button", name="Исправить фразу").click()
    chosen = "t => t.value.slice(t.selectionStart, t.selectionEnd)"
    assert page.locator(".composer__text").evaluate(chosen) == stage.ROUGH

    with page.expect_navigation():
        page.get_by_role("button", name="отправить на проверку модератору").click()
    path, _token, body = theatre.posts[-1]
    assert path == "/reply"
    assert "ОСК-1" in body


def test_a_calm_text_goes_at_once(visit, theatre):
    page = visit("/topic")
    theatre.posts.clear()
    write(page, "Спасибо, попробую завтра.")

    with page.expect_navigation():
        page.get_by_role("button", name="Ответить", exact=True).click()
    assert theatre.posts[-1][0] == "/reply"


def test_a_draft_goes_to_the_server_with_the_token(visit, theatre):
    page = visit("/topic")
    theatre.posts.clear()
    write(page, "Черновик")

    page.get_by_text("Черновик сохранён в").wait_for()
    _path, token, body = next(post for post in theatre.posts if post[0] == "/draft")
    assert token == "TOKEN"
    assert "text=%D0%A7" in body
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_draft_written_without_a_line_is_offered_on_return(browser, theatre):
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    page.goto(theatre.url + "/topic")
    context.set_offline(True)
    write(page, "Набрано в поезде")
    page.get_by_text("Нет связи. Черновик хранится на этом устройстве.").wait_for()
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(theatre.url + "/topic")
    assert again.locator(".composer__text").input_value() == "Набрано в поезде"
    again.get_by_text("Черновик сохранён в").wait_for()
    assert again.evaluate("Object.keys(localStorage)") == []
    context.close()


def test_two_versions_of_a_draft_are_shown_and_may_be_joined(visit):
    page = visit("/drafted")
    kept = '{"text": "С телефона", "at": 1763700000000}'
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", ["draft:7:thread:1", kept])
    page.reload()

    page.get_by_role("button", name="Соединить оба").click()
    assert page.locator(".composer__text").input_value() == "С сервера\n\nС телефона"


def test_a_moderator_marks_the_words_that_break_an_article(visit):
    page = visit("/decide")
    page.evaluate(CHOOSE)
    page.get_by_role("button", name="Взять эти слова").click()

    assert page.get_by_label("Слова").input_value() == "сработало"


def test_a_fragment_is_quoted_with_a_link_back(visit):
    page = visit("/topic")
    page.evaluate(CHOOSE)
    page.locator(".quote-button").click()

    said = page.locator(".composer__text").input_value()
    assert said == "> [Ирина Кольцова, № 1](/t/1#entry-1)\n>\n> сработало\n\n"
    assert page.locator("[name=parent_id]").input_value() == "1"
    assert page.locator("[data-reply-to]").is_visible()


def test_a_person_is_mentioned_by_keys_alone(visit):
    page = visit("/topic")
    area = write(page, "Спросите @Ир")
    page.get_by_role("option", name="Ирина Кольцова").wait_for()
    assert area.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")

    assert area.input_value() == "Спросите @Ирина Кольцова "


def test_thanks_need_no_reload(visit):
    page = visit("/topic")
    button = page.locator("#entry-1 [data-thanks]")
    button.click()

    page.wait_for_function(
        "document.querySelector('#entry-1 [data-thanks]').ariaPressed === 'true'"
    )
    assert "3" in button.inner_text()


def test_keys_walk_the_texts_and_show_themselves(visit):
    page = visit("/topic")
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "entry-2"
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Клавиши").is_visible()


def test_the_version_for_weak_sight_acts_at_once_and_is_kept(visit, theatre):
    page = visit("/view")
    theatre.posts.clear()
    with page.expect_response("**/view"):
        page.get_by_label("белым по чёрному").check()

    assert page.locator("html").get_attribute("data-scheme") == "black"
    assert page.get_by_label("Версия для слабовидящих").is_checked()
    assert "vision_on=1" in theatre.posts[-1][2]


def test_a_menu_closes_on_escape_and_gives_the_focus_back(visit):
    page = visit("/topic")
    page.locator(".top .menu > summary").click()
    assert page.get_by_role("button", name="Выйти").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Выйти").is_hidden()


@pytest.mark.parametrize("path", ["/topic", "/view", "/weak", "/narrow", "/404"])
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_and_is_open_to_all(visit, browser, path, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(path, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    # The inspector sets inline styles of its own, so it looks at a copy without the policy.
    copy = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    copy.goto(page.url)
    said = axe.run(copy, options={"runOnly": AA}).response["violations"]
    copy.close()
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in said] == []


def test_targets_are_large_enough_for_a_finger(visit):
    page = visit("/topic", width=390)
    pressed = ".button, .entry__act, .dock__link, .composer__tool, .menu > summary, .pages__link"
    small = page.locator(pressed).evaluate_all(
        """all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
        .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_pencil_strikes_exactly_under_the_words(visit):
    page = visit("/topic")
    write(page, f"{'слово ' * 40}{stage.ROUGH} {'ещё ' * 40}")
    page.locator("[data-notes] .decision").wait_for()

    widths = page.evaluate(
        """() => ['.composer__text', '.composer__mirror'].map(name => {
          const box = document.querySelector(name), style = getComputedStyle(box);
          return [box.clientWidth, box.scrollHeight, style.font, style.padding, style.letterSpacing].join();
        })"""
    )
    assert widths[0] == widths[1]
    struck = page.locator(".composer__mirror .struck")
    assert struck.evaluate("each => getComputedStyle(each).padding") == "0px"
    assert (
        page.locator(".composer__mirror").evaluate("each => getComputedStyle(each).resize")
        == "none"
    )
