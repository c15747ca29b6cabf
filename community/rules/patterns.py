"""Patterns of the file turned into RE2 patterns for texts in normal form."""

from __future__ import annotations

from typing import Any

import re2

LETTER = "а-яa-z"
WORDISH = "а-яa-z0-9_"
BEFORE = f"(?:^|[^{WORDISH}])"
AFTER = f"(?:$|[^{WORDISH}])"
_BREAK = r"[\s,–—-]+"
_CLASSES = {"w": WORDISH, "d": "0-9", "s": r"\s"}
_NEGATED = {"W": WORDISH, "D": "0-9"}


class PatternError(ValueError):
    """A pattern that the file may not hold, told in words."""


def options(max_mem: int = 8 << 20) -> Any:
    """RE2 options common to every pattern: quiet, and bounded in memory."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.max_mem = max_mem
    return chosen


def compiled(source: str) -> Any:
    """One RE2 pattern, or PatternError with RE2's own reason."""
    try:
        return re2.compile(source, options())
    except re2.error as error:
        reason = error.args[0] if error.args else "?"
        text = reason.decode() if isinstance(reason, bytes) else str(reason)
        raise PatternError(f"шаблон не разбирается: {text}") from None


def translated(pattern: str) -> str:
    r"""A pattern for normal form: `\b` at its ends, letters in lower case, one group to show."""
    body, before, after = pattern, "", ""
    if body.startswith(r"\b"):
        body, before = body[2:], BEFORE
    if body.endswith(r"\b") and not body.endswith(r"\\b"):
        body, after = body[:-2], AFTER
    return f"{before}({_body(body)}){after}"


def turned(turn: str) -> str:
    """A pattern for a turn of phrase: `~` any letters, ` … ` at most three words between."""
    pieces = (piece.replace("~", r"\p{L}*").replace(" ", _BREAK) for piece in turn.split(" … "))
    between = rf"{_BREAK}(\p{{L}}+{_BREAK}){{0,3}}"
    return translated(rf"\b({between.join(pieces)})\b")


def _body(body: str) -> str:
    out: list[str] = []
    inside = False
    at = 0
    while at < len(body):
        char = body[at]
        if char == "\\":
            piece, at = _escape(body, at, inside=inside)
            out.append(piece)
            continue
        if char == "[" and not inside:
            inside = True
        elif char == "]" and inside:
            inside = False
        out.append(_literal(char, inside=inside))
        at += 1
    return "".join(out)


def _literal(char: str, *, inside: bool) -> str:
    if inside:
        return char.lower().replace("ё", "е")
    if char == " ":
        return r"\s+"
    if char in "—–":
        return "[-–—]"
    return char.lower().replace("ё", "е")


def _escape(body: str, at: int, *, inside: bool) -> tuple[str, int]:
    kind = body[at + 1 : at + 2]
    if kind in {"b", "B"}:
        raise PatternError(r"«\b» можно ставить только в начале и в конце шаблона")
    if kind in {"p", "P"}:
        name, end = _property(body, at)
        if name != "L":
            raise PatternError(f"из свойств букв есть только \\p{{L}}, а не \\{kind}{{{name}}}")
        return _set(LETTER, negated=kind == "P", inside=inside), end
    if kind in _CLASSES:
        return _set(_CLASSES[kind], negated=False, inside=inside), at + 2
    if kind in _NEGATED:
        return _set(_NEGATED[kind], negated=True, inside=inside), at + 2
    return body[at : at + 2], at + 2


def _property(body: str, at: int) -> tuple[str, int]:
    if body[at + 2 : at + 3] != "{":
        return body[at + 2 : at + 3], at + 3
    end = body.find("}", at)
    if end < 0:
        raise PatternError(r"после \p{ нет закрывающей скобки")
    return body[at + 3 : end], end + 1


def _set(chars: str, *, negated: bool, inside: bool) -> str:
    if not inside:
        return f"[{'^' if negated else ''}{chars}]"
    if negated:
        raise PatternError("отрицание (\\P, \\W, \\D) внутри квадратных скобок не допускается")
    return chars


def root_pattern(roots: tuple[str, ...]) -> str:
    """A pattern that finds every word which may hold a root; `word_pattern` then decides."""
    first = [_body(root[1:].removesuffix("$")) for root in roots if root.startswith("^")]
    inner = [_body(root.removesuffix("$")) for root in roots if not root.startswith("^")]
    branches = []
    if first:
        branches.append(f"(?:{'|'.join(first)})[{LETTER}]*")
    if inner:
        branches.append(f"[{LETTER}]*(?:{'|'.join(inner)})[{LETTER}]*")
    return f"{BEFORE}({'|'.join(branches)})".replace("$", "")


def word_pattern(roots: tuple[str, ...]) -> str:
    """A pattern for one word alone, in which `^` and `$` are the word's own ends."""
    return "|".join(
        f"^(?:{_body(root[1:])})" if root.startswith("^") else f"(?:{_body(root)})"
        for root in roots
    )


def wildcard_pattern(words: tuple[str, ...]) -> str:
    """A pattern for whole words; `*` stands for any letters."""
    parts = (f"[{LETTER}]*".join(_body(piece) for piece in word.split("*")) for word in words)
    return f"^(?:{'|'.join(parts)})$"
