"""Nothing of the language and nothing of the shipped rules can break without a test that says so.

Every predicate is made to answer always yes and always no, every rule is spoilt in every way: the
tables of test_predicates and the inline tests of the rules must notice each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from community.rules import engine
from community.rules.expression import Expression, FactLeaf, Facts, Finding, PlaceFilter
from community.rules.grammar import Grammar
from community.rules.model import Rule, RuleSet
from tests.rules.conftest import ROOT, meets, predicates
from tests.rules.test_predicates import FACTS, TABLE

Make = Callable[..., RuleSet]


@dataclass(frozen=True, slots=True)
class Stuck:
    """A predicate that always gives one answer, at the whole of the text."""

    inner: Expression
    answer: bool

    @property
    def trigger(self) -> frozenset[int] | None:
        return self.inner.trigger

    @property
    def depth(self) -> int:
        return self.inner.depth

    @property
    def leaves(self) -> int:
        return self.inner.leaves

    def evaluate(self, facts: Facts) -> Finding:
        whole = ((0, len(facts.reading.original)),)
        return Finding(self.answer, whole if self.answer else ())


def stuck(part: Any, answer: bool) -> Any:
    if isinstance(part, PlaceFilter):
        return PlaceFilter(lambda _facts, _span: answer, part.depth, part.leaves)
    return Stuck(part, answer)


def asked_always(ruleset: RuleSet) -> RuleSet:
    """The same set without the shortcut past rules none of whose words were found."""
    return replace(ruleset, rules=tuple(replace(rule, trigger=None) for rule in ruleset.rules))


def rows(name: str) -> Iterator[tuple[str, Any, bool]]:
    for when, hits, misses in TABLE:
        if f"{name}:" in when:
            yield from ((when, told, True) for told in hits)
            yield from ((when, told, False) for told in misses)
    for when, hit, miss, _unknown in FACTS:
        if f"{name}:" in when:
            yield when, {"text": "текст", **hit}, True
            yield when, {"text": "текст", **miss}, False


@pytest.mark.parametrize("answer", [True, False])
@pytest.mark.parametrize("name", predicates())
def test_a_stuck_predicate_is_noticed(
    rule: Make, monkeypatch: pytest.MonkeyPatch, name: str, answer: bool
) -> None:
    made: dict[str, RuleSet] = {}
    assert all(meets(made.setdefault(w, rule(w)), told) is right for w, told, right in rows(name))
    read = Grammar.part

    def part(grammar: Grammar, data: Any, line: int) -> Any:
        found = read(grammar, data, line)
        return stuck(found, answer) if name in data else found

    monkeypatch.setattr(Grammar, "part", part)
    spoilt = {when: asked_always(rule(when)) for when in made}
    assert [told for when, told, right in rows(name) if meets(spoilt[when], told) is not right]


# The shipped rules ------------------------------------------------------------------------------

SHIPPED = ROOT / "moderation_rules.yaml"
NAMES = [rule["id"] for rule in __import__("yaml").safe_load(SHIPPED.read_text("utf-8"))["rules"]]
YES, NO = FactLeaf(lambda _facts: True), FactLeaf(lambda _facts: False)


def failures(ruleset: RuleSet, rule: Rule) -> list[str]:
    """What the inline tests of one rule say of it, spoilt; they ask the engine itself."""
    return [
        case.submission.text
        for cases, right in ((rule.hit_cases, True), (rule.miss_cases, False))
        for case in cases
        if engine.meets(ruleset, rule, case.submission) is not right
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_spoilt_rule_fails_its_own_tests(shipped: RuleSet, name: str) -> None:
    rule = shipped.rule(name)
    assert failures(shipped, rule) == []
    assert failures(shipped, replace(rule, when=NO, trigger=None)), "deaf"
    assert failures(shipped, replace(rule, when=YES, trigger=None)), "blind"
    if rule.unless is not None:
        assert failures(shipped, replace(rule, unless=None)), "merciless"
        assert failures(shipped, replace(rule, unless=YES)), "merciful"


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_is_switched_off_is_missed(shipped: RuleSet, name: str) -> None:
    """Its hits are judged by the whole set: with the rule they name it, without it they do not."""
    rule = shipped.rule(name)
    without = replace(
        shipped, rules=tuple(replace(r, mode="off") if r is rule else r for r in shipped.rules)
    )
    for case in rule.hit_cases:
        assert name in spoken(shipped, case.submission)
        assert name not in spoken(without, case.submission)


def spoken(ruleset: RuleSet, submission: Any) -> set[str]:
    judgement = engine.judge(ruleset, submission)
    return {hit.rule for hit in (*judgement.hits, *judgement.shadow_hits)}
