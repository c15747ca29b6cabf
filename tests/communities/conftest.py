"""Fixtures of this floor's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.communities.small import small_app


@pytest.fixture
def floor(database_url: str, tmp_path: Path) -> Iterator[object]:
    """An app context of the floor alone, on this test's database."""
    app = small_app(database_url, tmp_path / "data")
    with app.app_context():
        yield app
