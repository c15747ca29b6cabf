"""`community rules …`: judge, lint, test and eval, all without a database."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from community.core.clock import now
from community.rules import evaluate, judge_cli
from community.rules.engine import failed_cases
from community.rules.loader import compare_versions, load
from community.rules.model import RuleSet, RuleSetError


def default_rules() -> Path:
    """The rule file of this installation: `RULES_FILE`, or the one at the top folder."""
    return Path(os.environ.get("RULES_FILE") or Path(__file__).parents[2] / "moderation_rules.yaml")


_FILE = click.option(
    "--rules",
    "rules_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Rule file; RULES_FILE or the project's moderation_rules.yaml when left out.",
)


@click.group(name="rules")
def rules() -> None:
    """Judge texts by moderation_rules.yaml, and check the file itself."""


@rules.command()
@_FILE
def judge(rules_file: Path | None) -> None:
    """Read JSON lines {"id", "text", "event"?, "space"?, "author"?, …} and judge each.

    Prints one JSON line for each: {"id", "act", "hits", "message"}. A line with an unknown event
    or space, or that is no JSON, gets {"id", "error"}. Exit status 1 when the rules do not load.
    """
    sys.exit(judge_cli.main(sys.stdin, sys.stdout, rules_file or default_rules()))


@rules.command()
@_FILE
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="An earlier rule file: rules that changed must have a higher version.",
)
def lint(rules_file: Path | None, against: Path | None) -> None:
    """Check the rule file: language, lists, patterns, inline tests; warn of overdue reviews."""
    ruleset = _loaded(rules_file)
    if against is not None:
        stale = compare_versions(_loaded(against), ruleset)
        for problem in stale:
            click.echo(f"строка {problem.line}: {problem.message}", err=True)
        if stale:
            sys.exit(1)
    for warning in ruleset.warnings:
        click.echo(f"предупреждение: {warning}")
    by_mode = {
        mode: sum(r.mode == mode for r in ruleset.rules) for mode in ("live", "shadow", "off")
    }
    told = ", ".join(f"{mode} {count}" for mode, count in by_mode.items())
    click.echo(f"Правил: {len(ruleset.rules)} ({told}). Отпечаток набора: {ruleset.hash}")


@rules.command()
@_FILE
def test(rules_file: Path | None) -> None:
    """Run every rule's inline tests, of shadow rules too."""
    ruleset = _loaded(rules_file)
    failed = [(line, message) for _, line, message in failed_cases(ruleset)]
    for line, message in failed:
        click.echo(f"строка {line}: {message}")
    total = sum(len(rule.hit_cases) + len(rule.miss_cases) for rule in ruleset.rules)
    click.echo(f"{total - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


@rules.command(name="eval")
@_FILE
@click.option(
    "--cases",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(__file__).parents[2] / "tests" / "rules" / "eval",
    help="Folder of JSON-lines files with texts and what they are.",
)
@click.option("--misses", is_flag=True, help="List every text judged otherwise than it is marked.")
def evaluation(rules_file: Path | None, cases: Path, *, misses: bool) -> None:
    """Measure the rules on the evaluation set and print the table."""
    for line in evaluate.report(_loaded(rules_file), cases, with_misses=misses):
        click.echo(line)


def _loaded(rules_file: Path | None) -> RuleSet:
    try:
        return load(rules_file or default_rules(), today=now().date())
    except RuleSetError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(1)
