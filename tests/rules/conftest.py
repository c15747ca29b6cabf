"""Rule sets for tests: the shipped one, and small ones written in the test itself."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from community.rules import engine, loader
from community.rules.cases import submission_of
from community.rules.document import Problems
from community.rules.grammar import Grammar
from community.rules.index import TextIndex
from community.rules.model import Judgement, RuleSet, RuleSetError
from community.rules.vocabulary import Lists
from community.rules.words import Forms

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 3, 1)


@pytest.fixture(scope="session")
def shipped() -> RuleSet:
    return loader.load(ROOT / "moderation_rules.yaml", today=TODAY)


@pytest.fixture
def judged(shipped: RuleSet) -> Callable[..., Judgement]:
    def judge(text: str, **facts: Any) -> Judgement:
        return engine.judge(shipped, submission_of({"text": text, **facts}, event="comment"))

    return judge


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def written(text: str) -> Path:
        file = tmp_path / "rules.yaml"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return file

    return written


@pytest.fixture
def rule(write: Callable[[str], Path]) -> Callable[..., RuleSet]:
    """A set of one shadow rule with a given `when` and further keys."""

    def one(when: str, *, more: str = "", then: str = "[notice]", tests: str = "") -> RuleSet:
        tests = tests or "{hit: [нечто], miss: [ничто]}"
        mode = "" if "mode:" in more else "mode: shadow"
        return loader.load(
            write(f"""
schema: 1
lists:
  грубое: [дурак, идиот]
rules:
- id: ПРБ-1
  v: 1
  article: "4.1-проба"
  severity: 2
  {mode}
  when: {when}
  then: {then}
  message: "Проба: {{match}}"
  tests: {tests}
{textwrap.indent(textwrap.dedent(more), "  ")}
"""),
            today=TODAY,
        )

    return one


@pytest.fixture
def refused(write: Callable[[str], Path]) -> Callable[[str], str]:
    """Every problem of a file that must be refused, as one text."""

    def problems(text: str) -> str:
        with pytest.raises(RuleSetError) as caught:
            loader.load(write(text), today=TODAY)
        return str(caught.value)

    return problems


def meets(ruleset: RuleSet, told: Any, event: str = "comment") -> bool | None:
    """Whether the only rule of a set meets a submission: yes, no, or not known."""
    judgement = engine.judge(ruleset, submission_of(told, event=event))
    if judgement.unknown and not (judgement.hits or judgement.shadow_hits):
        return None
    return bool(judgement.hits or judgement.shadow_hits)


def predicates() -> tuple[str, ...]:
    """The names of every predicate of the language."""
    return Grammar(TextIndex(), Lists(), Forms(None), Problems("")).predicates
