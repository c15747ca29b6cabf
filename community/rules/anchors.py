"""What must stand in a clause before a pattern can meet it: pieces of words decide what is tried.

From an RE2 pattern groups of pieces are read: of every group at least one piece stands in every
clause that the pattern meets. A pattern that has no such group, or may reach over the end of a
clause, is not anchored: it must be tried on every text.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from community.rules.patterns import AFTER, BEFORE

_SHORTEST = 3
# what nearly every text wakes is cheaper tried together with its like
_TOO_COMMON = 0.02
_MOST_SPELLINGS = 64
_MOST_LETTERS_OF_CLASS = 4
_MEMORY, _LONGEST_REMEMBERED = 20_000, 40
_ENDS = frozenset(".!?…;:()«»")
CLAUSE = re.compile(r"[^.!?…;:()«»]+")
"""Pieces of a text that an anchored pattern never reaches out of."""
_RUN = re.compile(r"[^\W_]+")
_TIMES = re.compile(r"([?*+]|\{(\d+)(?:,\d*)?\})\??")
_OPENED = re.compile(r"\((\?:|\?P?<\w+>|(?!\?))")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
# in a class: what surely ends no clause; of the rest nothing may stand for a range
_TAME = re.compile(r"\\[sd]|а-я|a-z|0-9|^-|-$")
_REACHING = re.compile(r"[.!?…;:()«»\[\\-]")

Group = frozenset[str]
_NOTHING: Group = frozenset({""})


class _Unread(Exception):
    """The pattern has something that is not read here."""


class _Must(NamedTuple):
    """All spellings of a piece of a pattern when they are few, and groups that it cannot do without."""

    spellings: Group | None
    groups: tuple[Group, ...]

    def closed(self) -> tuple[Group, ...]:
        """The groups, with the spellings as one more."""
        own = _group(self.spellings or ())
        return (*self.groups, own) if own else self.groups


_ANYTHING = _Must(None, ())


_known: dict[str, tuple[Group, ...]] = {}
_kept: set[str] = set()


def recall(folder: Path | None) -> None:
    """Take what earlier starts have read out of patterns; a file that cannot be read costs only time."""
    try:
        kept = json.loads(_file(folder).read_text(encoding="utf-8")) if folder else {}
        _known.update({source: tuple(map(frozenset, told)) for source, told in kept.items()})
        _kept.update(kept)
    except (OSError, ValueError, TypeError, AttributeError):
        return


def keep(folder: Path | None, sources: Iterable[str]) -> None:
    """Remember the groups of these patterns beside the data for the next start."""
    told = {source: [sorted(group) for group in anchors(source)] for source in sources}
    if folder is None or told.keys() <= _kept:
        return
    draft = _file(folder).with_suffix(f".{os.getpid()}.new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        draft.replace(_file(folder))
    except OSError:
        return


def _file(folder: Path) -> Path:
    """The file of this very reader: another edition of the program reads patterns anew."""
    edition = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    return folder / f"anchors-{edition}.json"


def anchors(source: str) -> tuple[Group, ...]:
    """The groups of a pattern, the rarest first; none when it is not anchored."""
    if source not in _known:
        _known[source] = _anchors(source)
    return _known[source]


def _anchors(source: str) -> tuple[Group, ...]:
    body = source.removeprefix(BEFORE).removesuffix(AFTER)
    try:
        must, end = _branches(body, 0)
    except _Unread:
        return ()
    return tuple(sorted(must.closed(), key=_commonness)) if end == len(body) else ()


def _commonness(group: Group) -> float:
    return sum(4.0 ** -len(piece) for piece in group)


def _group(spellings: Iterable[str]) -> Group | None:
    """One piece of a word for each spelling; None when a spelling is too short to tell anything."""
    pieces = {max(_RUN.findall(spelling), key=len, default="") for spelling in spellings}
    if not pieces or min(map(len, pieces)) < _SHORTEST:
        return None
    return frozenset(one for one in pieces if not any(o in one for o in pieces if o != one))


def _branches(source: str, at: int) -> tuple[_Must, int]:
    branch, at = _row(source, at)
    branches = [branch]
    while source[at : at + 1] == "|":
        branch, at = _row(source, at + 1)
        branches.append(branch)
    return _either(branches), at


def _either(branches: list[_Must]) -> _Must:
    if len(branches) == 1:
        return branches[0]
    spellings = frozenset().union(*(one.spellings or () for one in branches))
    if all(one.spellings is not None for one in branches) and len(spellings) <= _MOST_SPELLINGS:
        return _Must(spellings, ())
    best = [min(one.closed(), key=_commonness, default=None) for one in branches]
    if any(one is None for one in best):
        return _ANYTHING
    together = _group(piece for one in best for piece in one or ())
    return _Must(None, (together,) if together else ())


def _row(source: str, at: int) -> tuple[_Must, int]:
    groups: list[Group] = []
    spellings, is_whole = _NOTHING, True
    while at < len(source) and source[at] not in "|)":
        piece, at = _piece(source, at)
        told = piece.spellings
        if told is not None and len(told) * len(spellings) <= _MOST_SPELLINGS:
            spellings = frozenset(one + two for one in spellings for two in told)
            continue
        groups.extend((*_Must(spellings, ()).closed(), *piece.groups))
        spellings, is_whole = (_NOTHING if told is None else told), False
    row = _Must(spellings, tuple(groups))
    return (row if is_whole else _Must(None, row.closed())), at


def _piece(source: str, at: int) -> tuple[_Must, int]:
    """One sign, class or bracket with how often it stands."""
    piece, at = _single(source, at)
    while times := _TIMES.match(source, at):
        at = times.end()
        if times.group(1) == "?" and piece.spellings is not None:
            piece = _Must(piece.spellings | _NOTHING, ())
        elif times.group(1) in "?*" or times.group(2) == "0":
            piece = _ANYTHING
        else:
            piece = _Must(None, piece.closed())
    return piece, at


def _single(source: str, at: int) -> tuple[_Must, int]:
    sign = source[at]
    if sign == "(":
        opened = _OPENED.match(source, at)
        if opened is None:
            raise _Unread
        inner, end = _branches(source, opened.end())
        if source[end : end + 1] != ")":
            raise _Unread
        return inner, end + 1
    if sign == "[":
        return _of_class(source, at)
    if sign == "\\":
        return _escaped(source, at)
    if sign in "^$." or sign in _ENDS:
        raise _Unread
    return _Must(frozenset({sign}), ()), at + 1


def _of_class(source: str, at: int) -> tuple[_Must, int]:
    found = _CLASS.match(source, at)
    if found is None:
        raise _Unread
    inside = found.group()[1:-1]
    if inside[0] == "^" or _REACHING.search(_TAME.sub("", inside)):
        raise _Unread
    is_few = inside.isalpha() and len(inside) <= _MOST_LETTERS_OF_CLASS
    return (_Must(frozenset(inside), ()) if is_few else _ANYTHING), found.end()


def _escaped(source: str, at: int) -> tuple[_Must, int]:
    sign = source[at + 1 : at + 2]
    if sign in ("s", "d"):
        return _ANYTHING, at + 2
    if not sign or sign.isalnum() or sign in _ENDS:
        raise _Unread
    return _Must(frozenset({sign}), ()), at + 2


class Anchors:
    """Which of many patterns are worth trying on a clause with these words."""

    def __init__(self) -> None:
        self._woken: dict[str, list[tuple[int, tuple[Group, ...]]]] = {}
        self._starts: dict[str, tuple[str, ...]] = {}
        self._remembered: dict[str, tuple[str, ...]] = {}

    def add(self, number: int, source: str) -> bool:
        """Take a pattern in; False when it is to be tried on every text."""
        groups = anchors(source)
        if not groups or _commonness(groups[0]) > _TOO_COMMON:
            return False
        for piece in groups[0]:
            self._woken.setdefault(piece, []).append((number, groups[1:]))
        for piece in frozenset().union(*groups):
            known = self._starts.get(piece[:_SHORTEST], ())
            if piece not in known:
                self._starts[piece[:_SHORTEST]] = (*known, piece)
        return True

    def worth(self, words: Iterable[str]) -> set[int]:
        """The patterns that these words do not rule out."""
        pieces: set[str] = set()
        remembered = self._remembered
        for word in words:
            found = remembered.get(word)
            if found is None:
                found = self._pieces(word)
            if found:
                pieces.update(found)
        return {
            number
            for piece in pieces
            for number, others in self._woken.get(piece, ())
            if not any(group.isdisjoint(pieces) for group in others)
        }

    def _pieces(self, word: str) -> tuple[str, ...]:
        starts = self._starts
        found = tuple({
            piece
            for at in range(len(word) - _SHORTEST + 1)
            for piece in starts.get(word[at : at + _SHORTEST], ())
            if word.startswith(piece, at)
        })  # fmt: skip
        if len(word) <= _LONGEST_REMEMBERED:
            if len(self._remembered) >= _MEMORY:
                self._remembered.clear()
            self._remembered[word] = found
        return found
