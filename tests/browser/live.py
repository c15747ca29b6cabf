"""A live site and real browsers: people sit at desks, and a console error at any desk fails the test.

With PICTURES=folder every step that a story names is kept as four pictures: both widths, both themes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from community.core import outbox, worker
from tests.legs import chromium
from tests.world import PASSWORD, email_of

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
AA = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
TOLD_IN_WORDS = {401, 403, 404, 409, 413, 422}
"""A page with one of these says in words what happened; the browser's own line about it is no fault."""
WIDTHS, THEMES = (390, 1280), ("light", "dark")


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """A story is told by its test, not by a list of requests."""


class Desk:
    """One browser with one person at it."""

    def __init__(self, house: House, **look: Any) -> None:
        here = {"locale": "ru-RU", "timezone_id": "Europe/Moscow"}
        look = {"viewport": {"width": 1280, "height": 900}} | here | look
        self.house, self.faults, self.told = house, house.faults, set(TOLD_IN_WORDS)
        self.context = house.browser.new_context(base_url=house.address, **look)
        self.context.set_default_timeout(8_000)
        self.page = self.sheet()

    def sheet(self) -> Any:
        """Open one more tab."""
        page = self.context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("response", self._answered)
        return page

    def _said(self, message: Any) -> None:
        # What a request came to is judged by its answer, below.
        # A line that does not come up is asked for again, and the page says so in words.
        known = ("Failed to load resource", "WebSocket connection to")
        if message.type == "error" and not message.text.startswith(known):
            self.faults.append(message.text)

    def _answered(self, response: Any) -> None:
        path = urlsplit(response.url).path
        is_told = response.status in self.told and not path.startswith("/static/")
        if response.status >= 400 and not is_told:
            self.faults.append(f"{response.status} {response.request.method} {path}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say what stood on the page when a thing was not there to be pressed."""
        from playwright.sync_api import TimeoutError as NotThere

        try:
            yield
        except NotThere as error:
            said = f"{error}\n{self.path}\n{self.text[:3000]}"
            raise AssertionError(said) from None

    def go(self, path: str) -> Any:
        """Open a page by its address."""
        return self.page.goto(path)

    def sign_in(self, who: str) -> Desk:
        """Sign in by the form, as one of the known people."""
        self.go("/login")
        self.page.fill("[name=email]", email_of(who))
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/c/**")
        return self

    def press(self, words: str) -> None:
        """Press a button of the page that leads to another page."""
        with self._told(), self.page.expect_navigation():
            self.page.locator("#main").get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str) -> None:
        """Follow a link by its words."""
        with self._told(), self.page.expect_navigation():
            self.page.locator("#main").get_by_role("link", name=words).first.click()

    def write(self, text: str) -> Any:
        """Write in the composer as hands do."""
        area = self.page.locator(".composer__text")
        area.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)
        return area

    def reads(self, words: str) -> bool:
        """Tell whether the words stand on the page; the spaces of a typesetter count as spaces."""
        return words in self.text

    @property
    def text(self) -> str:
        """All that is read on the page."""
        return str(self.page.locator("body").inner_text()).replace("\xa0", " ")

    @property
    def path(self) -> str:
        """Where the browser is."""
        return urlsplit(self.page.url).path

    def waits_for(self, words: str, path: str, seconds: float = 10) -> None:
        """Reload a page until the worker's part of it is there."""
        end = time.monotonic() + seconds
        self.go(path)
        while not self.reads(words):
            assert time.monotonic() < end, f"«{words}» is not on {path}:\n{self.text[:1500]}"
            time.sleep(0.2)
            self.go(path)

    def picture(self, name: str) -> None:
        """Keep the page as it stands, where pictures are wanted."""
        folder = os.environ.get("PICTURES")
        if not folder:
            return
        before = self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            for theme in THEMES:
                self.page.emulate_media(color_scheme=theme)
                file = Path(folder) / f"{name}-{width}-{theme}.png"
                self.page.screenshot(path=file, full_page=True, animations="disabled")
        self.page.set_viewport_size(before)
        self.page.emulate_media(color_scheme="light")


class House:
    """The site on a port of its own, with its worker, and all the desks of a test."""

    def __init__(self, app: Flask, browser: Any) -> None:
        self.app, self.browser = app, browser
        self.faults: list[str] = []
        self._desks: list[Desk] = []
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.address = f"http://127.0.0.1:{self._server.port}"
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._server.serve_forever, daemon=True),
            threading.Thread(target=worker.run_forever, args=(app, self._stop), daemon=True),
        ]
        for each in self._threads:
            each.start()

    def desk(self, **look: Any) -> Desk:
        """Put a browser on a desk."""
        made = Desk(self, **look)
        self._desks.append(made)
        return made

    def close(self) -> None:
        """Switch everything off and tell what went wrong at the desks."""
        for desk in self._desks:
            desk.context.close()
        self._server.shutdown()
        self._stop.set()
        outbox.wake.set()
        for each in self._threads:
            each.join(timeout=10)
        self._server.server_close()
        assert sorted(set(self.faults)) == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium."""
    sync = pytest.importorskip("playwright.sync_api")
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here: apt install chromium")
    with sync.sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def house(app: Flask, browser: Any) -> Iterator[House]:
    """The live site with the known people."""
    opened = House(app, browser)
    yield opened
    opened.close()
