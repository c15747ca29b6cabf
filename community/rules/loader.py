"""The file of rules, read strictly: a set that loads is a set that works.

What is refused is refused with file, line and words; the set in force stays in force.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from community.rules import anchors
from community.rules.document import Problems, line_of, parse
from community.rules.engine import failed_cases
from community.rules.grammar import Grammar
from community.rules.index import TextIndex
from community.rules.lists import read_lists
from community.rules.model import ENGINE_VERSION, Problem, Rule, RuleSet, RuleSetError, Submission
from community.rules.patterns import PatternError
from community.rules.rule import read_defaults, read_rule
from community.rules.versions import canonical_json
from community.rules.vocabulary import Lists
from community.rules.words import Forms

TOP_KEYS = ("schema", "ruleset", "defaults", "lists", "rules")
SCHEMA = 1


def load(path: Path | str, *, today: date, cache_dir: Path | None = None) -> RuleSet:
    """The set of a file, or RuleSetError with every problem found.

    `cache_dir` keeps word forms and the proof that this very set passed its inline tests.
    """
    path = Path(path)
    problems = Problems(path.name)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = "не в кодировке UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        problems.add(1, f"файл не читается: {reason}")
        raise RuleSetError(tuple(problems.found)) from None
    return load_text(text, path, today=today, cache_dir=cache_dir)


def load_text(text: str, path: Path, *, today: date, cache_dir: Path | None = None) -> RuleSet:
    """The set of a text as if it stood at `path`: list files are looked for beside it."""
    problems = Problems(path.name)
    data = parse(text, problems)
    if isinstance(data, dict) and isinstance(data.get("lists"), dict):
        read_files(data["lists"], path.parent, problems)
    return _built(data, problems, today=today, cache_dir=cache_dir)


def from_canonical(canonical: str, *, today: date, cache_dir: Path | None = None) -> RuleSet:
    """A set from its stored text: the same hash, the same judgements."""
    return _built(json.loads(canonical), Problems("stored"), today=today, cache_dir=cache_dir)


def stored(canonical: str, *, today: date, cache_dir: Path | None = None) -> RuleSet:
    """A set that was in force once, from its stored text; its tests passed on the day it was loaded."""
    return _read(json.loads(canonical), Problems("stored"), today=today, cache_dir=cache_dir)


def read_files(lists: dict[str, Any], folder: Path, problems: Problems) -> None:
    """Put the words and the turns of phrase of `file:` lists in their place."""
    from community.rules.lists import turns_of_file, words_of_file

    for name, value in lists.items():
        if not (isinstance(value, Mapping) and len(value) == 1):
            continue
        turns = value.get("turns")
        if "file" in value:
            found, told = words_of_file(folder, value["file"]), value["file"]
        elif isinstance(turns, Mapping) and set(turns) == {"file"}:
            found, told = turns_of_file(folder, turns["file"]), turns["file"]
        else:
            continue
        if found is None:
            line = getattr(lists, "lines", {}).get(name, 0)
            problems.add(line, f"файл списка «{told}» не читается")
        lists[name] = (found or []) if "file" in value else {"turns": found or ["-"]}


def _built(data: Any, problems: Problems, *, today: date, cache_dir: Path | None) -> RuleSet:
    ruleset = _read(data, problems, today=today, cache_dir=cache_dir)
    _prove(ruleset, problems, cache_dir)
    return ruleset


def _read(data: Any, problems: Problems, *, today: date, cache_dir: Path | None) -> RuleSet:
    if not isinstance(data, dict):
        if not problems.found:
            problems.add(1, "файл должен начинаться с ключей schema, lists, rules")
        raise RuleSetError(tuple(problems.found))
    _check_top(data, problems)
    forms = Forms(cache_dir)
    index = TextIndex()
    grammar = Grammar(index, read_lists(data.get("lists"), problems), forms, problems)
    rules = _rules(data, grammar, today)
    _check_unused(grammar.lists, grammar.used, data, problems)
    if problems.found:
        raise RuleSetError(tuple(sorted(problems.found, key=lambda p: p.line)))
    anchors.recall(cache_dir)
    try:
        index.close()
    except PatternError as error:
        problems.add(1, f"шаблоны вместе не собираются: {error}")
        raise RuleSetError(tuple(problems.found)) from None
    forms.save()
    anchors.keep(cache_dir, index.patterns())
    canonical = _canonical(data)
    return RuleSet(
        hash=hashlib.sha256(canonical.encode()).hexdigest(),
        canonical=canonical,
        label=str(data.get("ruleset", "")),
        rules=tuple(sorted(rules, key=lambda rule: (-rule.severity, rule.id))),
        index=index,
        warnings=tuple(problems.warned),
    )


def _check_top(data: dict[str, Any], problems: Problems) -> None:
    for key in data:
        if key not in TOP_KEYS:
            problems.unknown(getattr(data, "lines", {}).get(key, 1), "ключа", key, TOP_KEYS)
    if data.get("schema") != SCHEMA:
        problems.add(getattr(data, "lines", {}).get("schema", 1), f"нужен ключ «schema: {SCHEMA}»")
    if not isinstance(data.get("rules"), list) or not data["rules"]:
        problems.add(1, "нужен непустой список «rules»")


def _rules(data: dict[str, Any], grammar: Grammar, today: date) -> list[Rule]:
    defaults = read_defaults(data.get("defaults"), grammar.problems)
    rules: list[Rule] = []
    lines: dict[str, int] = {}
    told = data.get("rules")
    for at, item in enumerate(told if isinstance(told, list) else []):
        line = line_of(told, at)
        rule = read_rule(item, line, defaults, grammar, today)
        if rule is None:
            continue
        if rule.id in lines:
            grammar.problems.add(line, f"правило {rule.id} уже есть в строке {lines[rule.id]}")
        lines[rule.id] = line
        rules.append(rule)
    return rules


def _check_unused(lists: Lists, used: set[str], data: dict[str, Any], problems: Problems) -> None:
    lines = getattr(data.get("lists"), "lines", {})
    for name in [*lists.words, *lists.roots, *lists.turns]:
        if name not in used:
            problems.warn(lines.get(name, 1), f"список «{name}» не нужен ни одному правилу")


def _canonical(data: dict[str, Any]) -> str:
    rules = sorted(data["rules"], key=lambda rule: str(rule["id"]))
    lists = {
        name: sorted(words) if isinstance(words, list) else words
        for name, words in (data.get("lists") or {}).items()
    }
    whole = {**data, "rules": rules, "lists": lists}
    return canonical_json(whole)


def _prove(ruleset: RuleSet, problems: Problems, cache_dir: Path | None) -> None:
    proof = cache_dir / f"proved-{ENGINE_VERSION}-{ruleset.hash[:24]}" if cache_dir else None
    if proof and proof.is_file():
        _warm(ruleset)
        return
    for rule, line, message in failed_cases(ruleset):
        if rule.mode == "live":
            problems.add(line, message)
    if problems.found:
        raise RuleSetError(tuple(problems.found))
    if proof:
        try:
            proof.touch()
        except OSError:
            return


def _warm(ruleset: RuleSet) -> None:
    """Fill the automaton as the skipped tests would have, so that no author waits for it."""
    cases = [case.submission.text for rule in ruleset.rules for case in rule.miss_cases]
    ruleset.index.read(Submission(text=" ".join(cases)[:6_000]))


def compare_versions(old: RuleSet, new: RuleSet) -> tuple[Problem, ...]:
    """Rules whose meaning changed while their `v` did not rise, and ids used again."""
    before = {rule["id"]: rule for rule in json.loads(old.canonical)["rules"]}
    found = []
    for told in json.loads(new.canonical)["rules"]:
        was = before.get(told["id"])
        if was is None or told["v"] > was["v"]:
            continue
        changed = [k for k in ("when", "unless", "then", "message") if told.get(k) != was.get(k)]
        if changed:
            line = new.rule(told["id"]).line
            words = f"{told['id']}: изменено {', '.join(changed)}, а v осталось {told['v']}"
            found.append(Problem("", line, words))
    return tuple(found)
