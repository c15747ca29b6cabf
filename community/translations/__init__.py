"""The words of the screen: each room brings `<language>/<room>.po`, one catalogue is made of them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

HERE = Path(__file__).resolve().parent


class Contradiction(ValueError):
    """Two rooms translate one sentence differently; a screen may not depend on file order."""


def merge(folder: Path = HERE) -> list[Path]:
    """Compile every language whose rooms' files changed since last time; give what was written."""
    languages = sorted({file.parent for file in folder.glob("*/*.po")})
    return [made for language in languages if (made := _merge_language(language))]


def sources(language: Path) -> list[Path]:
    """The rooms' catalogues of a language, in the order of their names."""
    return sorted(language.glob("*.po"))


def _merge_language(language: Path) -> Path | None:
    files = sources(language)
    wanted = _digest(files)
    target = language / "LC_MESSAGES" / "messages.mo"
    stamp = target.with_suffix(".mo.made-of")
    if target.exists() and stamp.exists() and stamp.read_text() == wanted:
        return None
    from babel.messages.mofile import write_mo

    target.parent.mkdir(exist_ok=True)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    with draft.open("wb") as out:
        write_mo(out, merged(language))
    draft.replace(target)
    stamp.write_text(wanted)
    return target


def merged(language: Path) -> Catalog:
    """One catalogue of all rooms; raises when two of them disagree about a sentence."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    whole = Catalog(locale=language.name, fuzzy=False)
    for file in sources(language):
        with file.open("rb") as lines:
            part = read_po(lines, locale=language.name, abort_invalid=True)
        for message in part:
            if not message.id:
                continue
            known = whole.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise Contradiction(f"{file.name}: {message.id!r} is translated differently elsewhere")
            whole[message.id] = message
    return whole


def _digest(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
