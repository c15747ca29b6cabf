"""`community doctor`: what is wrong with an installation, and what to do about it, in plain words."""

from __future__ import annotations

from collections.abc import Callable

import click

from community import config as settings
from community.config import Config
from community.doctor.around import (
    address,
    assets_built,
    data_folder,
    database,
    mail,
    python_and_packages,
    rules_load,
    secrets_kept,
)
from community.doctor.findings import Findings, bad, warn
from community.doctor.inside import background_work, journal, search_index, seats, time_runs_forward

AROUND: tuple[Callable[[Config], Findings], ...] = (
    python_and_packages, assets_built, data_folder, secrets_kept, rules_load, mail, address, database,
)  # fmt: skip


INSIDE: tuple[Callable[[Config], Findings], ...] = (
    journal, time_runs_forward, background_work, seats, search_index,
)  # fmt: skip


def examine(config: Config) -> Findings:
    """Look at everything; what the database holds only where the database is in order."""
    sound = True
    for check in AROUND:
        for finding in _guarded(check, config):
            sound = sound and (finding.level != "bad" or check is assets_built)
            yield finding
    if not sound:
        yield warn("Содержимое базы не проверено.", "Сначала устраните названное выше.")
        return
    from community.app import create_app

    with create_app(config).app_context():
        for check in INSIDE:
            yield from _guarded(check, config)


def _guarded(check: Callable[[Config], Findings], config: Config) -> Findings:
    try:
        yield from check(config)
    except Exception as error:  # noqa: BLE001 — a doctor does not fall ill; it says what it met
        promise = (check.__doc__ or check.__name__).strip()
        yield bad(
            f"Проверка не удалась ({promise}): {type(error).__name__}: {error}",
            "Если причина неясна, приложите эту строку к обращению.",
        )


@click.command()
def doctor() -> None:
    """Tell in plain words what is wrong with this installation, and the cure.

    Exit code 1 when something is broken, 0 when it works, perhaps with something worth a look.
    """
    config = settings.load()
    marks = {"ok": "  ", "warn": "? ", "bad": "! "}
    counts = {"ok": 0, "warn": 0, "bad": 0}
    for finding in examine(config):
        counts[finding.level] += 1
        click.echo(marks[finding.level] + finding.words)
        if finding.cure:
            click.echo(f"     → {finding.cure}")
    if counts["bad"]:
        click.echo(f"\nНеисправностей: {counts['bad']}.")
        raise SystemExit(1)
    click.echo(
        "\nВсё в порядке."
        if not counts["warn"]
        else "\nРаботает; на отмеченное «?» стоит взглянуть."
    )
