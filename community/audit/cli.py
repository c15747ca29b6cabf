"""`community audit …`: believe the journal only after having checked it."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app

from community.audit import checkpoints, export, signing, triggers, verify
from community.config import Config
from community.core.actor import SYSTEM
from community.core.db import db
from community.core.errors import NotFound

WORDS = {
    "gap": "номера идут не подряд: запись удалена или перенумерована",
    "link": "запись не продолжает предыдущую: её переставили или подменили",
    "hash": "отпечаток записи не сходится: её изменили",
    "body": "содержание записи изменили",
    "column": "поля записи расходятся с тем, что было подписано",
    "time": "время идёт назад",
    "seal": "сохранённые слова подменили",
    "tail": "конец журнала отрезан",
    "head": "строка о конце журнала испорчена",
    "checkpoint": "журнал расходится с подписанной отметкой",
    "signature": "подпись отметки не настоящая",
}


@click.group()
def audit() -> None:
    """Verify, export and prove the journal."""


@audit.command("verify")
@click.option(
    "--checkpoint", "letters", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint kept elsewhere: a saved letter or a JSON file. May be repeated.",
)  # fmt: skip
@click.option(
    "--key", "keys", multiple=True, help="A public key that signed before the key was changed."
)
@click.pass_context
def verify_command(context: click.Context, letters: Sequence[Path], keys: Sequence[str]) -> None:
    """Read the whole journal; exit 1 and name the first bad number when anything was changed."""
    witnesses = [_witness(file) for file in letters]
    trusted = [signing.public(_config().audit_signing_key()), *keys]
    with verify.snapshot(db.engine) as connection:
        fault = verify.verify(connection, witnesses, trusted)
        unguarded = triggers.missing(connection)
        count = verify.size(connection)
    for name in unguarded:
        click.echo(f"Внимание: в базе нет сторожа {name}.", err=True)
    if fault is not None:
        said = f"{fault.number} ({fault.kind}) — {WORDS[fault.kind]}"
        click.echo(f"Журнал испорчен. Первая негодная запись: {said}.")
        context.exit(1)
    key = signing.key_id(trusted[0])
    click.echo(f"Журнал верен: записей {count}, сверено писем {len(witnesses)}, ключ {key}.")


def _witness(file: Path) -> signing.Signed:
    try:
        return signing.find_in_letter(file.read_bytes())
    except ValueError as error:
        raise click.BadParameter(f"В файле {file} нет отметки журнала.") from error


@audit.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "first", type=click.IntRange(min=1), default=1, help="The first number.")
@click.option(
    "--to", "last", type=click.IntRange(min=1), help="The last number; the end by default."
)
def export_command(folder: Path, first: int, last: int | None) -> None:
    """Write entries with proofs, a signed checkpoint and a verifier that runs without the site."""
    end = min(last or export.head(), export.head())
    if first > end:
        raise click.ClickException(f"В журнале нет записей с {first} по {end}.")
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"Папка {folder} не пуста. Укажите новую.")
    signed = export.prepare(SYSTEM, first=first, last=end)
    count = export.write(folder, signed, first=first, last=end)
    click.echo(
        f"Записано: {count}, с № {first} по № {end}. Проверка: python3 {folder / 'verifier.py'}"
    )


@audit.command("prove")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--words", is_flag=True, help="Add the sealed words, for the person they belong to.")
def prove_command(number: int, *, words: bool) -> None:
    """Print the proof of one decision as JSON, for the person it is about."""
    try:
        made = export.prove(number, with_words=words)
    except NotFound as missing:
        raise click.ClickException(
            f"Записи № {number} нет, или её ещё не покрывает отметка. "
            "Сделайте отметку: community audit checkpoint"
        ) from missing
    click.echo(json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True))


@audit.command("checkpoint")
def checkpoint_command() -> None:
    """Sign the journal as it stands now and mail the signature to those who watch over it."""
    signed = checkpoints.make() or checkpoints.latest()
    if signed is None:
        raise click.ClickException("Журнал пуст, подписывать нечего.")
    click.echo(json.dumps(signed.as_json(), indent=1))


def _config() -> Config:
    config: Config = current_app.extensions["community"]
    return config
