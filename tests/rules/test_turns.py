"""Turns of phrase in lists: whole words, any endings, a few words between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from community.rules import engine
from community.rules.lists import turns_of_file
from community.rules.loader import load
from community.rules.model import Judgement, RuleSet, RuleSetError, Submission
from tests.rules.conftest import TODAY

RULE = (
    "rules:\n- {id: ПРМ-1, v: 1, article: '4.2', severity: 2, mode: live, when: {re: $посыл},"
    " then: [notice], message: 'Обидно: «{match}».', tests: {hit: [идите лесом], miss: [лес]}}\n"
)


def _loaded(tmp_path: Path, lists: str) -> RuleSet:
    file = tmp_path / "rules.yaml"
    file.write_text(f"schema: 1\nlists: {lists}\n{RULE}", encoding="utf-8")
    return load(file, today=TODAY)


def _shown(ruleset: RuleSet, text: str) -> list[str]:
    submission = Submission(text=text, signed_in=True, author_name="Анна Ли")
    hits = engine.judge(ruleset, submission).hits
    return [text[start:end] for hit in hits for start, end in hit.spans]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Шли бы, идите вы, коллега, лесом!", ["идите вы, коллега, лесом"]),
        ("идите лесом", ["идите лесом"]),
        ("Тоже мне умница", ["Тоже мне умница"]),
        ("идите вы все со своим мнением лесом", []),
        ("сидите лесом", []),
        ("идите лесомания", []),
    ],
)
def test_a_turn_is_met_as_whole_words(tmp_path: Path, text: str, shown: list[str]) -> None:
    ruleset = _loaded(tmp_path, '{посыл: {turns: ["(иди|идите) … лесом", "тоже мне умн~"]}}')
    assert _shown(ruleset, text) == shown


def test_two_turns_of_one_list_are_both_shown(tmp_path: Path) -> None:
    ruleset = _loaded(tmp_path, '{посыл: {turns: ["идите лесом", "тоже мне умн~"]}}')
    assert _shown(ruleset, "Тоже мне умник. Идите лесом") == ["Тоже мне умник", "Идите лесом"]


def test_turns_of_a_file_lose_their_comments(tmp_path: Path) -> None:
    (tmp_path / "turns.txt").write_text("# прочь\nидите лесом  # грубо\n\n", encoding="utf-8")
    assert turns_of_file(tmp_path, "turns.txt") == ["идите лесом"]
    ruleset = _loaded(tmp_path, "{посыл: {turns: {file: turns.txt}}}")
    assert _shown(ruleset, "Идите лесом") == ["Идите лесом"]
    assert "turns.txt" not in ruleset.canonical


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        ("{посыл: {turns: {file: nowhere.txt}}}", "nowhere.txt"),
        ("{посыл: {turns: []}}", "turns"),
        ("{посыл: {turns: [а], roots: [б]}}", "turns"),
        ("{посыл: {turns: ['идите (лесом']}}", "не разбирается"),
        ("{посол: {turns: [идите лесом]}}", "посол"),
        ("{посыл: [лес]}", "посыл"),
    ],
)
def test_a_wrong_list_of_turns_is_refused_in_words(tmp_path: Path, lists: str, told: str) -> None:
    with pytest.raises(RuleSetError) as refused:
        _loaded(tmp_path, lists)
    assert told in str(refused.value)


def test_who_tells_comes_before_what_is_told(judged: Callable[..., Judgement]) -> None:
    assert judged("Опять этот идиот пишет").act != "allow"
    assert judged("Мальчик пишет на парте дурак").act == "allow"
