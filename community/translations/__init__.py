"""The words of the screen: each room brings `<language>/<room>.po`, one catalogue is made of them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog, Message

HERE = Path(__file__).resolve().parent


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
    """One catalogue of all rooms; where two translate one sentence, the first file's words stand."""
    from babel.messages.catalog import Catalog

    whole = Catalog(locale=language.name, fuzzy=False)
    for _file, message in _messages(language):
        if whole.get(message.id, message.context) is None:
            whole[message.id] = message
    return whole


def contradictions(language: Path) -> list[str]:
    """Sentences that two rooms translate differently; a screen should not depend on file order."""
    whole = merged(language)
    found = []
    for file, message in _messages(language):
        known = whole.get(message.id, message.context)
        if known is not None and known.string != message.string:
            found.append(f"{file.name}: {message.id!r}")
    return found


def _messages(language: Path) -> Iterator[tuple[Path, Message]]:
    from babel.messages.pofile import read_po

    for file in sources(language):
        with file.open("rb") as lines:
            yield from ((file, each) for each in read_po(lines, locale=language.name) if each.id)


def _digest(files: list[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
