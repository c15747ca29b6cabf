"""The words of one reading of a text, and where they stand."""

from __future__ import annotations

import re
from functools import cached_property

from community.rules.model import Span

_HYPHENED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_SENTENCE_END = re.compile(r"[.!?…\n]")
PART = re.compile(r"[^\W_]+")


class Words:
    """The words of one reading; their places are looked for once, for the words that matter."""

    def __init__(self, text: str, vocabulary: frozenset[str]) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self.met = vocabulary.intersection(PART.findall(text))
        if "-" in text:
            self.met |= vocabulary.intersection(_HYPHENED.findall(text))

    @cached_property
    def tokens(self) -> list[re.Match[str]]:
        """Every word in order."""
        return list(PART.finditer(self._text))

    @cached_property
    def places(self) -> dict[str, list[Span]]:
        """Where each word that some list holds stands."""
        return {word: _occurrences(word, self._text) for word in self.met}


def _occurrences(word: str, text: str) -> list[Span]:
    found = []
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            found.append((at, end))
        at = text.find(word, end)
    return found


def phrase_places(
    tokens: list[re.Match[str]], parts: tuple[frozenset[str], ...], gap: int
) -> list[Span]:
    """Where these words follow each other, at most `gap` words apart, within one sentence."""
    found = []
    for at, token in enumerate(tokens):
        if token.group() not in parts[0]:
            continue
        end = _follow(tokens, at, parts, gap)
        if end is not None:
            found.append((token.start(), tokens[end].end()))
    return found


def _follow(
    tokens: list[re.Match[str]], at: int, parts: tuple[frozenset[str], ...], gap: int
) -> int | None:
    for part in parts[1:]:
        for step in range(at + 1, min(at + gap + 2, len(tokens))):
            if _SENTENCE_END.search(tokens[at].string, tokens[at].end(), tokens[step].start()):
                return None
            if tokens[step].group() in part:
                at = step
                break
        else:
            return None
    return at
