"""The code holds to its own contracts: floors, types, style."""

import subprocess
import sys
from pathlib import Path

import pytest

from community.config import ROOT

BIN = Path(sys.executable).parent
CHECKS = {
    "contracts": [BIN / "lint-imports", "--no-cache"],
    "style": [sys.executable, "-m", "ruff", "check", "--no-cache", "."],
    "types": [sys.executable, "-m", "mypy"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_code_holds(name):
    done = subprocess.run(CHECKS[name], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


@pytest.mark.parametrize("floor", sorted(each.name for each in (ROOT / "community").iterdir()))
def test_every_package_stands_on_a_floor(floor):
    """A folder that Python does not see as a package would escape the contracts."""
    folder = ROOT / "community" / floor
    if folder.is_dir() and any(folder.glob("*.py")):
        assert (folder / "__init__.py").exists()
