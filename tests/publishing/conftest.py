"""The forum to write in, and rules of a test's own to write under."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from community.publishing import ruleset
from tests.topics.conftest import Forum, forum
from tests.world import rules_in_force

__all__ = ["Forum", "forum", "put_rules"]

RULE = """schema: 1
ruleset: "проба"
rules:
- id: ПРБ-1
  v: {v}
  article: "4.2-вежливость"
  title: "Проба"
  severity: 2
  mode: {mode}
  on: {on}
  when: {when}
  then: {then}
  message: {message}
  tests: {{hit: [{hit}], miss: ["Сад"]}}
"""

KNOWN = (
    "{{text: {}, sharp: 99, earlier_hits: {{ПРБ-1: 99}}, "
    "counts: {{comment: 9999, report: 9999, message: 9999}}}}"
)
"""Circumstances in which a rule that counts is met: the inline tests are not these tests' matter."""


@pytest.fixture
def put_rules(app: Flask, tmp_path: Path) -> Callable[..., None]:
    """Put a set of one rule (or a whole file) in force; its inline tests are not this test's matter."""
    file = tmp_path / "rules.yaml"

    def put(
        text: str = "", *, more: str = "", hit: str = "Дело", told: str = "", **keys: object
    ) -> None:
        whole = {"v": 1, "mode": "live", "on": "[post, comment, edit, topic]", "then": "[notice]"}
        whole |= {"message": '"Проба «{match}»."', "hit": told or KNOWN.format(hit)} | keys
        made = text or RULE.format(**whole) + (f"  {more}\n" if more else "")
        file.write_text(made, encoding="utf-8")
        rules_in_force(app, file)
        with app.app_context():
            assert ruleset.problem() == ""

    return put
