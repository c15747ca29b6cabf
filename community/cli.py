"""The command `community`: each command loads only what it needs, when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from community import config as settings
from community.config import Config, ConfigError

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A command that a room brings: where it is and what it does."""

    module: str
    name: str
    help: str


ELSEWHERE = {
    "audit": Elsewhere("community.audit.cli", "audit", "Verify, export and prove the journal."),
    "backup": Elsewhere("community.backup", "backup", "Put the whole installation into one file."),
    "councils": Elsewhere(
        "community.councils.cli", "councils", "Check the sealed minutes of councils."
    ),
    "doctor": Elsewhere("community.doctor.cli", "doctor", "Tell in plain words what is wrong."),
    "import": Elsewhere("community.topics.cli", "import_", "Bring in threads or lessons."),
    "reindex": Elsewhere("community.search.cli", "reindex", "Build the search index anew."),
    "restore": Elsewhere("community.restore", "restore", "Bring an installation back from a copy."),
    "rules": Elsewhere("community.rulebook.cli", "rules", "Judge texts by moderation_rules.yaml."),
    "seed": Elsewhere(
        "community.demo.cli", "seed", "Fill a community for a demonstration or a measurement."
    ),
    "user": Elsewhere("community.accounts.cli", "user", "Look after accounts."),
}
ALONE = {"backup", "doctor", "restore", "rules"}
"""These do without the site, so that they work when it does not."""
INSIDE = {"rules": frozenset({"backtest", "explain", "promote"})}
"""Of those, the parts that read the database all the same."""
READING = {"audit", "councils"}
"""These leave the database as it is: they read what was written, by an older program too."""


class Commands(click.Group):
    """Commands of this file and of the rooms, in one list."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = ELSEWHERE.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(place.module), place.name)
        if cmd_name in ALONE:
            return _partly_in_app(command, INSIDE.get(cmd_name, frozenset()))
        return _in_app(command, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            own = self.commands.get(name)
            rows.append((name, own.get_short_help_str(80) if own else ELSEWHERE[name].help))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _partly_in_app(command: click.Command, names: frozenset[str]) -> click.Command:
    """Let only some parts of a command run inside the site."""
    if not names or not isinstance(command, click.Group):
        return command
    command = copy(command)
    command.commands = {
        name: _in_app(each, name) if name in names else each
        for name, each in command.commands.items()
    }
    return command


def _in_app(command: click.Command, name: str) -> click.Command:
    """Let a room's command run inside the site; the room's own object stays as it was."""
    command = copy(command)
    invoke: Callable[[click.Context], Any] = command.invoke

    def invoke_in_app(ctx: click.Context) -> Any:
        config = settings.load()
        if name in READING:
            _require_database(config)
        else:
            bring_up(config)
        with site(config).app_context():
            return invoke(ctx)

    command.invoke = invoke_in_app  # type: ignore[method-assign]
    return command


def site(config: Config | None = None) -> Flask:
    """Build the site of this installation, with its folders made."""
    from community.app import create_app

    config = config or settings.load()
    settings.prepare(config)
    return create_app(config)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder, instead of COMMUNITY_DATA."
)
def main_group(data: Path | None) -> None:
    """«Учительская» from the command line.

    Settings come from the environment; docs/operations.md tells them all.
    """
    _use_data(data)


def _use_data(data: Path | None) -> None:
    if data is not None:
        os.environ["COMMUNITY_DATA"] = str(data.absolute())


_data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="The data folder, instead of COMMUNITY_DATA."
)


@main_group.command()
@click.option("--host", help="The address to listen on; 0.0.0.0 for all.  [default: 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port to listen on.  [default: 8000]"
)
@_data_option
@click.option(
    "--demo", is_flag=True, help="Show a demonstration community, in the folder data-demo."
)
def run(host: str | None, port: int | None, data: Path | None, *, demo: bool) -> None:
    """Bring the database up to date and start the site."""
    from community import server

    if demo and data is None and "COMMUNITY_DATA" not in os.environ:
        data = settings.ROOT / "data-demo"
    _use_data(data)
    given = {"COMMUNITY_HOST": host, "COMMUNITY_PORT": port}
    os.environ.update({name: str(value) for name, value in given.items() if value})
    config = settings.load()
    if not server.port_is_free(config.host, config.port):
        raise click.ClickException(
            f"Адрес {config.host}:{config.port} занят: на нём уже работает другая программа"
            " (быть может, сама «Учительская»). Выберите другой порт: --port 8001."
        )
    bring_up(config)
    if demo:
        _show_demo()
    server.serve(config)


@main_group.command()
@_data_option
@click.option(
    "--revise", metavar="MESSAGE", help="For developers: write the next step from the models."
)
def migrate(data: Path | None, revise: str | None) -> None:
    """Make the data folder and bring the database up to date, with a backup before."""
    _use_data(data)
    config = settings.load()
    if revise:
        _write_revision(revise)
        return
    bring_up(config)
    click.echo(f"Всё готово. Данные: {config.data}")


def _write_revision(message: str) -> None:
    """Compare the models with a fresh database of the newest schema, and write what differs."""
    import tempfile

    from community.core.db import db
    from community.migrations import runner

    with tempfile.TemporaryDirectory() as folder:
        fresh = Config.from_env({"COMMUNITY_DATA": folder})
        site(fresh)
        runner.upgrade(fresh.database_url)
        runner.revise(fresh.database_url, db.metadata, message)


def bring_up(config: Config) -> None:
    """Make the folders and secrets; migrate when the schema is older, after a backup."""
    from community.migrations import runner

    settings.prepare(config)
    _compile_translations()
    now, wanted = runner.current(config), runner.head()
    if now == wanted:
        return
    if now is not None:
        from community import backup

        click.echo(f"Копия перед обновлением: {backup.before_migration(config)}")
    runner.upgrade(config.database_url)


def _require_database(config: Config) -> None:
    from community.migrations import runner

    if runner.current(config) != runner.head():
        raise click.ClickException(
            f"В папке {config.data} нет базы этой версии программы. Подготовить её: community migrate."
        )


def _compile_translations() -> None:
    from community import translations

    try:
        translations.merge()
    except OSError as error:
        click.echo(f"Переводы не собраны ({error}); часть надписей будет по-английски.", err=True)


def _show_demo() -> None:
    """Build the demonstration in a process of its own: the server forks, and must hold no database."""
    import subprocess

    done = subprocess.run([sys.executable, "-m", "community", "seed", "--demo"], check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


@main_group.command()
def worker() -> None:
    """Do the work behind the pages (mail, index, notices) as a process of its own."""
    import signal
    import threading

    from community.core import outbox
    from community.core import worker as core_worker

    stop = threading.Event()

    def finish(*_: object) -> None:
        stop.set()
        outbox.wake.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, finish)
    app = site()
    click.echo("Работник запущен. Остановить: Ctrl-C.")
    core_worker.run_forever(app, stop)


@main_group.command()
def render() -> None:
    """Render Markdown by JSON lines.

    Reads {"id", "text"} from standard input, prints {"id", "html"} for each.
    """
    import json

    from community.core.markup import render as to_html

    for line in _lines():
        asked: Any = None
        with suppress(ValueError):
            asked = json.loads(line)
        if isinstance(asked, dict) and isinstance(asked.get("text"), str):
            answer = {"id": asked.get("id"), "html": to_html(asked["text"])}
        else:
            number = asked.get("id") if isinstance(asked, dict) else None
            answer = {"id": number, "error": "нужна строка JSON с полями id и text"}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _lines() -> Any:
    """The lines of standard input as UTF-8, whatever the terminal thinks; broken bytes are shown so."""
    for raw in sys.stdin.buffer:
        line = raw.decode("utf-8", "replace").strip()
        if line:
            yield line


def main() -> None:
    """Run a command; whatever is refused is said in words, with a code that scripts can read."""
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = main_group.main(prog_name="community", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        code = 2
    except click.Abort:
        code = 130
    except Exception as error:
        said, code = _refusal(error)
        if said is None:
            raise
        sys.stderr.write(f"{said}\n")
    raise SystemExit(code if isinstance(code, int) else 0)


def _refusal(error: Exception) -> tuple[str | None, int]:
    """The words and the code of an expected refusal; no words for a defect: its traceback is wanted."""
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, ConfigError):
        return str(error), 2
    return _refusal_of_the_site(error), 1


def _refusal_of_the_site(error: Exception) -> str | None:
    if "community.core.errors" not in sys.modules:
        return None
    from community.core.errors import Conflict, Invalid, NotFound, Refused
    from community.core.verdict import REASONS

    match error:
        case Refused():
            return _in_words(REASONS[error.code], error.verdict.params)
        case Conflict():
            return _in_words(REASONS[error.code], {})
        case Invalid():
            return str(error)
        case NotFound():
            return "Такого нет."
    return None


def _in_words(english: str, params: Any) -> str:
    from flask_babel import force_locale, gettext

    with site().app_context(), force_locale(settings.load().language):
        return str(gettext(english, **params))
