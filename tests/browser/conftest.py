"""The live site for the browser tests."""

from tests.browser.live import browser, house  # noqa: F401
