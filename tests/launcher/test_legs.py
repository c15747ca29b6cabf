"""The sum of the legs cannot hide a failure or a leg that did not run."""

import subprocess

import pytest

from tests import legs


@pytest.fixture
def pretend(monkeypatch):
    """Legs that end as told: leg -> (exit code, counts), or a reason why it is missing."""
    outcome = {
        "sqlite": (0, {"passed": 5}),
        "postgres": (0, {"passed": 3, "skipped": 1}),
        "browser": (0, {"passed": 2}),
    }
    monkeypatch.setattr(
        legs, "missing", lambda leg: outcome[leg] if isinstance(outcome[leg], str) else None
    )
    monkeypatch.setattr(legs, "run", lambda leg, arguments: outcome[leg])
    for name in ("REQUIRE_PG", "REQUIRE_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return outcome


def test_all_passed(pretend, capsys):
    assert legs.main([]) == 0
    assert capsys.readouterr().out.strip().endswith("10 passed, 0 failed, 1 skipped")


def test_one_failure_in_one_leg_fails_the_whole(pretend, capsys):
    pretend["postgres"] = (1, {"passed": 2, "failed": 1})

    assert legs.main([]) == 1
    assert capsys.readouterr().out.strip().endswith("9 passed, 1 failed")


def test_an_error_in_a_fixture_counts_as_a_failure(pretend, capsys):
    pretend["browser"] = (1, {"error": 2})

    assert legs.main([]) == 1
    assert "8 passed, 2 failed" in capsys.readouterr().out


def test_a_crashed_leg_without_counts_fails(pretend):
    pretend["sqlite"] = (3, {})
    assert legs.main([]) == 3


def test_a_missing_browser_is_told_and_forgiven_at_home(pretend, capsys):
    pretend["browser"] = "не найден Chromium"

    assert legs.main([]) == 0
    assert "не найден Chromium" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("leg", "name"), [("browser", "REQUIRE_BROWSER"), ("postgres", "REQUIRE_PG")]
)
def test_a_missing_leg_fails_where_it_is_required(pretend, monkeypatch, leg, name):
    pretend[leg] = "нет"
    monkeypatch.setenv(name, "1")
    assert legs.main([]) != 0


def test_a_leg_without_tests_of_its_own_is_no_failure(pretend):
    """`run.py test tests/rules` has nothing for the browser."""
    pretend["browser"] = (legs.NOTHING_COLLECTED, {})
    assert legs.main([]) == 0


def test_nothing_at_all_is_a_failure(pretend):
    for leg in pretend:
        pretend[leg] = (legs.NOTHING_COLLECTED, {})
    assert legs.main([]) == legs.NOTHING_COLLECTED


def test_a_real_leg_is_counted(monkeypatch, tmp_path):
    """One passing and one failing test in a folder of their own, through the real pytest."""
    (tmp_path / "test_two.py").write_text("def test_good(): pass\ndef test_bad(): assert 0\n")
    monkeypatch.setattr(legs.subprocess, "call", quietly(tmp_path))

    code, counts = legs.run("sqlite", ["-p", "no:cacheprovider", "-n0", str(tmp_path)])

    assert code == 1
    assert (counts["passed"], counts["failed"]) == (1, 1)


def quietly(folder):
    def call(command, cwd, env):
        plugin = ["-p", "tests.legs", "-c", "/dev/null", "--rootdir", str(folder)]
        done = subprocess.run(
            [*command, *plugin], cwd=cwd, env=env, capture_output=True, check=False
        )
        return done.returncode

    return call


def test_tests_go_to_their_legs(pytestconfig):
    class Item:
        def __init__(self, mark=None, fixtures=()):
            self.mark, self.fixturenames = mark, fixtures

        def get_closest_marker(self, name):
            return name if name == self.mark else None

    pure, stored, seen = (
        Item(),
        Item(fixtures=("app", "database_url")),
        Item("browser", ("database_url",)),
    )
    where = {leg: [legs.belongs(each, leg) for each in (pure, stored, seen)] for leg in legs.LEGS}

    assert where == {
        "sqlite": [True, True, False],
        "postgres": [False, True, False],
        "browser": [False, False, True],
    }
