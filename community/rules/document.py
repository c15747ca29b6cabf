"""The rule file as plain data in which every part remembers its line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import yaml

from community.rules.model import Problem

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TRUE = frozenset({"true", "yes", "on"})


class Block(dict[str, Any]):
    """A mapping of the file, with the line of itself and of each key."""

    line: int = 0

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Items(list[Any]):
    """A sequence of the file, with its line and the line of each item."""

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


class Problems:
    """Everything found wrong with one file, in the order of lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []
        self.warned: list[Problem] = []

    def add(self, line: int, message: str) -> None:
        """Refuse the file for this reason."""
        self.found.append(Problem(self.file, line, message))

    def warn(self, line: int, message: str) -> None:
        """Tell, but accept."""
        self.warned.append(Problem(self.file, line, message))

    def unknown(self, line: int, what: str, word: object, allowed: Iterable[str]) -> None:
        """Refuse an unknown word and offer the nearest known one."""
        self.add(line, f"{what} «{word}» не существует{maybe(str(word), allowed)}")


def maybe(word: str, allowed: Iterable[str]) -> str:
    """«; может быть, …?» with the nearest allowed word, or nothing."""
    close = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.55)
    return f"; может быть, «{close[0]}»?" if close else ""


def line_of(value: Any, key: str | int | None = None, default: int = 0) -> int:
    """The line of a value or of one of its parts."""
    if isinstance(value, Block) and isinstance(key, str):
        return value.lines.get(key, value.line)
    if isinstance(value, Items) and isinstance(key, int) and key < len(value.lines):
        return value.lines[key]
    return int(getattr(value, "line", default))


def parse(text: str, problems: Problems) -> Any:
    """The file's data; what is not YAML or repeats a key is a problem."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "не разбирается"
        problems.add(mark.line + 1 if mark else 1, f"это не YAML: {reason}")
        return None
    except (ValueError, RecursionError):
        problems.add(1, "это не YAML: недопустимые символы или слишком глубокая вложенность")
        return None
    if node is None:
        problems.add(1, "файл пуст")
        return None
    return _value(node, problems, set())


def _value(node: Any, problems: Problems, seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    if id(node) in seen:
        problems.add(line, "ссылки YAML («&» и «*») в файле правил не допускаются")
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, line, problems, seen)
    if isinstance(node, yaml.SequenceNode):
        sequence = Items(line)
        for item in node.value:
            sequence.append(_value(item, problems, seen))
            sequence.lines.append(item.start_mark.line + 1)
        return sequence
    return _scalar(node, line, problems)


def _scalar(node: Any, line: int, problems: Problems) -> Any:
    text = str(node.value)
    kind = node.tag.removeprefix(_TAG)
    if kind == "int" and text.lstrip("+-").isdigit():
        return int(text)
    if kind == "bool":
        return text.lower() in _TRUE
    if kind == "null":
        return None
    if kind in {"str", "int", "float", "timestamp"}:
        return text
    problems.add(line, f"значение «{text}» помечено «{node.tag}»: такие метки не допускаются")
    return None


def _mapping(node: Any, line: int, problems: Problems, seen: set[int]) -> Block:
    mapping = Block(line)
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problems.add(key_line, "ключ должен быть словом")
            continue
        key = str(key_node.value)
        if key in mapping:
            problems.add(key_line, f"ключ «{key}» повторяется")
        mapping[key] = _value(value_node, problems, seen)
        mapping.lines[key] = key_line
    return mapping
