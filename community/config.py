"""The environment read once into one frozen value; nothing else looks at `os.environ`."""

from __future__ import annotations

import errno
import os
import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT: Final = Path(__file__).resolve().parent.parent
T = TypeVar("T")


class ConfigError(ValueError):
    """What the operator must mend before anything can start, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name outside, the field it fills, how it is read, its default."""

    env: str
    name: str
    read: Callable[[str], Any]
    default: Any = None


def _integer(low: int, high: int) -> Callable[[str], int]:
    def read(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", raw) or not low <= int(raw) <= high:
            raise ValueError(f"нужно целое число от {low} до {high}")
        return int(raw)

    return read


def _flag(raw: str) -> bool:
    known = {
        "1": True,
        "yes": True,
        "true": True,
        "on": True,
        "0": False,
        "no": False,
        "false": False,
        "off": False,
    }
    if raw.lower() not in known:
        raise ValueError("нужно 1 или 0")
    return known[raw.lower()]


def _path(raw: str) -> Path:
    if "\0" in raw:
        raise ValueError("в пути не может быть нулевого знака")
    return Path(raw).expanduser().absolute()


def _url(*schemes: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        try:
            parts = urlsplit(raw)
            _ = parts.port
        except ValueError as error:
            raise ValueError("это не адрес") from error
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError("нужен адрес вида " + " или ".join(f"{s}://…" for s in schemes))
        return raw.rstrip("/")

    return read


def _database(raw: str) -> str:
    if raw.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + raw.split("://", 1)[1]
    if raw.startswith("postgresql+psycopg://") or re.match(r"sqlite:///.", raw):
        return raw
    raise ValueError("нужен адрес вида postgresql://… или sqlite:///путь")


def _zone(raw: str) -> str:
    try:
        return ZoneInfo(raw).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("такого часового пояса нет; пример: Asia/Yekaterinburg") from error


def _one_of(*words: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw.lower() not in words:
            raise ValueError("нужно одно из: " + ", ".join(words))
        return raw.lower()

    return read


def _mailbox(raw: str) -> str:
    if not re.fullmatch(r"[^\r\n]*[^\s@<>]+@[^\s@<>]+>?", raw):
        raise ValueError("нужен почтовый адрес, например: Учительская <info@school.example>")
    return raw


def _text(raw: str) -> str:
    return raw


KEYS: Final[tuple[Key, ...]] = (
    Key("COMMUNITY_DATA", "data", _path),
    Key("COMMUNITY_HOST", "host", _text, "127.0.0.1"),
    Key("COMMUNITY_PORT", "port", _integer(1, 65535), 8000),
    Key("PUBLIC_URL", "public_url", _url("http", "https")),
    Key("SITE_NAME", "site_name", _text, "Учительская"),
    Key("OPERATOR_NAME", "operator_name", _text, ""),
    Key("COMMUNITY_TIMEZONE", "timezone", _zone, "Europe/Moscow"),
    Key("DEFAULT_LANGUAGE", "language", _one_of("ru", "en"), "ru"),
    Key("DATABASE_URL", "database_url", _database),
    Key("SECRET_KEY_FILE", "secret_key_file", _path),
    Key("AUDIT_SIGNING_KEY_FILE", "audit_signing_key_file", _path),
    Key("RULES_FILE", "rules_file", _path, ROOT / "moderation_rules.yaml"),
    Key("FILES_DIR", "files_dir", _path),
    Key("INDEX_DIR", "index_dir", _path),
    Key("MAIL_DIR", "mail_dir", _path),
    Key("BACKUP_DIR", "backup_dir", _path),
    Key("SMTP_URL", "smtp_url", _url("smtp", "smtps", "smtp+starttls")),
    Key("MAIL_FROM", "mail_from", _mailbox, "Учительская <uchitelskaya@localhost>"),
    Key("TRUSTED_HOPS", "trusted_hops", _integer(0, 8), 0),
    Key("EMBEDDED_WORKER", "embedded_worker", _flag, True),
    Key("WEB_THREADS", "web_threads", _integer(2, 512), 64),
    Key("LIVE_SOCKETS", "live_sockets", _integer(0, 2000), 250),
    Key("REDIS_URL", "redis_url", _url("redis", "rediss", "unix")),
    Key("WEB_PROCESSES", "web_processes", _integer(1, 64), 1),
    Key("MAX_UPLOAD_MB", "max_upload_mb", _integer(1, 2048), 20),
    Key("QUOTA_MB", "quota_mb", _integer(1, 1_048_576), 500),
    Key("LOG_LEVEL", "log_level", _one_of("debug", "info", "warning", "error"), "warning"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How one installation is set up; every key is told in docs/operations.md."""

    data: Path
    database_url: str
    secret_key_file: Path
    audit_signing_key_file: Path
    files_dir: Path
    index_dir: Path
    mail_dir: Path
    backup_dir: Path
    rules_file: Path = ROOT / "moderation_rules.yaml"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    site_name: str = "Учительская"
    operator_name: str = ""
    timezone: str = "Europe/Moscow"
    language: str = "ru"
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "Учительская <uchitelskaya@localhost>"
    trusted_hops: int = 0
    embedded_worker: bool = True
    web_threads: int = 64
    web_processes: int = 1
    live_sockets: int = 250
    redis_url: str | None = field(default=None, repr=False)
    max_upload_mb: int = 20
    quota_mb: int = 500
    log_level: str = "warning"
    root: Path = ROOT

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Config:
        """Read the settings, or raise ConfigError with every bad value in plain words."""
        problems: list[str] = []
        found = {key.name: _read(key, environ, problems) for key in KEYS}
        if problems:
            raise ConfigError(problems)
        return cls(**_completed(found))

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_secure(self) -> bool:
        """Cookies are marked Secure only where the public address is https."""
        return self.public_url.startswith("https://")

    @property
    def sqlite_path(self) -> Path:
        """The database file; only asked where the database is SQLite."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    def secret_key(self) -> bytes:
        """The secret that signs cookies and links."""
        return _secret(self.secret_key_file)

    def audit_signing_key(self) -> bytes:
        """Thirty-two bytes of an Ed25519 private key that signs checkpoints of the journal."""
        return _secret(self.audit_signing_key_file)


def load() -> Config:
    """The settings of this process; bad ones end it with code 2 and a sentence each."""
    try:
        return Config.from_env(os.environ)
    except ConfigError as error:
        for problem in error.problems:
            sys.stderr.write(f"{problem}\n")
        raise SystemExit(2) from None


def prepare(config: Config) -> None:
    """Make the data folder and its two secrets, readable by the owner only, unless they exist."""
    try:
        for folder in (config.data, config.files_dir, config.index_dir, config.mail_dir):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(
                folder, os.W_OK | os.X_OK
            ):  # also for root on a disk mounted read-only
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        for file in (config.secret_key_file, config.audit_signing_key_file):
            _make_secret(file)
    except OSError as error:
        refusal = (
            f"В папке данных {config.data} нельзя писать: {error.strerror}. "
            "Проверьте права или укажите другую папку в COMMUNITY_DATA."
        )
        raise ConfigError([refusal]) from error


def _read(key: Key, environ: Mapping[str, str], problems: list[str]) -> Any:
    raw = environ.get(key.env, "").strip()
    if not raw:
        return key.default
    try:
        return key.read(raw)
    except ValueError as error:
        shown = "…" if key.env in {"DATABASE_URL", "SMTP_URL", "REDIS_URL"} else f"«{raw[:80]}»"
        problems.append(f"{key.env}: {shown} не подходит — {error}.")
        return key.default


def _completed(found: dict[str, Any]) -> dict[str, Any]:
    data: Path = found["data"] or ROOT / "data"
    beside = {
        "data": data,
        "database_url": f"sqlite:///{data / 'community.sqlite3'}",
        "secret_key_file": data / "secret.key",
        "audit_signing_key_file": data / "audit-signing.key",
        "files_dir": data / "files",
        "index_dir": data / "index",
        "mail_dir": data / "mail",
        "backup_dir": data / "backups",
        "public_url": _address(found["host"], found["port"]),
    }
    return found | {name: found[name] or value for name, value in beside.items()}


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown and shown[0] != '[' else shown}:{port}"


def _secret(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise ConfigError([f"Секретный ключ {file} не читается: {error}."]) from error
    if len(key) != 32:
        raise ConfigError([f"Секретный ключ {file} повреждён: в нём должно быть 64 знака."])
    return key


def _make_secret(file: Path) -> None:
    if file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(secrets.token_hex(32) + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)  # whole or not at all, and never over another process's key
    except FileExistsError:
        return
    finally:
        draft.unlink()
