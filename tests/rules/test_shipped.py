"""The rules of the first installation: a live one for every clause, and figures that must hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from community.rules import engine, evaluate, loader
from community.rules.model import Judgement, RuleSet, Submission
from tests.rules.conftest import ROOT, TODAY

CLAUSES = (
    "4.1-преследование", "4.1-личные", "4.1-оскорбления", "4.1-угрозы", "4.1-клевета",
    "4.1-авторские права", "4.1-коммерческая тайна", "4.2-вежливость", "4.3-сначала лично",
    "4.4-анонимные комментарии", "4.5-разумное удаление", "1.5-не более 150 участников",
    "6-политическая пропаганда", "6-религиозная пропаганда", "6-пропаганда насилия",
    "6-расизм, национализм, рознь", "6-оскорбление проекта и модераторов", "6-разглашение",
    "6-обсуждение действий вне тем", "6-помехи модераторам",
)  # fmt: skip
EVAL = ROOT / "tests" / "rules" / "eval"


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_clause_has_a_live_rule(shipped: RuleSet, clause: str) -> None:
    assert any(clause in rule.article and rule.mode == "live" for rule in shipped.rules)


def test_every_rule_keeps_its_own_examples(shipped: RuleSet) -> None:
    assert [message for _, _, message in engine.failed_cases(shipped)] == []


def test_every_rule_has_examples_of_both_sorts_and_polite_words(shipped: RuleSet) -> None:
    for rule in shipped.rules:
        assert rule.hit_cases, rule.id
        assert rule.miss_cases, rule.id
        assert len(rule.message) > 30, rule.id
        assert "!" not in rule.message, rule.id


def test_each_rule_is_needed(shipped: RuleSet) -> None:
    """Switching one rule off loses its hit on each of its own examples."""
    for rule in shipped.rules:
        without = _without(shipped, rule.id)
        for case in rule.hit_cases:
            before = {hit.rule for hit in _all_hits(engine.judge(shipped, case.submission))}
            after = {hit.rule for hit in _all_hits(engine.judge(without, case.submission))}
            assert rule.id in before - after, case.submission


def _without(ruleset: RuleSet, rule_id: str) -> RuleSet:
    rules = tuple(rule for rule in ruleset.rules if rule.id != rule_id)
    return RuleSet(hash="", canonical="", label="", rules=rules, index=ruleset.index, warnings=())


def _all_hits(judgement: Judgement) -> tuple[engine.Hit, ...]:
    return (*judgement.hits, *judgement.shadow_hits)


@pytest.mark.parametrize("part", [EVAL, EVAL / evaluate.ASIDE], ids=["tuned on", "kept aside"])
def test_every_group_reaches_its_target(shipped: RuleSet, part: Path) -> None:
    """No rule is changed for the sake of the part kept aside."""
    found = evaluate.scores(shipped, part)
    assert {"toxic", "ordinary", "obscured", "phone"} <= {score.group for score in found}
    assert evaluate.missed_targets(shipped, part) == []
    clauses = [score for score in found if score.group == "clause violations"]
    assert min(score.share for score in clauses) >= 0.5


def test_a_set_that_sees_nothing_misses_its_targets(shipped: RuleSet) -> None:
    blind = RuleSet(hash="", canonical="", label="", rules=(), index=shipped.index, warnings=())
    missed = evaluate.missed_targets(blind, EVAL / evaluate.ASIDE)
    assert any(line.startswith("toxic") for line in missed)
    assert any(line.startswith("clause violations") for line in missed)
    assert any("  below" in line for line in evaluate.report(blind, EVAL, with_misses=False))


def test_a_first_post_of_a_teacher_passes(judged: Callable[..., Judgement]) -> None:
    judgement = judged(
        "Здравствуйте, коллеги! Меня зовут Анна Сергеевна, веду математику в пятых и седьмых "
        "классах Озёрской школы. Рада быть с вами. Подскажите, с чего вы начинаете тему дробей?",
        title="Новый участник: знакомство",
        event="topic",
        posts=0,
        age_days=0,
    )
    assert judgement.act == "allow"
    assert judgement.hits + judgement.shadow_hits == ()


def test_letters_are_judged_without_showing_them(shipped: RuleSet) -> None:
    for rule in shipped.rules:
        if "message" in rule.on:
            assert not {"hold", "alert"} & set(rule.acts)
    letter = Submission(text="Я тебя убью", event="message", signed_in=True, author_name="А Б")
    assert engine.judge(shipped, letter).act == "block"


def test_lists_on_disk_travel_with_the_stored_set(shipped: RuleSet, tmp_path: Path) -> None:
    data = json.loads(shipped.canonical)
    assert not any(isinstance(value, dict) and "file" in value for value in data["lists"].values())
    assert loader.from_canonical(shipped.canonical, today=TODAY).hash == shipped.hash


@pytest.mark.parametrize("size", [20_000])
@pytest.mark.parametrize(
    "piece", ["а", "а*", "8 ", "дурак ", "durak ", "«", "ﷺ", "> а\n", "Иванова украла "]
)
def test_hostile_texts_are_judged(judged: Callable[..., Judgement], piece: str, size: int) -> None:
    assert judged((piece * size)[:size]).act
