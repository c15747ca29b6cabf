"""Why a rule spoke or kept silent: every part of its condition with its answer and its words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from community.rules.document import Problems
from community.rules.expression import All, Facts, Finding, PlaceFilter
from community.rules.grammar import Grammar
from community.rules.lists import read_lists
from community.rules.model import RuleSet, Submission
from community.rules.setting import Setting
from community.rules.told import parts, told
from community.rules.vocabulary import Lists
from community.rules.words import Forms


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a condition: in words, its answer (None: not known), the places it found."""

    words: str
    truth: bool | None
    found: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def why(ruleset: RuleSet, rule_id: str, submission: Submission) -> tuple[Step, Step | None]:
    """The condition of a rule on this text, part by part, and what forgives (`unless`).

    The parts are read into the set's own index, where all of them stand already, so the answers are
    the engine's own.
    """
    rules, lists = _told(ruleset.canonical)
    rule = rules[rule_id]
    grammar = Grammar(ruleset.index, lists, _forms(), Problems("stored"))
    asker = _Asker(grammar, ruleset, submission)
    unless = rule.get("unless")
    return asker.step(rule["when"]), asker.step(unless) if unless else None


@lru_cache(maxsize=4)
def _told(canonical: str) -> tuple[dict[str, Any], Lists]:
    data = json.loads(canonical)
    return {each["id"]: each for each in data["rules"]}, read_lists(
        data.get("lists"), Problems("stored")
    )


@cache
def _forms() -> Forms:
    """Word forms are found once; who asks why once will ask again."""
    return Forms(None)


class _Asker:
    def __init__(self, grammar: Grammar, ruleset: RuleSet, submission: Submission) -> None:
        self._grammar = grammar
        self._submission = submission
        self._reading = ruleset.index.read(submission)
        self._setting = Setting(self._reading.original, submission)

    def step(self, node: Any) -> Step:
        part = self._grammar.part(node, 0)
        if isinstance(part, PlaceFilter):
            return Step(told(node), None)
        finding = self._answer(part)
        return Step(told(node), finding.truth, self._found(finding), self._inner(node))

    def _inner(self, node: Any) -> tuple[Step, ...]:
        inner = parts(node)
        read = [self._grammar.part(each, 0) for each in inner]
        others = tuple(each for each in read if not isinstance(each, PlaceFilter))
        steps = []
        for each, part in zip(inner, read, strict=True):
            if not isinstance(part, PlaceFilter):
                steps.append(self.step(each))
            elif others:
                kept = self._answer(All(others, (part,)))
                steps.append(Step(_of_place(each), kept.truth, self._found(kept)))
        return tuple(steps)

    def _answer(self, part: Any) -> Finding:
        facts = Facts(self._submission, self._reading, self._setting)
        answer: Finding = part.evaluate(facts)
        return answer

    def _found(self, finding: Finding) -> tuple[str, ...]:
        if not finding.truth:
            return ()
        pieces = (
            " ".join(self._reading.original[start:end].split()) for start, end in finding.spans
        )
        return tuple(dict.fromkeys(pieces))[:5]


def _of_place(node: Any) -> str:
    """A filter with what it holds: «кроме случая, когда: это чужие слова»."""
    inner = parts(node)
    return f"{told(node)}: {', '.join(map(_of_place, inner))}" if inner else told(node)
