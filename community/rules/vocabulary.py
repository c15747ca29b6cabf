"""Words of an expression: told in place, or by the name of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from community.rules.arguments import Arguments, Refused
from community.rules.document import Problems, line_of
from community.rules.words import ENTRY, plain


@dataclass(slots=True)
class Lists:
    """The lists of the file: words by name, roots with their exceptions, turns of phrase."""

    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roots: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    turns: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Vocabulary(Arguments):
    """Finds the entries that an expression means, and remembers which lists were needed."""

    def __init__(self, lists: Lists, problems: Problems) -> None:
        super().__init__(problems)
        self.lists = lists
        self.used: set[str] = set()

    def entries(self, value: Any, line: int) -> tuple[str, ...]:
        """The entries of a list told in place or by `$name`."""
        if isinstance(value, str) and value.startswith("$"):
            return self._named(value[1:], line)
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not value:
            self._refuse(line, "нужен список слов или имя списка: $имя")
        found: list[str] = []
        for at, entry in enumerate(value):
            where = line_of(value, at, line) or line
            if isinstance(entry, str) and entry.startswith("$"):
                found.extend(self._named(entry[1:], where))
            elif isinstance(entry, str) and re.fullmatch(ENTRY, entry.lower()):
                found.append(plain(entry))
            else:
                self._refuse(where, f"«{entry}» — не слово; для нескольких слов есть «phrase»")
        return tuple(found)

    def turns(self, name: str, line: int) -> tuple[str, ...]:
        """The turns of phrase of a named list."""
        if name not in self.lists.turns:
            self.problems.unknown(line, "списка оборотов", name, self.lists.turns)
            raise Refused
        self.used.add(name)
        return self.lists.turns[name]

    def _named(self, name: str, line: int) -> tuple[str, ...]:
        if name not in self.lists.words:
            self.problems.unknown(line, "списка", name, [*self.lists.words, *self.lists.roots])
            raise Refused
        self.used.add(name)
        return self.lists.words[name]
