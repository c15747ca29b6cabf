"""docs/rules.md says everything and nothing untrue: its examples load and keep their own tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from community.rules import engine, loader
from community.rules.asking import AUTHOR_KEYS, COUNT_KEYS, PARTIES
from community.rules.circumstances import is_condition
from community.rules.detectors.registry import DETECTORS
from community.rules.grammar import TOWARD
from community.rules.model import ACTS, EVENTS, MODES, OFFERS, SPACES
from community.rules.rule import KEYS, PLACEHOLDERS
from community.rules.shapes import SHAPES
from tests.rules.conftest import ROOT, TODAY

PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_loads_and_keeps_its_tests(number: int, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(EXAMPLES[number], encoding="utf-8")
    ruleset = loader.load(file, today=TODAY)
    assert ruleset.rules
    assert list(engine.failed_cases(ruleset)) == []


@pytest.mark.parametrize(
    "word",
    sorted(
        {*KEYS, *ACTS, *EVENTS, *SPACES, *MODES, *OFFERS, *DETECTORS, *SHAPES, *TOWARD, *PARTIES}
        | {*AUTHOR_KEYS, *COUNT_KEYS, *PLACEHOLDERS, *loader.TOP_KEYS}
    ),
)
def test_every_word_of_the_language_is_described(word: str) -> None:
    assert re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`", PAGE), word


def test_every_condition_of_a_field_is_described() -> None:
    told = [word for word in re.findall(r"`(\w+)`", PAGE) if is_condition(word)]
    assert {"empty", "filled", "not_in_text", "shorter_than_20", "disagreement"} <= set(told)
