"""How one letter leaves: by SMTP where an address is set, else as a readable file in a folder."""

import os
import re
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, formataddr, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from community.config import Config

TIMEOUT = 15


class Undeliverable(Exception):
    """The server will never take this letter: trying again is of no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A letter ready to go; ``key`` names it, so that a second sending is the same letter."""

    key: str
    to: str
    subject: str
    text: str
    html: str | None
    at: datetime
    more_url: str | None = None
    """Where the person switches such letters off."""


class Transport(Protocol):
    """A way out for letters."""

    def send(self, mail: Mail) -> None:
        """Send one letter or raise; a repeated sending of the same key is harmless."""


def message(mail: Mail, config: Config) -> EmailMessage:
    """Return the letter as a MIME message with a stable Message-ID."""
    made = EmailMessage(policy=WIRE)
    name, address = parseaddr(config.mail_from)
    made["From"] = formataddr((name, address)) if name else address
    made["To"] = _line(mail.to)
    made["Subject"] = _line(mail.subject)[:200]
    made["Date"] = format_datetime(mail.at)
    made["Message-ID"] = message_id(mail.key, config)
    made["Auto-Submitted"] = "auto-generated"
    if mail.more_url:
        made["List-Unsubscribe"] = f"<{mail.more_url}>"
    made.set_content(mail.text, cte="base64" if _wide(mail.text) else None)
    if mail.html:
        made.add_alternative(mail.html, subtype="html", cte="base64")
    return made


def message_id(key: str, config: Config) -> str:
    """Return the Message-ID of a letter: the same for the same key."""
    host = urlsplit(config.public_url).hostname or "localhost"
    return f"<{_digest(key)}@{host}>"


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:32]


def _line(value: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", value).split())


def _wide(text: str) -> bool:
    return not text.isascii() or any(len(line) > 900 for line in text.splitlines())


@contextmanager
def opened(config: Config) -> Iterator[Transport]:
    """Open the installation's way out for a batch of letters; an OSError means: try later."""
    if config.smtp_url is None:
        yield Folder(config)
        return
    server = _connected(config.smtp_url)
    try:
        yield Server(server, config)
    finally:
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _connected(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    try:
        server.ehlo()
        if parts.scheme == "smtp+starttls" or (
            parts.scheme == "smtp" and server.has_extn("starttls")
        ):
            server.starttls(context=context)
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


class Server:
    """An SMTP server behind one open connection."""

    def __init__(self, server: smtplib.SMTP, config: Config) -> None:
        self._server, self._config = server, config

    def send(self, mail: Mail) -> None:
        """Hand one letter to the server; a refusal for good raises ``Undeliverable``."""
        try:
            self._server.send_message(message(mail, self._config))
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            if all(code >= 500 for code in codes):
                raise Undeliverable(f"the server refuses the address: {codes}") from refused
            raise
        except smtplib.SMTPNotSupportedError as refused:
            raise Undeliverable("the server takes no address in such letters") from refused


class Folder:
    """A folder of letters that people can read: .eml for a mail program, .txt for the eye."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def send(self, mail: Mail) -> None:
        """Write both files, whole or not at all; the same letter lands on the same names."""
        folder = self._config.mail_dir
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stem = f"{mail.at:%Y%m%d-%H%M%S}-{_digest(mail.key)[:12]}"
        _write(folder / f"{stem}.eml", message(mail, self._config).as_bytes())
        shown = f"Кому: {mail.to}\nТема: {mail.subject}\n\n{mail.text}"
        _write(folder / f"{stem}.txt", shown.encode())


def _write(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)


def holds(text: str, words: Iterable[str]) -> bool:
    """Tell whether a letter holds any of the words, wherever its lines break."""
    line = " ".join(text.split())
    return any(each in line for each in words)


def sweep(folder: Path, words: Iterable[str]) -> None:
    """Delete the letters of a folder that hold any of the words, both files of each."""
    sought = list(words)
    for readable in folder.glob("*.txt"):
        if holds(readable.read_text("utf-8"), sought):
            readable.with_suffix(".eml").unlink(missing_ok=True)
            readable.unlink(missing_ok=True)
