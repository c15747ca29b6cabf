"""What stands around the program: interpreter, packages, folders, keys, rules, mail, database."""

from __future__ import annotations

import os
import re
import shutil
import sys
from importlib import metadata

from community import config as settings
from community.config import Config
from community.doctor.findings import Findings, bad, ok, warn

ROOM_NEEDED = 500_000_000


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
