"""`community doctor`: what is wrong with an installation, and what to do about it, in plain words."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata
from typing import Literal

import click

from community import config as settings
from community.config import Config

ROOM_NEEDED = 500_000_000
"""Free bytes under which a backup or an upload may soon fail."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: fine, worth a look, or broken; and the way to mend it."""

    level: Literal["ok", "warn", "bad"]
    words: str
    cure: str = ""


Findings = Iterator[Finding]


def ok(words: str) -> Finding:
    """Tell that a thing is as it should be."""
    return Finding("ok", words)


def warn(words: str, cure: str) -> Finding:
    """Tell of a thing that works but deserves a look."""
    return Finding("warn", words, cure)


def bad(words: str, cure: str) -> Finding:
    """Tell of a thing that keeps the site from working as promised."""
    return Finding("bad", words, cure)


# Around the program --------------------------------------------------------------------------------


def python_and_packages(config: Config) -> Findings:
    """The interpreter and the packages are those of the lock."""
    yield ok(f"Python {sys.version.split()[0]}")
    lock = config.root / "requirements.txt"
    if not lock.exists():
        yield warn(
            "Нет файла requirements.txt, состав пакетов не с чем сверить.",
            "Возьмите выпуск целиком.",
        )
        return
    named = re.findall(
        r"^([\w.-]+)(?:\[.*\])?==([^\s;\\]+)([^\\\n]*)", lock.read_text("utf-8"), re.MULTILINE
    )
    always = [(name, version) for name, version, condition in named if ";" not in condition]
    differ = [name for name, version in always if not _fits(name, version)]
    if differ:
        yield bad(
            f"Не те версии пакетов: {', '.join(differ[:6])}.", "Выполните python3 run.py setup."
        )
    else:
        yield ok(f"Пакеты на месте: {len(always)}")


def _fits(name: str, version: str) -> bool:
    try:
        return metadata.version(name) == version
    except metadata.PackageNotFoundError:
        return False


def assets_built(config: Config) -> Findings:
    """Styles and scripts are packed from what lies there now."""
    from community import assets

    if assets.is_current(config.root):
        yield ok("Стили и скрипты собраны")
    else:
        yield warn(
            "Стили и скрипты не собраны: сайт работает, но страницы тяжелее.",
            "Поставьте Node.js и выполните python3 run.py setup.",
        )


def data_folder(config: Config) -> Findings:
    """The data folder can be written, is not read by strangers, and has room."""
    probe = config.data / f".doctor-{os.getpid()}"
    try:
        probe.write_bytes(b"1")
        probe.unlink()
    except OSError as error:
        yield bad(
            f"В папку данных {config.data} нельзя писать: {error.strerror}.",
            "Проверьте владельца и права папки или задайте другую в COMMUNITY_DATA.",
        )
        return
    yield ok(f"Папка данных {config.data}")
    if os.name != "nt" and config.data.stat().st_mode & 0o077:
        yield warn(
            "Папку данных могут читать другие пользователи этого компьютера.",
            f"chmod 700 {config.data}",
        )
    free = shutil.disk_usage(config.data).free
    if free < ROOM_NEEDED:
        yield bad(
            f"На диске осталось {free // 1_000_000} МБ.", "Освободите место или перенесите данные."
        )
    else:
        yield ok(f"Свободно на диске: {free / 1e9:.0f} ГБ")


def secrets_kept(config: Config) -> Findings:
    """The keys are whole and nobody else can read them."""
    for name, file, read in (
        ("Ключ сайта", config.secret_key_file, config.secret_key),
        ("Ключ подписи журнала", config.audit_signing_key_file, config.audit_signing_key),
    ):
        try:
            read()
        except settings.ConfigError as error:
            yield bad(f"{error}", "Верните файл из резервной копии (community restore).")
            continue
        if os.name != "nt" and file.stat().st_mode & 0o077:
            yield bad(f"{name} могут прочесть посторонние: {file}", f"chmod 600 {file}")
        else:
            yield ok(f"{name} на месте, доступен только владельцу")


def rules_load(config: Config) -> Findings:
    """The rule file loads as a whole; a bad one keeps the site from starting."""
    from community.core import clock
    from community.rules.loader import load
    from community.rules.model import RuleSetError

    try:
        rules = load(config.rules_file, today=clock.now().date())
    except (RuleSetError, OSError) as error:
        yield bad(
            f"Правила не загружаются: {error}", "Исправьте файл; проверить: community rules lint."
        )
        return
    yield ok(f"Правила загружены: {len(rules.rules)}")


def mail(config: Config) -> Findings:
    """Letters leave by SMTP, or wait in a folder that the administrator knows of."""
    if config.smtp_url:
        yield ok(f"Почта уходит через сервер, отправитель {config.mail_from}")
        return
    waiting = len(list(config.mail_dir.glob("*.eml"))) if config.mail_dir.exists() else 0
    yield warn(
        f"Почтовый сервер не задан: письма складываются в {config.mail_dir} (сейчас {waiting}).",
        "Задайте SMTP_URL и MAIL_FROM; как — в docs/operations.md.",
    )


def address(config: Config) -> Findings:
    """People reach the site by a protected address, once it is more than a trial."""
    if config.is_secure or config.host in {"127.0.0.1", "localhost", "::1"}:
        yield ok(f"Адрес сайта {config.public_url}")
    else:
        yield warn(
            f"Сайт открыт в сеть без шифрования: {config.public_url}.",
            "Поставьте перед ним Caddy или nginx с HTTPS и задайте PUBLIC_URL и TRUSTED_HOPS.",
        )


# Inside the database --------------------------------------------------------------------------------


def database(config: Config) -> Findings:
    """The database answers and has the schema of this program."""
    from community.migrations import runner

    now = runner.current(config)
    if now is None:
        yield bad("Базы данных ещё нет.", "Выполните community migrate.")
    elif now != runner.head():
        cure = "Выполните community migrate." if runner.knows(now) else "Обновите программу."
        yield bad(f"Схема базы данных ({now}) не от этой версии программы.", cure)
    else:
        yield ok("База данных отвечает, схема нынешняя")


def journal(config: Config) -> Findings:
    """Nobody has changed the journal behind the program's back."""
    from community.audit import signing, triggers, verify
    from community.core.db import db

    with verify.snapshot(db.engine) as connection:
        fault = verify.verify(connection, [], [signing.public(config.audit_signing_key())])
        unguarded = triggers.missing(connection)
        count = verify.size(connection)
    if fault is not None:
        yield bad(
            f"Журнал не сходится начиная с записи № {fault.number}.",
            "Ничего не чините: сохраните папку данных и верните рядом резервную копию.",
        )
    else:
        yield ok(f"Журнал сходится, записей: {count}")
    if unguarded:
        yield bad(
            f"В базе нет сторожей журнала: {', '.join(unguarded)}.",
            "Верните базу из резервной копии.",
        )


def time_runs_forward(_config: Config) -> Findings:
    """The clock is not behind what is already written."""
    from sqlalchemy import func, select

    from community.audit.chain import moment
    from community.audit.models import AuditEntry
    from community.core import clock
    from community.core.db import db

    last = db.session.scalar(select(func.max(AuditEntry.at)))
    ahead = moment(last) - clock.now() if last else timedelta()
    if ahead > timedelta(minutes=1):
        yield bad(
            f"Часы отстают: в журнале есть запись из будущего ({last}).",
            "Настройте время: timedatectl set-ntp true.",
        )
    else:
        yield ok(f"Часы: {clock.now():%d.%m.%Y %H:%M} по Гринвичу")


def background_work(config: Config) -> Findings:
    """Work behind the pages moves on, and nothing was given up."""
    from sqlalchemy import func, select

    from community.core import clock, outbox
    from community.core.db import db

    dead = outbox.dead_letters()
    if dead:
        said = f"{dead[0].consumer}: {dead[0].last_error}"
        yield bad(
            f"Не выполнено заданий: {len(dead)}. Первое — {said}",
            "Устраните причину; задания можно запустить снова на странице администратора.",
        )
    job = outbox.OutboxJob
    oldest = db.session.scalar(select(func.min(job.due)).where(job.state != "dead"))
    if oldest and clock.now() - oldest > timedelta(minutes=15):
        how = "запущен ли сайт" if config.embedded_worker else "запущен ли community worker"
        yield warn(
            f"Задания ждут с {oldest:%d.%m %H:%M} (всего {outbox.waiting()}).", f"Проверьте, {how}."
        )
    elif not dead:
        yield ok(f"Заданий в очереди: {outbox.waiting()}")


AROUND: tuple[Callable[[Config], Findings], ...] = (
    python_and_packages, assets_built, data_folder, secrets_kept, rules_load, mail, address, database,
)  # fmt: skip
INSIDE: tuple[Callable[[Config], Findings], ...] = (
    journal, time_runs_forward, background_work,
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
