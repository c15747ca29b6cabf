"""How well a set does on texts that are marked by hand: the table of `community rules eval`.

Each `*.jsonl` file of the folder holds lines {"text", …, "want", "group"}: `want` is `touched`
(some live act), `stopped` (hold or block), `kept` (at most notice) or `free` (no act at all), or
the id prefix of a rule («ОСК») that must meet the text in any mode.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from community.rules.cases import submission_of
from community.rules.engine import judge
from community.rules.model import ALLOW, STRENGTH, Judgement, RuleSet

TARGETS = {
    ("toxic", "touched"): 0.75, ("ordinary", "free"): 0.985, ("obscured", "touched"): 0.85,
    ("innocent words", "free"): 0.99, ("innocent sentences", "kept"): 1.0,
    ("phone", "stopped"): 0.85, ("email", "stopped"): 0.85, ("address", "stopped"): 0.75,
    ("paper", "stopped"): 0.9, ("not personal", "free"): 0.95,
    ("clause violations", ""): 0.8, ("clause paraphrased", "touched"): 0.4,
    ("clause proper", "free"): 0.97, ("near misses", "free"): 0.93,
}  # fmt: skip
"""What each group must reach at least; the clauses are taken together."""
ASIDE = "aside"
"""The folder of the part that nobody tunes on: its misses are never listed."""
WANTS = ("touched", "stopped", "kept", "free")


@dataclass(frozen=True, slots=True)
class Score:
    """How many texts of one group were judged as they are marked."""

    group: str
    want: str
    right: int
    total: int
    wrong: tuple[str, ...]

    @property
    def share(self) -> float:
        """The part judged rightly."""
        return self.right / self.total if self.total else 1.0


def scores(ruleset: RuleSet, folder: Path) -> list[Score]:
    """The score of every group in the folder, by name."""
    right: dict[tuple[str, str], int] = defaultdict(int)
    total: dict[tuple[str, str], int] = defaultdict(int)
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in _cases(folder):
        group = (case["group"], case["want"])
        total[group] += 1
        judgement = judge(ruleset, submission_of(case["submission"], event="comment"))
        if _is_right(judgement, case["want"]):
            right[group] += 1
        else:
            rules = ",".join(hit.rule for hit in judgement.hits)
            wrong[group].append(f"{judgement.act} {rules}: {case['submission']['text'][:160]}")
    return [
        Score(group, want, right[group, want], total[group, want], tuple(wrong[group, want]))
        for group, want in sorted(total)
    ]


def _cases(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if not line.strip():
                continue
            data = json.loads(line)
            want, group = data.pop("want"), data.pop("group", file.stem)
            yield {"want": want, "group": group, "submission": data}


def _is_right(judgement: Judgement, want: str) -> bool:
    if want == "touched":
        return judgement.act != ALLOW
    if want == "free":
        return judgement.act == ALLOW
    strength = STRENGTH.get(judgement.act, 0)
    if want == "stopped":
        return strength >= STRENGTH["hold"]
    if want == "kept":
        return strength < STRENGTH["hold"]
    met = (*judgement.hits, *judgement.shadow_hits)
    return any(hit.rule.startswith(want) for hit in met)


def told_together(found: list[Score]) -> list[Score]:
    """The scores with one more for all clauses at once."""
    clauses = [score for score in found if score.group == "clause violations"]
    if not clauses:
        return found
    right, total = sum(s.right for s in clauses), sum(s.total for s in clauses)
    return [*found, Score("clause violations", "", right, total, ())]


def missed_targets(ruleset: RuleSet, folder: Path) -> list[str]:
    """The groups that are below their targets, in words."""
    return [
        f"{score.group}: {score.share:.3f} < {TARGETS[score.group, score.want]}"
        for score in told_together(scores(ruleset, folder))
        if score.share < TARGETS.get((score.group, score.want), 0)
    ]


def report(ruleset: RuleSet, folder: Path, *, with_misses: bool) -> Iterator[str]:
    """The tables of the part tuned on and of the part kept aside, with targets beside."""
    parts = ((folder, "tuned on"), (folder / ASIDE, "kept aside"))
    for place, name in parts:
        found = told_together(scores(ruleset, place))
        if found:
            yield f"-- {name}: {place.name}/*.jsonl"
            yield from _table(found, with_misses=with_misses and place is folder)
        elif place is folder:
            yield f"В папке {folder} нет файлов *.jsonl"


def _table(found: list[Score], *, with_misses: bool) -> Iterator[str]:
    width = max(len(score.group) for score in found)
    yield f"{'group':<{width}}  want      right / total   share   target"
    for score in found:
        counts = f"{score.right:>5} / {score.total:<5}"
        target = TARGETS.get((score.group, score.want))
        told = "" if target is None else f"   {target}"
        low = "  below" if target is not None and score.share < target else ""
        yield f"{score.group:<{width}}  {score.want or 'all':<8} {counts}   {score.share:.3f}{told}{low}"
        if with_misses:
            yield from (f"    {line}" for line in score.wrong)
