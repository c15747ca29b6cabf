"""`community rules backtest|explain|promote`: what the rules' command does with a database."""

from __future__ import annotations

import json
import re
import sys
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from community.rules.cli import rules as engine_rules
from community.rules.told import EVENTS, MODES, acts_told

if TYPE_CHECKING:
    from community.rulebook.models import Backtest
    from community.rules.model import RuleSet
    from community.rules.why import Step

rules: click.Group = copy(engine_rules)
rules.commands = dict(engine_rules.commands)
_UNITS = {"d": "days", "h": "hours", "w": "weeks"}
_NAMES = {
    "fires": "сработало бы", "acting": "из них подействовало бы", "new": "чего сейчас нет",
    "gone": "перестало бы", "removed": "люди скрыли", "released": "люди отпустили",
    "restored": "люди вернули", "reported": "жаловались",
}  # fmt: skip


@rules.command()
@click.option("--since", default="30d", show_default=True, help="How far back: 12h, 30d, 8w.")
@click.option(
    "--set", "set_file", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Another rule file to try; the installation's own file when left out.",
)  # fmt: skip
@click.option("--diff", is_flag=True, help="Show only what the live set says otherwise.")
@click.option("--community", "slug", help="Texts of one community only.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def backtest(
    since: str, set_file: Path | None, slug: str | None, *, diff: bool, as_json: bool
) -> None:
    """Try the rules on real history; writes nothing but its report."""
    from community.rulebook.services import trials

    candidate = _candidate(set_file)
    row = trials.begin(candidate, _moment(since), community_id=_community(slug))
    run = trials.Run(row, candidate)
    with click.progressbar(length=row.total, label="Тексты", file=sys.stderr) as bar:
        while row.state == "running":
            done = row.judged
            run.step(500)
            bar.update(row.judged - done)
    trials.keep(row)
    told = _told(row, candidate, slug, only_changes=diff)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print(told, row)


def _candidate(file: Path | None) -> RuleSet:
    from community.core import clock
    from community.publishing import ruleset
    from community.rules import loader
    from community.rules.model import RuleSetError

    if file is None:
        return ruleset.file_set()
    try:
        return loader.load(file, today=clock.now().date())
    except RuleSetError as error:
        raise click.ClickException(str(error)) from None


def _moment(since: str) -> Any:
    from community.core import clock

    found = re.fullmatch(r"(\d{1,4})([dhw])", since.strip())
    if not found:
        raise click.BadParameter("срок пишется как 12h, 30d или 8w", param_hint="--since")
    return clock.now() - timedelta(**{_UNITS[found[2]]: int(found[1])})


def _community(slug: str | None) -> int | None:
    if slug is None:
        return None
    from sqlalchemy import select

    from community.communities.models import Community
    from community.core.db import db

    found: int | None = db.session.scalar(select(Community.id).where(Community.slug == slug))
    if found is None:
        raise click.ClickException(f"Сообщества «{slug}» нет.")
    return found


def _told(
    row: Backtest, candidate: RuleSet, slug: str | None, *, only_changes: bool
) -> dict[str, Any]:
    from community.rulebook import trying

    rows = {}
    for rule, counts in sorted(row.figures.get("rules", {}).items()):
        if only_changes and not (counts["new"] or counts["gone"]):
            continue
        share = trying.precision(counts)
        known = {each.id: each for each in candidate.rules}.get(rule)
        rows[rule] = {
            "v": known.v if known else None,
            "mode": known.mode if known else "gone",
            **{name: counts[name] for name in trying.COUNTS},
            "precision": None if share is None else round(share, 3),
            "samples": _samples(counts["samples"]),
        }
    return {
        "report": row.id, "rule_set": row.rule_set, "engine": row.engine,
        "since": row.since.isoformat(), "community": slug, "texts": row.judged,
        "without_words": row.figures.get("wordless", 0),
        "changes": row.figures.get("acts", {}), "rules": rows,
    }  # fmt: skip


def _samples(told: list[list[Any]]) -> list[str]:
    from community.rulebook.history import of_verdicts
    from community.rulebook.samples import sample

    spans: dict[int, Any] = dict(told)
    made = [sample(past, spans[past.verdict.id]) for past in of_verdicts(spans)]
    return [f"{each.before}[{each.match}]{each.after}" for each in made if each]


def _print(told: dict[str, Any], row: Backtest) -> None:
    click.echo(
        f"Текстов: {told['texts']}, из них без слов: {told['without_words']}. Отчёт № {row.id}."
    )
    click.echo(f"Отпечаток набора: {told['rule_set']}")
    for change, count in sorted(told["changes"].items()):
        before, _arrow, after = change.partition(">")
        was, now = acts_told([before]), acts_told([after])
        click.echo(f"  решение изменилось бы: {was} → {now}: {count}")
    if not told["rules"]:
        click.echo("Ни одно правило не сказало бы ничего иного.")
    for rule, counts in told["rules"].items():
        figures = ", ".join(f"{name} {counts[key]}" for key, name in _NAMES.items() if counts[key])
        share = (
            "" if counts["precision"] is None else f"; люди согласились в {counts['precision']:.0%}"
        )
        click.echo(f"\n{rule} версии {counts['v']} ({MODES[counts['mode']]}): {figures}{share}")
        for line in counts["samples"]:
            click.echo("    " + " ".join(line.split()))


@rules.command()
@click.argument("decision", type=int)
def explain(decision: int) -> None:
    """Say why decision number DECISION was made: its own set asks its own text again."""
    from community.core.errors import NotFound
    from community.rulebook import explaining

    try:
        found = explaining.explain(decision)
    except NotFound:
        raise click.ClickException(
            f"За решением № {decision} не стоит правило: его принял человек, или такого решения нет."
        ) from None
    verdict = found.verdict
    at = f"{verdict.at:%d.%m.%Y %H:%M} UTC"
    event = EVENTS.get(verdict.event, verdict.event)
    click.echo(f"Решение № {found.number}: {acts_told([verdict.act])} ({event}, {at})")
    click.echo(f"Набор {verdict.rule_set}, движок версии {verdict.engine}")
    if found.words is None:
        click.echo("Слова этого текста стёрты: повторить решение нельзя, остались номера и места.")
        for hit in verdict.hits:
            click.echo(
                f"  {hit['rule']} версии {hit['v']} ({MODES[hit['mode']]}), места {hit['spans']}"
            )
        return
    if "engine" in found.notes:
        click.echo("Внимание: тогда решал движок другой версии, ответ может отличаться.")
    if "facts" in found.notes:
        click.echo("Внимание: обстоятельства этого решения ещё не сохранялись.")
    for spoke in found.spoke:
        _explain(spoke)
    if found.unknown:
        click.echo(f"Не хватило сведений правилам: {', '.join(found.unknown)}")
    agrees = "Совпадает." if found.agrees else "НЕ СОВПАДАЕТ."
    click.echo(f"Сейчас тот же набор решает: {acts_told([found.act or 'allow'])}. {agrees}")
    if not found.agrees:
        raise SystemExit(1)


def _explain(spoke: Any) -> None:
    hit = spoke.hit
    click.echo(f"\n{hit.rule} версии {hit.v} ({MODES[hit.mode]}): {hit.title}; ст. {hit.article}")
    click.echo(f"  действие: {acts_told(hit.acts)}; сообщение: {hit.message}")
    if spoke.fragments:
        click.echo("  места: " + ", ".join(f"«{each}»" for each in spoke.fragments))
    _step(spoke.when, 1)
    if spoke.unless:
        click.echo("  прощает:")
        _step(spoke.unless, 2)


def _step(step: Step, depth: int) -> None:
    sign = {True: "да", False: "нет", None: "неизвестно"}[step.truth]
    found = " — " + ", ".join(f"«{each}»" for each in step.found) if step.found else ""
    click.echo(f"{'  ' * depth}{sign}: {step.words[:160]}{found}")
    for each in step.steps:
        _step(each, depth + 1)


@rules.command()
@click.argument("rule")
@click.option("--by", "email", required=True, help="E-mail of the moderator who answers for it.")
def promote(rule: str, email: str) -> None:
    """Let RULE act: its examples pass and its backtest of this very version is stored."""
    from community.rulebook.services import trials

    number = trials.promote(trials.keeper(email), rule)
    click.echo(f"Правило {rule} действует. Запись в журнале № {number}.")
