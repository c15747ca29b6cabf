"""Checkpoints: when they are due, what the letter holds, what an export proves without the site."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from community.audit import chain, checkpoints, export, signing
from community.audit.cli import audit
from community.audit.models import Checkpoint
from community.audit.verify import Fault, verify
from community.core import clock, outbox
from community.core.actor import SYSTEM
from community.core.db import db
from community.core.errors import NotFound

Write = Callable[..., int]


@pytest.fixture
def watchers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """People who get checkpoints by mail."""
    addresses = ["boris@example.org", "galina@example.org"]
    monkeypatch.setattr(checkpoints, "_recipients", [])
    checkpoints.on_checkpoint(lambda: addresses)
    return addresses


def sizes() -> list[int]:
    return list(db.session.scalars(select(Checkpoint.size).order_by(Checkpoint.size)))


def test_a_checkpoint_is_due_after_a_hundred_entries(write: Write) -> None:
    for _ in range(checkpoints.EVERY - 1):
        write(sealed=None)
    checkpoints.checkpoint_when_due()
    assert sizes() == []
    write()
    checkpoints.checkpoint_when_due()
    checkpoints.checkpoint_when_due()
    assert sizes() == [checkpoints.EVERY]


def test_a_checkpoint_is_due_after_a_day(write: Write) -> None:
    with clock.frozen(clock.now()):
        write()
        checkpoints.checkpoint_when_due()
        assert sizes() == []
        clock.travel(timedelta(hours=24))
        checkpoints.checkpoint_when_due()
        clock.travel(timedelta(days=3))
        checkpoints.checkpoint_when_due()  # nothing new, nothing to sign
    assert sizes() == [1]


def test_the_letter_of_a_checkpoint_checks_the_journal(
    write: Write, app: Flask, watchers: list[str], outside: Any, intruder: Any
) -> None:
    write()
    write()
    signed = checkpoints.make()
    outbox.drain()
    letters = sorted(app.extensions["community"].mail_dir.glob("*.eml"))
    assert len(letters) == len(watchers)
    kept = [signing.find_in_letter(file.read_bytes()) for file in letters]
    assert kept == [signed, signed]
    assert verify(outside, kept) is None
    outside.rollback()
    intruder("DELETE FROM audit_seals", "DELETE FROM audit_entries", "DELETE FROM audit_heads",
             "DELETE FROM audit_checkpoints", without_triggers=True)  # fmt: skip
    assert verify(outside, kept) == Fault(1, "tail")


def test_checkpoints_grow_from_one_another(write: Write, outside: Any) -> None:
    """The tree is never read twice, and each root is the root over all leaves all the same."""
    for size in (1, 2, 3, 5, 6, 13):
        while export.head() < size:
            write(sealed=None)
        signed = checkpoints.make()
        assert signed is not None
        assert signed.size == size
    assert verify(outside) is None
    assert db.session.scalar(select(func.count()).select_from(Checkpoint)) == 6


@given(st.integers(1, 70))
def test_every_leaf_is_proven_and_nothing_else(size: int) -> None:
    leaves = [chain.body_hash(str(each)) for each in range(size)]
    tree, root = chain.Tree(leaves), chain.tree_root(leaves)
    for index, leaf in enumerate(leaves):
        path = tree.path(index)
        assert chain.root_from(leaf, index, size, path) == root
        assert chain.root_from(chain.body_hash("other"), index, size, path) != root
        if path:
            assert chain.root_from(leaf, index, size, path[:-1]) != root
        assert chain.root_from(leaf, index, size, [*path, leaf]) is None
    assert chain.root_from(leaves[0], size, size, tree.path(0)) is None


def test_the_tree_is_that_of_rfc_6962() -> None:
    """Its root by the definition: split at the largest power of two below the size."""

    def by_definition(leaves: list[str]) -> str:
        if len(leaves) == 1:
            return leaves[0]
        split = 1 << (len(leaves) - 1).bit_length() - 1
        return chain.parent(by_definition(leaves[:split]), by_definition(leaves[split:]))

    for size in range(1, 40):
        leaves = [chain.body_hash(str(each)) for each in range(size)]
        assert chain.tree_root(leaves) == by_definition(leaves)


def run_verifier(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(folder / "verifier.py"), str(folder), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


@pytest.fixture
def exported(write: Write, tmp_path: Path) -> Path:
    for _ in range(6):
        write()
    folder = tmp_path / "export"
    signed = export.prepare(SYSTEM, first=2, last=5)
    assert signed.size == 7  # the export is in the journal itself
    assert export.write(folder, signed, first=2, last=5) == 4
    return folder


def test_an_export_is_checked_without_the_site(exported: Path) -> None:
    done = run_verifier(exported)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("4 entries are genuine, checkpoint 7 of ")


def test_an_export_holds_no_words_of_people(exported: Path) -> None:
    text = (exported / "journal.jsonl").read_text("utf-8")
    assert "грубиян" not in text
    assert "Борис" not in text


@pytest.mark.parametrize(
    "forgery", ["body", "prev", "proof", "hash", "missing", "signature", "root"]
)
def test_a_forged_export_is_found_without_the_site(exported: Path, forgery: str) -> None:
    file = exported / ("checkpoint.json" if forgery in ("signature", "root") else "journal.jsonl")
    text = file.read_text("utf-8")
    if file.suffix == ".json":
        value = json.loads(text)
        value[forgery] = _flipped(value[forgery])
        file.write_text(json.dumps(value), "utf-8")
    else:
        lines = [json.loads(line) for line in text.splitlines()]
        _forge(lines, forgery)
        file.write_text(
            "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8"
        )
    assert run_verifier(exported).returncode == 1


def _forge(lines: list[dict[str, Any]], forgery: str) -> None:
    if forgery == "missing":
        del lines[1]
    elif forgery == "body":
        lines[1]["body"] = lines[1]["body"].replace("4.1-оскорбления", "4.1-угрозы")
    elif forgery == "proof":
        lines[1]["proof"][0] = _flipped(lines[1]["proof"][0])
    else:
        lines[1][forgery] = _flipped(lines[1][forgery])


def _flipped(value: str) -> str:
    return ("1" if value[0] == "0" else "0") + value[1:]


def test_a_kept_letter_is_held_against_an_export(
    exported: Path, write: Write, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    shutil.copy(exported / "checkpoint.json", kept)
    assert run_verifier(exported, str(kept)).returncode == 0
    other = signing.sign(
        b"\1" * 32, size=3, at="2026-01-01T00:00:00.000000Z", root="a" * 64, head="b" * 64
    )
    kept.write_text(json.dumps(other.as_json()), "utf-8")
    assert "another key" in run_verifier(exported, str(kept)).stderr


def test_the_verifier_agrees_with_the_library_on_signatures() -> None:
    from community.audit import verifier

    for secret in (b"\0" * 32, b"\1" * 32, bytes(range(32))):
        made = signing.sign(
            secret, size=1, at="2026-01-01T00:00:00.000000Z", root="a" * 64, head="b" * 64
        )
        said = chain.canon(["journal", made.size, made.at, made.root, made.head])
        key, signature = bytes.fromhex(made.key), bytes.fromhex(made.signature)
        assert verifier.is_signed(key, said, signature)
        assert not verifier.is_signed(key, said + b"x", signature)
        assert not verifier.is_signed(key, said, bytes([signature[0] ^ 1]) + signature[1:])
        assert not verifier.is_signed(key, said, signature[:-1])


def test_an_author_gets_the_proof_of_their_decision(write: Write) -> None:
    for _ in range(3):
        write()
    with pytest.raises(NotFound):
        export.prove(2, with_words=False)
    checkpoints.make()
    made = export.prove(2, with_words=True)
    leaf, point = made["hash"], made["checkpoint"]
    assert chain.root_from(leaf, 1, point["size"], made["proof"]) == point["root"]
    words = made["words"]["text"]
    assert words["text"] == "Ну вы и грубиян"
    assert json.loads(made["body"])["sealed"]["text"] == chain.seal_hash(
        words["salt"], words["text"]
    )
    assert "words" not in export.prove(2, with_words=False)
    for wrong in (0, 4, 10**6):
        with pytest.raises(NotFound):
            export.prove(wrong, with_words=False)


# The command line --------------------------------------------------------------------------------


def call(*arguments: str) -> tuple[int, str]:
    db.session.rollback()
    done = CliRunner().invoke(audit, list(arguments))
    return done.exit_code, done.output


def test_verify_says_all_is_well(six: list[int]) -> None:
    code, said = call("verify")
    assert code == 0
    assert "Журнал верен: записей 6" in said


def test_verify_names_the_first_bad_number(six: list[int], intruder: Any) -> None:
    intruder("UPDATE audit_entries SET kind = 'entry.held' WHERE number = 5", without_triggers=True)
    code, said = call("verify")
    assert code == 1
    assert "5 (hash)" in said


def test_verify_takes_a_saved_letter(
    write: Write, app: Flask, watchers: list[str], intruder: Any
) -> None:
    write()
    write()
    assert call("checkpoint")[0] == 0
    outbox.drain()
    letter = min(app.extensions["community"].mail_dir.glob("*.eml"))
    assert call("verify", "--checkpoint", str(letter))[0] == 0
    intruder("DELETE FROM audit_seals", "DELETE FROM audit_checkpoints", "DELETE FROM audit_heads",
             "DELETE FROM audit_entries", without_triggers=True)  # fmt: skip
    assert call("verify")[0] == 0  # an empty journal, for those who kept nothing
    code, said = call("verify", "--checkpoint", str(letter))
    assert code == 1
    assert "1 (tail)" in said


def test_a_changed_key_is_told_by_the_operator(six: list[int], app: Flask) -> None:
    earlier = checkpoints.make()
    assert earlier is not None
    app.extensions["community"].audit_signing_key_file.write_text("ab" * 32)
    code, said = call("verify")
    assert (code, "6 (signature)" in said) == (1, True)
    assert call("verify", "--key", earlier.key)[0] == 0


def test_verify_refuses_a_file_that_holds_no_checkpoint(six: list[int], tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("привет {", "utf-8")
    code, said = call("verify", "--checkpoint", str(tmp_path / "x.txt"))
    assert code == 2
    assert "нет отметки" in said


def test_verify_warns_of_a_missing_guard(six: list[int], intruder: Any) -> None:
    where = "" if db.engine.dialect.name == "sqlite" else " ON audit_entries"
    intruder(f"DROP TRIGGER audit_entries_no_delete{where}")
    code, said = call("verify")
    assert code == 0
    assert "audit_entries_no_delete" in said


def test_export_and_prove_by_command(six: list[int], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    code, said = call("export", str(folder), "--from", "2", "--to", "4")
    assert (code, "Записано: 3" in said) == (0, True), said
    assert run_verifier(folder).returncode == 0
    assert call("export", str(folder))[0] == 1  # never over another export
    code, said = call("prove", "3")
    assert code == 0
    assert json.loads(said)["number"] == 3
    code, said = call("prove", "999")
    assert (code, "№ 999" in said) == (1, True)
    assert call("export", str(tmp_path / "none"), "--from", "500")[0] == 1


def test_an_empty_journal_has_nothing_to_sign(app: Flask) -> None:
    code, said = call("checkpoint")
    assert (code, "пуст" in said) == (1, True)
    assert call("verify")[0] == 0
