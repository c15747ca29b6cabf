"""Versions of rules within a set: what a rule means, what it rests on, the set with some on trial."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from community.rules.model import RuleSet

_MEANING = (
    "v", "when", "unless", "throttle", "then", "on", "ignore", "exempt", "message", "release",
)  # fmt: skip
_INHERITED = ("on", "ignore", "exempt", "release")


@dataclass(frozen=True, slots=True)
class Version:
    """One rule as a set holds it.

    ``meaning`` changes with the rule's own text or ``v``; ``reach`` with the words of its lists too.
    """

    rule: str
    v: int
    mode: str
    meaning: str
    reach: str


def versions(ruleset: RuleSet) -> dict[str, Version]:
    """Every rule of the set by its id."""
    told = versions_of(ruleset.canonical)
    return {rule.id: replace(told[rule.id], mode=rule.mode) for rule in ruleset.rules}


def versions_of(canonical: str) -> dict[str, Version]:
    """Every rule of a stored set by its id; the set need not load with today's engine."""
    data = json.loads(canonical)
    defaults, lists = data.get("defaults") or {}, data.get("lists") or {}
    return {rule["id"]: _version(rule, defaults, lists) for rule in data["rules"]}


def _version(rule: Mapping[str, Any], defaults: Mapping[str, Any], lists: Any) -> Version:
    own = {key: rule[key] for key in _MEANING if rule.get(key) is not None}
    own |= {key: defaults[key] for key in _INHERITED if key not in own and key in defaults}
    meaning = _digest(own)
    used = {name: lists[name] for name in sorted(_lists_of(own, lists))}
    mode = rule.get("mode", defaults.get("mode", "shadow"))
    reach = _digest([meaning, used])
    return Version(rule["id"], rule["v"], "off" if mode is False else mode, meaning, reach)


def _lists_of(value: Any, lists: Any) -> set[str]:
    """The lists that an expression names, and those that they name."""
    found: set[str] = set()
    waiting = list(_named(value))
    while waiting:
        name = waiting.pop()
        if name in lists and name not in found:
            found.add(name)
            waiting.extend(_named(lists[name]))
    return found


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith("$"):
            yield value[1:]
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _named(each)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)


def on_trial(ruleset: RuleSet, rule_ids: frozenset[str]) -> RuleSet:
    """The same set with these rules in shadow: another canonical text, hence another hash.

    The index is shared: nothing is read or compiled anew.
    """
    data = json.loads(ruleset.canonical)
    lowered = {rule.id for rule in ruleset.rules if rule.mode == "live"} & rule_ids
    if not lowered:
        return ruleset
    for told in data["rules"]:
        if told["id"] in lowered:
            told["mode"] = "shadow"
    canonical = canonical_json(data)
    rules = (replace(r, mode="shadow") if r.id in lowered else r for r in ruleset.rules)
    return replace(
        ruleset,
        canonical=canonical,
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
        rules=tuple(rules),
    )


def canonical_json(data: Any) -> str:
    """JSON as a set is hashed and stored."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
