"""The normal form of a text, with a map back to the author's own characters.

Lower case, ё as е, compatibility forms unfolded, invisible characters dropped, foreign Cyrillic
letters folded. Nothing here guesses: guesses about hidden words are in `obscured`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from community.rules.model import Span

_PLAIN_SET = r"[\t\n -~\u00a0«»А-яЁё–—’“”„…№]"
_PLAIN = re.compile(f"{_PLAIN_SET}*")
_PIECES = re.compile(f"{_PLAIN_SET}+|.", re.DOTALL)
_LOOK = str.maketrans({"ё": "е", "\u00a0": " ", "\t": " ", "’": "'"})
_GROWTH = 4
_MARKS = frozenset("\u0306\u0308")
_NEIGHBOURS = str.maketrans("іїєґўәқғңөұүһҗѓќјљњћђџѕѵѣѹꙋѡ", "ииегуакгноуухжгкилнчджсиеууо")
_SQUARED = {chr(0x1F170 + i): chr(97 + i) for i in range(26)} | {
    chr(0x1F150 + i): chr(97 + i) for i in range(26)
}
_SMALL = dict(zip("ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ", "abcdeghijklmnoprtuvwyz", strict=True))
_ONE_TO_ONE = {**_SQUARED, **_SMALL}
_SPACES = frozenset("\u2028\u2029\u0085\x0b\x0c")
_DROPPED = frozenset({"Cf", "Mn", "Me", "Cs", "Cc", "Co", "Cn"})
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


@dataclass(frozen=True, slots=True)
class View:
    """One reading of a text: `text[i]` stands for `original[starts[i]:ends[i]]`."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> Span:
        """The author's own characters behind a piece of this view."""
        if start >= end:
            return (0, 0)
        return self.starts[start], self.ends[end - 1]


def normalise(text: str) -> View:
    """The normal form; doing it twice gives the same text."""
    if _PLAIN.fullmatch(text):
        size = len(text)
        return View(text.lower().translate(_LOOK), range(size), range(1, size + 1))
    return _normalise_slowly(text)


def _normalise_slowly(text: str) -> View:
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECES.finditer(text):
        at, after = piece.span()
        if after - at > 1 or _PLAIN.fullmatch(piece.group()):
            out.append(piece.group().lower().translate(_LOOK))
            starts.extend(range(at, after))
            ends.extend(range(at + 1, after + 1))
            continue
        char = piece.group()
        if char in _MARKS and _joined(char, out, ends, at):
            continue
        letters = _letters(char)
        if letters:
            out.append(letters)
            starts.extend([at] * len(letters))
            ends.extend([after] * len(letters))
    return View("".join(out), starts, ends)


def _joined(mark: str, out: list[str], ends: list[int], at: int) -> bool:
    """Put a breve or a diaeresis onto the letter before it: «й» and «ё» in two characters."""
    if not out or ends[-1] != at:
        return False
    last = out[-1][-1]
    composed = unicodedata.normalize("NFC", last + mark)
    if composed not in ("й", "ё"):
        return False
    out[-1] = out[-1][:-1] + composed.translate(_LOOK)
    ends[-1] = at + 1
    return True


@lru_cache(maxsize=8192)
def _letters(char: str) -> str:
    if char in _ONE_TO_ONE:
        return _ONE_TO_ONE[char]
    if char in _SPACES:
        return "\n"
    if char in _BLANK or unicodedata.category(char) in _DROPPED:
        return ""
    return _unfold(char)


def _unfold(char: str) -> str:
    folded = unicodedata.normalize("NFKD", char)
    if len(folded) > 1 and unicodedata.normalize("NFC", folded) in "йЙ":
        return "й"
    kept = "".join(c for c in folded if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    lowered = kept.lower()[:_GROWTH]
    if not lowered.strip():
        return " " if char.isspace() or kept else ""
    clean = "".join(c for c in lowered if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    return clean.translate(_LOOK).translate(_NEIGHBOURS)


_UNREADABLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\u0300-\u0305\u0307\u0309-\u036f\u20d0-\u20ff\uff01-\uff5e\u2460-\u2468\U0001d7ce-\U0001d7ff]"
)


def readable(text: str) -> View | None:
    """A text as it looks, for detectors: no invisible signs, wide digits as plain; None if it is."""
    if _PLAIN.fullmatch(text) or not _UNREADABLE.search(text):
        return None
    out: list[str] = []
    starts: list[int] = []
    done = 0
    for found in _UNREADABLE.finditer(text):
        at, char = found.start(), found.group()
        out.append(text[done:at])
        starts.extend(range(done, at))
        done = at + 1
        folded = unicodedata.normalize("NFKC", char)
        shown = len(folded) == 1 and folded.isprintable()
        if shown and unicodedata.category(char) not in _DROPPED:
            out.append(folded)
            starts.append(at)
    out.append(text[done:])
    starts.extend(range(done, len(text)))
    return View("".join(out), starts, [at + 1 for at in starts])


def merge(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, overlapping and touching ones as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return tuple(merged)


def is_ordered(starts: Sequence[int]) -> bool:
    """Whether an offset map never runs backwards."""
    return all(a <= b for a, b in pairwise(starts))
