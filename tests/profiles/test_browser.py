"""The pages of people and files in a real browser: both themes, two widths, axe, no console error."""

import io
import threading

import pytest
from werkzeug.serving import make_server

from tests.files import samples
from tests.legs import chromium
from tests.world import PASSWORD, SLUG, email_of

sync = pytest.importorskip("playwright.sync_api")
Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe

pytestmark = pytest.mark.browser
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync""".split()  # noqa: SIM905
RULES = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture
def browser():
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here: apt install chromium")
    with sync.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


def signed_in(browser, address, faults, **look):
    context = browser.new_context(locale="ru-RU", **look)
    page = context.new_page()
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/login")
    page.fill("[name=email]", email_of("boris"))
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/c/**")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_pages_of_people_read_well(address, browser, boris, theme, width):
    boris.post("/people/me/photo", {"file": (io.BytesIO(samples.picture()), "я.jpg")})
    boris.post(
        "/people/me/edit",
        {"body": "Веду историю.", "interests": "музейный урок, летопись", "revision": "0"},
    )
    boris.post("/files", {"file": (io.BytesIO(samples.PDF), "План на март, 7 класс.pdf")})
    faults = []
    page = signed_in(
        browser, address, faults, viewport={"width": width, "height": 900}, color_scheme=theme
    )

    people = f"/c/{SLUG}/people"
    for path in (f"/people/{boris.id}", "/people/me/edit", people, f"{people}?q=никого", "/files"):
        page.goto(address + path)
        page.wait_for_load_state()
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert sorted(set(faults)) == []


def test_a_person_is_found_changed_and_pictured_by_hand(address, browser, tmp_path):
    photo = tmp_path / "я.jpg"
    photo.write_bytes(samples.telltale_photo())
    faults = []
    page = signed_in(browser, address, faults, viewport={"width": 1280, "height": 900})

    page.goto(f"{address}/people/me/edit")
    page.set_input_files("input[type=file]", str(photo))
    page.get_by_role("button", name="Поставить фотографию").click()
    assert page.get_by_text("Фотография на месте").is_visible()
    assert page.locator("header.top img.avatar").evaluate("it => it.naturalWidth") == 128

    page.goto(f"{address}/people/me/edit")
    page.fill("[name=body]", "Веду историю двадцать лет.")
    page.fill("[name=interests]", "музейный урок")
    page.get_by_role("button", name="Сохранить").click()
    page.get_by_role("link", name="музейный урок").click()
    assert page.locator(".row__title").all_inner_texts() == ["Лунин Борис Андреевич"]
    assert faults == []
