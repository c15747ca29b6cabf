"""The same vectors in a real browser that has no content security policy: only the renderer protects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.test_vectors import rendered
from tests.core.vectors import vectors

pytestmark = pytest.mark.browser
PAGE = "<!doctype html><meta charset=utf-8><title>vectors</title><main>{}</main>"
LOOK = """() => {
  const bad = [];
  for (const node of document.querySelectorAll('main *')) {
    if (/^(script|style|iframe|object|embed|svg|math|form|link|base|meta|template)$/i.test(node.tagName))
      bad.push(node.outerHTML);
    for (const one of node.attributes) {
      if (/^on/i.test(one.name) || one.name === 'style') bad.push(node.outerHTML);
    }
    for (const name of ['href', 'src']) {
      if (node.hasAttribute(name) && !/^(https?|mailto):$/.test(new URL(node[name], 'http://site.invalid/').protocol))
        bad.push(node.outerHTML);
    }
  }
  for (const node of document.querySelectorAll('main *')) {
    for (const kind of ['mouseover', 'focus', 'pointerenter', 'error', 'load', 'toggle'])
      node.dispatchEvent(new Event(kind, {bubbles: false}));
  }
  return bad;
}"""


class _Watch:
    """A page whose every dialog, request and error is written down."""

    def __init__(self, browser: Any) -> None:
        self.seen: list[str] = []
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.seen.append(f"error {error}"))
        self.context.route("**/*", self._route)

    def _dialog(self, dialog: Any) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _route(self, route: Any) -> None:
        url = route.request.url
        if url == "http://site.invalid/":
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8")
            return
        if not url.startswith(("http://site.invalid/files/", "http://site.invalid/favicon")):
            self.seen.append(f"request {url}")
        route.abort()

    def show(self, html: str) -> list[str]:
        """What a page with this body did."""
        self.seen.clear()
        self.html = PAGE.format(html)
        self.page.goto("http://site.invalid/")
        self.page.wait_for_timeout(120)
        marks = self.page.evaluate(LOOK)
        self.page.wait_for_timeout(80)
        return self.seen + marks


def test_no_vector_runs_in_a_browser(browser: Any) -> None:
    watch = _Watch(browser)
    made = rendered(vectors())
    for first in range(0, len(made), 100):
        assert watch.show("\n".join(made[first : first + 100])) == [], first
    print(f"vectors in the browser: {len(made)}, active: 0")


def test_the_watch_sees_a_script(browser: Any) -> None:
    watch = _Watch(browser)
    assert "dialog 1" in watch.show("<img src=x onerror=alert(1)>")
    assert any("evil" in line for line in watch.show("<img src='//evil.invalid/x'>"))
    assert watch.show("<a href='javascript:alert(1)'>x</a>")
    assert watch.show("<p>мел и доска</p>") == []
