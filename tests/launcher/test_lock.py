"""What is installed is what the lock names: the exported files equal it, and nothing is undeclared."""

import ast
import re
import sys
import tomllib
from importlib import metadata

import pytest

from community.config import ROOT

LOCK = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FILES = sorted(ROOT.glob("requirements*.txt"))
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"sha256:[0-9a-f]{64}")


def locked():
    return {(each["name"], each["version"]): each for each in LOCK["package"]}


def hashes(package):
    files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
    return {file["hash"] for file in files}


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.name)
def test_every_pin_is_that_of_the_lock_with_all_its_hashes(file):
    packages = locked()
    blocks = re.split(r"\n(?=[\w])", file.read_text("utf-8").strip())
    for block in blocks:
        name, version = PIN.match(block).groups()
        assert set(HASH.findall(block)) == hashes(packages[name, version]), name
    assert blocks


def test_every_dependency_of_the_project_is_in_the_runtime_file():
    pinned = {name for name, _ in PIN.findall((ROOT / "requirements.txt").read_text("utf-8"))}
    for wanted in PROJECT["project"]["dependencies"]:
        assert re.match(r"[\w.-]+", wanted).group() in pinned


def test_the_lock_was_made_from_this_project_file():
    mine = next(each for each in LOCK["package"] if each["name"] == PROJECT["project"]["name"])
    declared = {re.match(r"[\w.-]+", each).group() for each in PROJECT["project"]["dependencies"]}
    assert {each["name"] for each in mine["dependencies"]} == declared


def test_the_lock_names_only_the_public_index():
    """A mirror or a folder of the machine where it was made would be of no use elsewhere."""
    text = (ROOT / "uv.lock").read_text("utf-8")
    hosts = set(re.findall(r"\bhttps?://([^/\"]+)", text))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
    assert "file://" not in text
    assert all(
        "==" in line or "--hash" in line for file in FILES for line in file.read_text().splitlines()
    )


def names(node):
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module.split(".")[0]]
    return []


def imported(folder):
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            yield from ((file, name) for name in names(node))


def test_what_the_product_imports_is_declared():
    """A package that happens to come with another may leave with it."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    wanted = [*PROJECT["project"]["dependencies"], *(each for extra in extras for each in extra)]
    declared = {re.match(r"[\w.-]+", each).group() for each in wanted}
    owners = metadata.packages_distributions()
    undeclared = {
        (str(file.relative_to(ROOT)), module)
        for file, module in imported("community")
        if module not in sys.stdlib_module_names
        and module != "community"
        and not {name.lower().replace("_", "-") for name in owners.get(module, [module])} & declared
    }
    assert undeclared == set()


def test_an_extra_is_imported_only_where_it_is_asked_for():
    """An installation without it starts all the same."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    optional = {re.match(r"[\w.-]+", each).group() for extra in extras for each in extra}
    assert optional
    for file in (ROOT / "community").rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        inside = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
        }
        at_once = {
            name for node in ast.walk(tree) if id(node) not in inside for name in names(node)
        }
        assert not at_once & optional, file


def test_what_is_declared_is_used():
    used = {module for _file, module in imported("community")}
    owners = metadata.packages_distributions()
    names = {name.lower().replace("_", "-") for module in used for name in owners.get(module, ())}
    indirect = {
        "pymorphy3-dicts-ru",  # data of pymorphy3
        "tzdata",              # time zones where the system has none
        "email-validator",     # WTForms asks for it
        "simple-websocket",    # the transport of Flask-SocketIO
    }  # fmt: skip
    declared = {re.match(r"[\w.-]+", each).group() for each in PROJECT["project"]["dependencies"]}
    assert declared - names - indirect == set()
