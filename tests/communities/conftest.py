"""Fixtures of this floor's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from community.communities import ports
from tests.communities.small import small_app


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rule set and no rooms: what the composition root joins in other tests is taken away."""
    monkeypatch.setattr(ports, "_provider", [])
    monkeypatch.setattr(ports, "_on_founded", [])


@pytest.fixture
def floor(alone: None, database_url: str, tmp_path: Path) -> Iterator[object]:
    """An app context of the floor alone, on this test's database."""
    app = small_app(database_url, tmp_path / "data")
    with app.app_context():
        yield app
