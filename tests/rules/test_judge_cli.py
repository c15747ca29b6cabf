from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from community.rules import cli, judge_cli
from tests.rules.conftest import ROOT

RULES = ROOT / "moderation_rules.yaml"


def judged(*lines: str) -> list[dict[str, object]]:
    out = io.StringIO()
    assert judge_cli.main(io.StringIO("\n".join(lines) + "\n"), out, RULES) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_line_for_each_line() -> None:
    first, second = judged('{"id": 1, "text": "Ты дурак"}', '{"id": "b", "text": "Добрый день"}')
    assert first["id"] == 1
    assert first["act"] == "hold"
    assert {"rule", "v", "article", "spans", "mode"} <= set(first["hits"][0])  # type: ignore[index]
    assert second == {"id": "b", "act": "allow", "hits": [], "message": ""}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "не читается как JSON"),
        ("[1]", "объектом JSON"),
        ('{"id": 5}', "«text» должно быть строкой"),
        ('{"id": 5, "text": 7}', "«text» должно быть строкой"),
        ('{"id": 5, "text": "а", "event": "komment"}', "события «komment» не существует"),
        ('{"id": 5, "text": "а", "event": []}', "события «[]» не существует"),
        ('{"id": 5, "text": "а", "space": "lessn"}', "может быть, «lesson»"),
        ('{"id": 5, "text": "а", "author": 1.5}', "«author»"),
        ('{"id": 5, "text": "а", "members": "много"}', "целым числом"),
        ('{"id": 5, "text": "а", "counts": [1]}', "объектом с числами"),
        ('{"id": 5, "text": "а", "signed_in": "да"}', "true или false"),
        ('{"id": 5, "text": "а", "parties": 3}', "списком строк"),
    ],
)
def test_a_bad_line_gets_an_error_and_the_next_is_judged(line: str, words: str) -> None:
    error, good = judged(line, '{"id": 6, "text": "Ты дурак"}')
    assert words in str(error["error"])
    assert good["act"] == "hold"


def test_circumstances_are_heard() -> None:
    acts = [
        answer["act"]
        for answer in judged(
            '{"text": "Класс!", "author": null}',
            '{"text": "Класс!", "author": {"name": "Аноним"}}',
            '{"text": "Класс!", "author": {"name": "Анна Ли", "signed_in": true}}',
            '{"text": "", "event": "join", "members": 150}',
            '{"text": "", "event": "join", "members": 149}',
            '{"text": "файл", "event": "upload", "licence": ""}',
            '{"text": "Ответьте!", "counts": {"comment": 6}}',
            '{"text": "Почему модератор удалил мой комментарий?", "space": "moderation_topic"}',
            '{"text": "Ты дурак", "event": "moderator_delete", "article": "4.1", "quote": "дурак",'
            ' "reason": "грубость в адрес автора урока"}',
            '{"text": "Приём слаб", "event": "moderator_delete", "article": "4.1", "quote": "нет",'
            ' "reason": "грубость в адрес автора урока"}',
        )
    ]
    assert acts == [
        "refuse", "refuse", "allow", "refuse", "allow", "require_licence", "cooldown", "allow",
        "allow", "refuse",
    ]  # fmt: skip


def test_strange_characters_come_through() -> None:
    (answer,) = judged('{"id": "\\ud800", "text": "\\ud800\\u0000\\u202e ты дурак"}')
    assert answer["act"] == "hold"


def test_broken_rules_are_told_and_nothing_is_judged(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("schema: 1\nrulez: []\n", encoding="utf-8")
    result = CliRunner().invoke(cli.rules, ["judge", "--rules", str(file)], input='{"text": "а"}\n')
    assert result.exit_code == 1
    assert "rules.yaml:2:" in result.output
    assert "может быть, «rules»" in result.output


@pytest.mark.parametrize("command", ["lint", "test", "eval"])
def test_commands_speak(command: str) -> None:
    result = CliRunner().invoke(cli.rules, [command, "--rules", str(RULES)])
    assert result.exit_code == 0, result.output
    assert {"lint": "Отпечаток набора", "test": ", 0 failed", "eval": "obscured"}[
        command
    ] in result.output


def test_failing_examples_of_shadow_rules_fail_the_test_command(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        "schema: 1\nrules:\n- {id: АА-1, v: 1, article: x, severity: 1, when: {lemma: [кот]}, "
        "then: [notice], message: м, tests: {hit: [пёс], miss: [конь]}}\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(cli.rules, ["test", "--rules", str(file)])
    assert result.exit_code == 1
    assert "1 passed, 1 failed" in result.output


def test_lint_wants_a_higher_version_for_a_changed_rule(tmp_path: Path) -> None:
    text = (
        "schema: 1\nrules:\n- {id: АА-1, v: 1, article: x, severity: 1, when: {lemma: [кот]}, "
        "then: [notice], message: м, tests: {hit: [кот], miss: [конь]}}\n"
    )
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(text, encoding="utf-8")
    new.write_text(text.replace("[notice]", "[hold]"), encoding="utf-8")
    command = ["lint", "--rules", str(new), "--against", str(old)]
    assert CliRunner().invoke(cli.rules, command).exit_code == 1
    new.write_text(text.replace("[notice]", "[hold]").replace("v: 1", "v: 2"), encoding="utf-8")
    assert CliRunner().invoke(cli.rules, command).exit_code == 0
