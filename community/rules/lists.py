"""The `lists` of the file: words, unions, roots with exceptions, turns of phrase; from a file too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from community.rules.document import Problems, line_of
from community.rules.vocabulary import Lists
from community.rules.words import ENTRY, plain

_PACKAGED = Path(__file__).parent / "words_ru"
_NAME = re.compile(r"[\w-]+")


def words_of_file(folder: Path, name: object) -> list[str] | None:
    """The entries of a list file beside the rules or packaged with the engine."""
    lines = _lines_of(folder, name)
    return None if lines is None else [word for line in lines for word in line.split()]


def turns_of_file(folder: Path, name: object) -> list[str] | None:
    """The turns of phrase of a file, one a line."""
    lines = _lines_of(folder, name)
    return None if lines is None else [line.strip() for line in lines if line.strip()]


def _lines_of(folder: Path, name: object) -> list[str] | None:
    if not isinstance(name, str) or not re.fullmatch(r"[\w-]+\.txt", name):
        return None
    for place in (folder, folder / "rules", _PACKAGED):
        try:
            lines = (place / name).read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        return [line.partition("#")[0] for line in lines]
    return None


def read_lists(data: Any, problems: Problems) -> Lists:
    """Every list of the file; unions may name lists that stand below them."""
    lists = Lists()
    if data is None:
        return lists
    if not isinstance(data, Mapping):
        problems.add(1, "«lists» — это имена и их слова")
        return lists
    for name, value in data.items():
        line = line_of(data, name)
        if not _NAME.fullmatch(name):
            problems.add(line, f"имя списка «{name}» может состоять из букв, цифр, «_» и «-»")
        elif isinstance(value, Mapping):
            _read_special(name, value, line, lists, problems)
        else:
            lists.words[name] = _words(name, data, problems, ())
    return lists


def _read_special(name: str, value: Any, line: int, lists: Lists, problems: Problems) -> None:
    for key in value:
        if key not in ("roots", "except", "turns"):
            known = ("roots", "except", "turns", "file")
            problems.unknown(line_of(value, key, line), "ключа", key, known)
            return
    if "turns" not in value:
        _read_roots(name, value, line, lists, problems)
    elif len(value) > 1 or not _is_strings(value["turns"]) or not value["turns"]:
        problems.add(line, f"в списке оборотов «{name}» нужен один ключ «turns» и строки в нём")
    else:
        lists.turns[name] = tuple(value["turns"])


def _read_roots(name: str, value: Any, line: int, lists: Lists, problems: Problems) -> None:
    roots, exceptions = value.get("roots"), value.get("except") or []
    if not (_is_strings(roots) and _is_strings(exceptions) and roots):
        problems.add(line, f"в списке корней «{name}» нужны «roots» и, если надо, «except»")
        return
    lists.roots[name] = (tuple(roots), tuple(exceptions))


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _words(name: str, data: Any, problems: Problems, above: tuple[str, ...]) -> tuple[str, ...]:
    value, line = data[name], line_of(data, name)
    if not isinstance(value, list):
        problems.add(line, f"список «{name}» — это слова в скобках или «file:»")
        return ()
    found: list[str] = []
    for at, entry in enumerate(value):
        where = line_of(value, at, line) or line
        if isinstance(entry, str) and entry.startswith("$"):
            other = entry[1:]
            if other in (*above, name) or not isinstance(data.get(other), list):
                problems.unknown(where, "списка", other, data)
                continue
            found.extend(_words(other, data, problems, (*above, name)))
        elif isinstance(entry, str) and re.fullmatch(ENTRY, entry.lower()):
            found.append(plain(entry))
        else:
            problems.add(where, f"«{entry}» в списке «{name}» — не слово")
    return tuple(found)
