"""One rule's block within the text of a rule file: cut out, put back, everything around untouched."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import yaml

_V = re.compile(r"(?P<before>(?:^|[{,])[ \t]*(?:-[ \t]+)?v:[ \t]*)(?P<v>\d+)", re.MULTILINE)


class SpliceError(ValueError):
    """The text of the file, or of the block, is not what can be cut; the reason is in words."""


_MISS_INLINE = re.compile(r"\bmiss:\s*\[\s*(?!\])")
_MISS_BLOCK = re.compile(r"\bmiss:[ \t]*\n(?=(?P<indent>[ \t]*)- )")


@dataclass(frozen=True, slots=True)
class Block:
    """A rule as it stands in the file: `first` is its line, from one; `text` stands at the margin."""

    rule: str
    first: int
    last: int
    indent: int
    text: str


def blocks(text: str) -> dict[str, Block]:
    """Every rule of a file by its id; a file that keeps its rules on one line gives none."""
    sequence = _rules(text)
    if sequence is None or sequence.flow_style:
        return {}
    lines = text.splitlines()
    starts = [node.start_mark.line for node in sequence.value]
    ends = [*starts[1:], sequence.end_mark.line if sequence.end_mark.column == 0 else len(lines)]
    found: dict[str, Block] = {}
    for node, start, end in zip(sequence.value, starts, ends, strict=True):
        name = _id(node)
        if name is not None and name not in found:
            found[name] = _block(name, lines, start, min(end, len(lines)), node)
    return found


def replaced(text: str, block: Block, new: str) -> str:
    """The file with one rule's block replaced."""
    lines = text.splitlines()
    lines[block.first - 1 : block.last] = _indented(new, block.indent)
    return "\n".join(lines) + "\n"


def appended(text: str, new: str) -> str:
    """The file with a new rule after the last one."""
    known = blocks(text)
    if not known:
        raise SpliceError("правила записаны в файле так, что дописать новое нельзя")
    last = max(known.values(), key=lambda block: block.last)
    lines = text.splitlines()
    lines[last.last : last.last] = ["", *_indented(new, last.indent)]
    return "\n".join(lines) + "\n"


def told(text: str) -> tuple[str, Any]:
    """The id of the one rule that a block tells, and its data as YAML reads it."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"строка {mark.line + 1}: " if mark else ""
        reason = getattr(error, "problem", None) or "не разбирается"
        raise SpliceError(f"{line}это не YAML: {reason}") from None
    except (ValueError, RecursionError):
        raise SpliceError(
            "это не YAML: недопустимые символы или слишком глубокая вложенность"
        ) from None
    if not isinstance(data, list) or len(data) != 1 or not isinstance(data[0], dict):
        raise SpliceError("здесь должно быть одно правило и начинаться с «- id: …»")
    return str(data[0].get("id", "")), data[0]


def with_version(text: str, v: int) -> str:
    """The block with its `v` set; a block without one gets it after its id."""
    changed, times = _V.subn(lambda m: f"{m['before']}{v}", text, count=1)
    if times:
        return changed
    return re.sub(r"(?m)^(\s*(?:-\s+)?)id:([^\n]*)$", rf"\1id:\2\n  v: {v}", text, count=1)


def with_miss(text: str, example: str) -> str:
    """The block with one more example that the rule must not meet; unchanged when it has no list."""
    quoted = json.dumps(example, ensure_ascii=False)
    changed, times = _MISS_INLINE.subn(lambda m: f"{m[0]}{quoted}, ", text, count=1)
    if times:
        return changed
    return _MISS_BLOCK.sub(lambda m: f"{m[0]}{m['indent']}- {quoted}\n", text, count=1)


def _rules(text: str) -> Any:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(root, yaml.MappingNode):
        return None
    for key, value in root.value:
        if key.value == "rules" and isinstance(value, yaml.SequenceNode):
            return value
    return None


def _id(node: Any) -> str | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((str(value.value) for key, value in node.value if key.value == "id"), None)


def _block(name: str, lines: list[str], start: int, end: int, node: Any) -> Block:
    while end > start + 1 and (
        not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")
    ):
        end -= 1
    indent = lines[start].index("-", 0, node.start_mark.column)
    cut = [line[indent:] if not line[:indent].strip() else line for line in lines[start:end]]
    return Block(name, start + 1, end, indent, "\n".join(cut) + "\n")


def _indented(text: str, indent: int) -> list[str]:
    return [f"{' ' * indent}{line}" if line.strip() else "" for line in text.rstrip().splitlines()]
