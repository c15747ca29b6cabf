"""A rule file of the test's own in the known community, and people who meet it."""

from __future__ import annotations

from pathlib import Path

import pytest

from community.core.db import db
from community.publishing import ruleset
from tests.topics.conftest import Forum
from tests.world import rules_in_force

HEAD = """# Правила этого сообщества. Этот комментарий должен остаться.
schema: 1
ruleset: "Проба"
lists:
  пустое: [ерунда]   # и этот

rules:
# ---- Вежливость
"""


def rule(
    v: int = 1,
    *,
    name: str = "ПРБ-1",
    mode: str = "live",
    then: str = "[hold]",
    words: str = "$пустое",
) -> str:
    """A rule as it stands in the file."""
    return f"""- id: {name}
  v: {v}
  article: "4.2-вежливость"
  title: "Пустое слово"
  severity: 1
  mode: {mode}
  on: [post, comment, edit, topic]
  when: {{lemma: {words}}}  # о чём это
  then: {then}
  message: "Слово «{{match}}» ни о чём не говорит."
  tests: {{hit: ["Ерунда какая"], miss: ["Дело"]}}
"""


OTHER = """# ---- Другое
- id: ПРБ-2
  v: 1
  article: "4.2-вежливость"
  title: "Чушь"
  severity: 2
  mode: live
  on: [post, comment, edit, topic]
  when: {lemma: [чушь]}
  then: [notice]
  message: "Слово «{match}»."
  tests: {hit: ["Чушь"], miss: ["Дело"]}
"""


def written(file: Path, *rules: str) -> None:
    """Write the file anew, as a person does by hand."""
    file.write_text(HEAD + "\n".join(rules or (rule(), OTHER)), "utf-8")


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    file = folder / "moderation_rules.yaml"
    written(file)
    return file


@pytest.fixture
def app(app, rules_file):
    """The known site under this test's rules, all of them in force."""
    rules_in_force(app, rules_file)
    return app


@pytest.fixture
def forum(town) -> Forum:
    return Forum(town)


@pytest.fixture
def topic(forum, boris) -> int:
    return forum.open(boris)


def mode_of(app, name: str = "ПРБ-1") -> str:
    """The mode in which a rule judges now."""
    with app.app_context():
        ruleset.look_again()
        mode = ruleset.in_force().rule(name).mode
        db.session.remove()
        return mode
