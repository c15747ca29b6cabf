"""The shapes that arguments of predicates may have, each refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from community.rules.document import Problems, line_of


class Refused(Exception):
    """Part of an expression was refused; its reason is already among the problems."""


class Arguments:
    """Checks arguments of predicates; what is wrong goes to the problems of the file."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def _refuse(self, line: int, message: str) -> NoReturn:
        self.problems.add(line, message)
        raise Refused

    def _mapping(self, value: Any, line: int, keys: tuple[str, ...]) -> Any:
        if not isinstance(value, Mapping) or not value:
            self._refuse(line, f"здесь нужны ключи: {', '.join(keys)}")
        for key in value:
            if key not in keys:
                self.problems.unknown(line_of(value, key, line) or line, "ключа", key, keys)
                raise Refused
        return value

    def _known(self, value: Any, line: int, allowed: tuple[str, ...], what: str) -> frozenset[str]:
        chosen = self._strings(value, line)
        for one in chosen:
            if one not in allowed:
                self.problems.unknown(line, what, one, allowed)
                raise Refused
        return frozenset(chosen)

    def _strings(self, value: Any, line: int, *, may_be_empty: bool = False) -> tuple[str, ...]:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self._refuse(line, "здесь нужен список строк")
        if not value and not may_be_empty:
            self._refuse(line, "список пуст")
        return tuple(value)

    def _whole(self, value: Any, line: int, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._refuse(line, f"нужно целое число от {low} до {high}")
        return int(value)

    def _flag(self, value: Any, line: int) -> bool:
        if not isinstance(value, bool):
            self._refuse(line, "нужно true или false")
        return bool(value)
