"""Which rules were in force when: the journal knows every set, and every broken file (rules, §7)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.core.db import db
from community.publishing import ruleset
from tests.conftest import site
from tests.world import rules_in_force


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    """A rule file of this test's own, small enough to be read often."""
    file = tmp_path / "rules.yaml"
    _write(file, "первая")
    return file


@pytest.fixture
def app(app, rules_file):
    """The known site, reading this test's rules."""
    app.extensions["community"] = replace(app.extensions["community"], rules_file=rules_file)
    return app


def _write(file: Path, label: str, then: str = "[notice]") -> None:
    file.write_text(
        f"""schema: 1
ruleset: "{label}"
rules:
- id: ПРБ-1
  v: 1
  article: "4.2-вежливость"
  title: "Проба"
  severity: 1
  mode: live
  on: [post, comment, edit, topic]
  when: {{lemma: [ерунда]}}
  then: {then}
  message: "Слово «{{match}}» ни о чём не говорит."
  tests: {{hit: ["Ерунда какая"], miss: ["Дело"]}}
""",
        "utf-8",
    )


def _look(app) -> None:
    with app.app_context():
        app.extensions["rules"].looked = 0.0
        ruleset.note_in_journal()
        db.session.remove()


def _told(app, kind: str) -> list[dict]:
    with app.app_context():
        rows = select(AuditEntry.body).where(AuditEntry.kind == kind).order_by(AuditEntry.number)
        return [json.loads(body) for body in db.session.scalars(rows)]


def test_a_set_is_told_once_and_again_when_it_comes_back(app, rules_file):
    before = len(_told(app, "rules.loaded"))  # the known people were made under the shipped set
    for _time in range(3):
        _look(app)
    first = _told(app, "rules.loaded")[before:]
    assert [(each["rules"], each["live"], each["shadow"]) for each in first] == [
        (1, 0, 1)
    ]  # on trial

    _write(rules_file, "вторая редакция")
    _look(app)
    _write(rules_file, "первая")
    _look(app)
    told = _told(app, "rules.loaded")[before:]
    assert [each["rule_set"] for each in told] == [
        first[0]["rule_set"], told[1]["rule_set"], first[0]["rule_set"],
    ]  # fmt: skip
    assert told[1]["previous_set"] == first[0]["rule_set"]
    assert told[2]["previous_set"] == told[1]["rule_set"]


def test_the_set_is_in_the_journal_before_the_first_decision_by_it(app, town, anna, forum_of):
    _write(Path(app.extensions["community"].rules_file), "третья редакция", "[block]")
    rules_in_force(app)
    topic = forum_of(town).open(anna)
    anna.post(f"/c/priozersk/topics/{topic}/reply", {"body": "Ерунда какая"})
    with app.app_context():
        rows = db.session.execute(
            select(AuditEntry.kind, AuditEntry.body).order_by(AuditEntry.number.desc()).limit(5)
        ).all()
    kinds = [row.kind for row in rows]
    assert kinds.index("entry.blocked") < kinds.index("rules.loaded")  # newest first
    bodies = {row.kind: json.loads(row.body) for row in reversed(rows)}
    assert bodies["entry.blocked"]["rule_set"] == bodies["rules.loaded"]["rule_set"]


def test_a_broken_file_changes_nothing_and_is_told_once(app, rules_file):
    _look(app)
    before = _told(app, "rules.loaded")
    with app.app_context():
        good = ruleset.in_force().hash
    rules_file.write_text("schema: 1\nruleset: x\nrulez: []\n", "utf-8")
    for _time in range(2):
        _look(app)
    with app.app_context():
        assert ruleset.in_force().hash == good
        assert "rulez" in ruleset.problem()
    assert len(_told(app, "rules.refused")) == 1
    assert _told(app, "rules.refused")[0]["problems"] >= 1
    assert _told(app, "rules.loaded") == before

    rules_file.write_text("schema: 1\nruleset: x\nrulezz: []\n", "utf-8")
    _look(app)
    assert len(_told(app, "rules.refused")) == 2


def test_a_second_process_says_nothing_new(app, database_url, tmp_path, rules_file):
    _look(app)
    told = _told(app, "rules.loaded")
    other = site(database_url, tmp_path / "other", RULES_FILE=str(rules_file))
    _look(other)
    assert _told(other, "rules.loaded") == told


@pytest.fixture
def forum_of():
    from tests.topics.conftest import Forum

    return Forum
