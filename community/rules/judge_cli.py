"""`community rules judge`: JSON lines in, one JSON line out for each; no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, Any

from community.core.clock import now
from community.rules.cases import CaseError, submission_of
from community.rules.engine import judge
from community.rules.loader import load
from community.rules.model import Hit, Judgement, RuleSet, RuleSetError


def main(stdin: IO[str], stdout: IO[str], rules_path: Path, cache_dir: Path | None = None) -> int:
    """Judge every line; a line that tells no submission gets an error in its place."""
    try:
        ruleset = load(rules_path, today=now().date(), cache_dir=cache_dir)
    except RuleSetError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for line in _lines(stdin):
        if line.strip():
            stdout.write(answer(ruleset, line) + "\n")
            stdout.flush()
    return 0


def _lines(stdin: IO[str]) -> Any:
    raw = getattr(stdin, "buffer", None)
    if raw is None:
        yield from stdin
        return
    for line in raw:
        yield line.decode("utf-8", errors="replace")


def answer(ruleset: RuleSet, line: str) -> str:
    """The JSON answer to one JSON line."""
    identity: object = None
    try:
        data = json.loads(line)
        if not isinstance(data, dict):
            raise CaseError("строка должна быть объектом JSON с полем «text»")
        identity = data.get("id")
        told = told_of(judge(ruleset, submission_of(data, event="comment")))
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, CaseError) else "строка не читается как JSON"
        told = {"error": reason}
    return (
        json.dumps({"id": identity, **told}, ensure_ascii=False)
        .encode("utf-8", errors="backslashreplace")
        .decode("utf-8")
    )


def told_of(judgement: Judgement) -> dict[str, Any]:
    """A judgement as the command prints it: live and shadow hits, the act of the live ones."""
    return {
        "act": judgement.act,
        "hits": [_hit(hit) for hit in (*judgement.hits, *judgement.shadow_hits)],
        "message": judgement.message,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rule": hit.rule,
        "v": hit.v,
        "article": hit.article,
        "spans": [list(span) for span in hit.spans],
        "mode": hit.mode,
    }
    if hit.title_spans:
        told["title_spans"] = [list(span) for span in hit.title_spans]
    return told
