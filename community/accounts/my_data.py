"""The archive «Мои данные»: floors add what they keep of a person, here it becomes a readable ZIP."""

import json
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from community.accounts import queries
from community.accounts.keys import config
from community.accounts.models import Agreement, SignIn, UserName
from community.core import clock
from community.core.db import db


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of the archive: its path inside, and its content or the file on disk that holds it."""

    path: str
    content: str | bytes | Path
    title: str = ""
    """How the list of contents calls it; files without one are not listed."""


Provider = Callable[[int], Iterable[DataFile]]
_providers: dict[str, Provider] = {}


def provider(name: str) -> Callable[[Provider], Provider]:
    """Register what a floor or a room keeps of a person, under a folder of the archive."""

    def mark(gather: Provider) -> Provider:
        _providers[name] = gather
        return gather

    return mark


def as_json(value: Any) -> str:
    """Return ``value`` as a person can read it and a program can load it."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def folder() -> Path:
    """Return the folder of finished archives, readable by the site only."""
    made = config().data / "archives"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def discard(files: Iterable[str]) -> None:
    """Delete finished archives by their names."""
    for name in files:
        folder().joinpath(name).unlink(missing_ok=True)


def write_zip(user_id: int) -> Path:
    """Gather everything from every provider into a new ZIP and return it; half a file is never left."""
    final = folder() / f"{secrets.token_hex(16)}.zip"
    draft = final.with_suffix(".part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            listed = list(_write_all(archive, user_id))
            person = queries.user(user_id)
            about = {"name": person.name, "at": clock.now(), "site": config().site_name}
            # Not render_template: the frame of pages asks for a request, and here is none.
            template = current_app.jinja_env.get_template("accounts/archive.html")
            archive.writestr("index.html", template.render(files=listed, **about))
        draft.chmod(0o600)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.rename(final)
    finally:
        draft.unlink(missing_ok=True)
    return final


def _write_all(archive: zipfile.ZipFile, user_id: int) -> Iterator[tuple[str, str]]:
    for name, gather in _providers.items():
        for file in gather(user_id):
            path = f"{name}/{safe_path(file.path)}"
            if isinstance(file.content, Path):
                archive.write(file.content, path)
            else:
                archive.writestr(path, file.content)
            if file.title:
                yield path, file.title


def safe_path(path: str) -> str:
    """Return ``path`` such that no unpacking program can be led out of its folder by it."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(
        "".join(c for c in part if c.isprintable() and c not in '<>:"|?*') for part in parts
    )


@provider("account")
def account(user_id: int) -> Iterator[DataFile]:
    """Gather what the site knows of the person themselves."""
    person = queries.user(user_id)
    about = {
        "last_name": person.last_name,
        "first_name": person.first_name,
        "patronymic": person.patronymic,
        "email": person.email,
        "email_confirmed_at": person.email_confirmed_at,
        "school": queries.school_name(user_id),
        "post": person.post,
        "role": person.role,
        "subjects": queries.subject_names(user_id),
        "state": person.state,
        "preferences": person.preferences,
        "registered_at": person.created_at,
    }
    yield DataFile("person.json", as_json(about), "Сведения о вас")
    former = _rows(UserName, user_id, "old", "new", "at")
    yield DataFile("former_names.json", as_json(former), "Прежние имена")
    consents = ("purpose", "text_version", "text_sha256", "at", "ip", "withdrawn_at")
    given = [{key: getattr(row, key) for key in consents} for row in queries.consents(user_id)]
    yield DataFile("consents.json", as_json(given), "Согласия на обработку данных")
    agreements = _rows(Agreement, user_id, "kind", "sha256", "community_id", "at")
    yield DataFile("agreements.json", as_json(agreements), "Согласие с положениями и правилами")
    sign_ins = _rows(SignIn, user_id, "created_at", "seen_at", "revoked_at", "agent", "network")
    yield DataFile("sign_ins.json", as_json(sign_ins), "Входы на сайт")


def _rows(table: Any, user_id: int, *columns: str) -> list[dict[str, Any]]:
    statement = db.select(table).where(table.user_id == user_id).order_by(table.id)
    return [{key: getattr(row, key) for key in columns} for row in db.session.scalars(statement)]
