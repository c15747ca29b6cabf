"""A rule's own examples, run as the page is drawn."""

from dataclasses import dataclass

from community.rules import engine
from community.rules.model import RuleSet


@dataclass(frozen=True, slots=True)
class Example:
    """One text that the rule must or must not meet, and whether it keeps to that."""

    text: str
    must_hit: bool
    is_kept: bool
    line: int


def examples(rules: RuleSet, rule_id: str) -> list[Example]:
    """Run every inline test of a rule, whatever its mode."""
    rule = rules.rule(rule_id)
    return [
        Example(
            text=case.submission.text or case.submission.event,
            must_hit=must_hit,
            is_kept=engine.meets(rules, rule, case.submission) is must_hit,
            line=case.line,
        )
        for must_hit, cases in ((True, rule.hit_cases), (False, rule.miss_cases))
        for case in cases
    ]
