"""The floors: what may import what, as pyproject.toml draws it. The first fence is among them."""

from importlinter import cli

from community.config import ROOT


def test_imports_keep_to_the_floors(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    code = cli.lint_imports(no_cache=True, no_logo=True)

    assert code == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_only_publishing_touches_what_stores_words():
    """The contract «words» keeps the tools of the gate in one floor; this keeps the writing there too."""
    import ast

    writers = {"insert", "update", "delete"}
    tables = {"Entry", "EntryRevision", "VerdictRecord"}
    found = []
    for path in sorted((ROOT / "community").rglob("*.py")):
        if path.parent.name == "publishing":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = getattr(node.args[0], "id", "") if node.args else ""
            if called in tables or (called in writers and first in tables):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []
