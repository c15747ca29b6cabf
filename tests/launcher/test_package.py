"""A package that is built takes along what its modules read."""

from __future__ import annotations

import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from community.config import ROOT


def test_whatever_lies_beside_the_modules_is_named_as_data():
    listed = subprocess.run(
        ["git", "ls-files", "community"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a checkout")
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    patterns = data["package-data"]["*"]
    files = [Path(each) for each in listed.stdout.splitlines() if not each.endswith(".py")]
    assert len(files) > 40
    assert [str(each) for each in files if not _is_taken(each, patterns)] == []


def _is_taken(file: Path, patterns: list[str]) -> bool:
    package = next(each for each in file.parents if (ROOT / each / "__init__.py").exists())
    inside = file.relative_to(package).as_posix()
    return any(fnmatch(inside, each) and inside.count("/") == each.count("/") for each in patterns)
