"""What a hundred sites in one process may share, so that a test costs what it asks and no more.

A site is built for every test. Its addresses, its SQL and the cost of its passwords are the same
each time: addresses are taken apart once, statements are compiled once, and passwords are hashed
with the least that Argon2 allows (tests/accounts asks for the real cost). Nothing of a test's own
state lives here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from werkzeug.routing.rules import Rule

from community.accounts import passwords

REAL_HASHER = passwords._hasher
"""The product's own, for the tests of what a password costs."""
_engines: dict[str, Any] = {}


@contextmanager
def addresses_once() -> Iterator[None]:
    """Let rules of the same form share the function that writes their address."""
    compiled, known = Rule._compile_builder, {}

    def once(self: Rule, append_unknown: bool = True) -> Any:
        if self.defaults:
            return compiled(self, append_unknown)
        key = (tuple(self._trace), frozenset(self.arguments), append_unknown)
        if key not in known:
            known[key] = compiled(self, append_unknown)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """Hash passwords with the least cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        yield


def share_statements(app: Flask) -> None:
    """Let the sites of this process share compiled SQL: it is kept under the dialect's identity."""
    from community.core.db import db

    with app.app_context():
        mine = db.engine
    first = _engines.setdefault(mine.url.drivername, mine)
    if first is not mine:
        mine.dialect, mine._compiled_cache = first.dialect, first._compiled_cache
