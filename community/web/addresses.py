"""Addresses for pages: a page names twenty, and most of them are on every page, so they are kept."""

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, has_request_context, request


def install(app: Flask) -> None:
    """Let templates keep the addresses that they ask for."""

    @lru_cache(maxsize=2_000)
    def kept(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return app.url_for(endpoint, **dict(values))

    app.extensions["addresses"] = kept
    app.jinja_env.globals["url_for"] = address


def address(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this site; the same as ``url_for``, and quicker."""
    special = any(name[0] == "_" and name != "_anchor" for name in values)
    if special or endpoint[0] == "." or not has_request_context():
        return current_app.url_for(endpoint, **values)
    try:
        return str(
            current_app.extensions["addresses"](
                request.root_path, endpoint, tuple(sorted(values.items()))
            )
        )
    except TypeError:  # a list among the values
        return current_app.url_for(endpoint, **values)
