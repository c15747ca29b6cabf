"""run.py on its own: what it says to a machine that lacks something, and what it skips when all is there."""

import ast
import importlib.util
import json
import subprocess
import sys
import time

import pytest

from community.config import ROOT


@pytest.fixture
def run(monkeypatch, tmp_path):
    """The launcher as a module, with a .venv of its own that nobody installs into."""
    spec = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    monkeypatch.setattr(module, "VENV", venv)
    monkeypatch.setattr(module, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", venv / "uchitelskaya.json")
    module.said = []
    monkeypatch.setattr(module, "say", module.said.append)
    return module


@pytest.fixture
def steps(run, monkeypatch):
    """What would have been executed."""
    done = []

    def pretend(command):
        done.append([str(each) for each in command])
        if "venv" in command:
            run.PYTHON.touch()

    monkeypatch.setattr(run, "run", pretend)
    monkeypatch.setattr(run, "link_project", lambda: done.append(["link"]))
    return done


def test_an_old_python_can_read_it_far_enough_to_say_so():
    """The check must come before anything that an old interpreter cannot even parse."""
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 6))

    kinds = [type(node).__name__ for node in tree.body]
    assert kinds[:3] == ["Expr", "Import", "If"]


def test_it_needs_only_the_standard_library():
    standard = set(sys.stdlib_module_names)
    assert imported("run.py") - {"community"} <= standard
    assert imported("community/assets.py") <= standard


def imported(file):
    found = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.split(".")[0])
    return found


def test_everything_is_installed_once(run, steps, monkeypatch):
    monkeypatch.setattr(run.shutil, "which", lambda name: None)

    run.ready("test")
    first = list(steps)
    run.ready("test")

    assert [step[-1] for step in first if "--require-hashes" in step] == [
        str(ROOT / "requirements.txt"), str(ROOT / "requirements-test.txt"),
    ]  # fmt: skip
    assert steps == first


def test_a_changed_lock_is_installed_again(run, steps, monkeypatch):
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    run.ready()
    before = len(steps)
    stamp = json.loads(run.STAMP.read_text())
    run.STAMP.write_text(json.dumps(stamp | {"runtime": "an older lock"}))

    run.ready()

    again = steps[before:]
    assert any("--require-hashes" in step for step in again)
    assert not any("venv" in step for step in again)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"python": "2.7", "runtime": "x"}'])
def test_a_damaged_stamp_only_costs_time(run, steps, monkeypatch, content):
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    run.STAMP.write_text(content)

    run.ready()

    assert any("--require-hashes" in step for step in steps)


def test_uv_is_taken_where_it_is(run, steps, monkeypatch):
    monkeypatch.setattr(run.shutil, "which", lambda name: "/opt/uv" if name == "uv" else None)

    run.ready()

    assert steps[0][:2] == ["/opt/uv", "venv"]
    assert steps[1][:3] == ["/opt/uv", "pip", "install"]
    assert "--require-hashes" in steps[1]


def test_without_ensurepip_the_exact_package_is_named(run, steps, monkeypatch):
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(run.Trouble) as trouble:
        run.ready()

    assert f"sudo apt install python3.{sys.version_info[1]}-venv" in str(trouble.value)
    assert steps == []


def test_without_node_it_says_so_once_and_goes_on(run, monkeypatch):
    from community import assets

    monkeypatch.setattr(assets, "is_current", lambda root: False)
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run, "install", refuse(run))

    run.build_assets()
    first = len(run.said)
    run.build_assets()

    assert "Сайт работает и так" in run.said[-1]
    assert len(run.said) == first


def refuse(run):
    def install(group, stamp):
        assert group == "node"
        raise run.Trouble("Пакет не скачался.")

    return install


def test_an_unknown_command_names_those_there_are(run):
    with pytest.raises(run.Trouble, match="audit, bench, lint, lock, setup, test"):
        run.main(["fly"])


def test_a_failing_step_is_shown_with_its_words(run):
    with pytest.raises(run.Trouble, match="нет такого колеса"):
        run.run([sys.executable, "-c", "print('нет такого колеса'); raise SystemExit(1)"])


def test_options_go_to_the_site(run, monkeypatch):
    became = []
    monkeypatch.setattr(run, "ready", lambda *groups: None)
    monkeypatch.setattr(run, "build_assets", lambda: None)
    monkeypatch.setattr(run, "become", lambda *arguments: became.append(arguments) or 0)

    run.main(["--demo", "--port", "8001"])
    run.main([])
    run.main(["setup", "--data", "x"])

    assert became == [("run", "--demo", "--port", "8001"), ("run",), ("migrate", "--data", "x")]


def test_help_takes_no_set_up():
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, ROOT / "run.py", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "run.py test" in done.stdout
    assert time.monotonic() - began < 5


def test_the_integration_server_runs_the_readmes_command():
    script = (ROOT / ".ci/run").read_text()
    for readme in ("README.md", "README.ru.md"):
        assert "python3 run.py test " in (ROOT / readme).read_text("utf-8")
    assert '"$python" run.py test ||' in script
    assert "REQUIRE_PG=1 REQUIRE_BROWSER=1" in script
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
