"""The words that guesses about hidden words are held against, with their look-up tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from community.rules.spelling import skeleton


@dataclass(slots=True)
class Suspects:
    """The words that guesses are held against."""

    forms: frozenset[str] = frozenset()
    has_root: Callable[[str], bool] = lambda _: False
    weights: Mapping[str, int] = field(default_factory=dict)
    """The size of the longest list with a form: a mask rather stands for a word of a long list."""
    remembered: dict[str, str | None] = field(default_factory=dict)
    _skeletons: dict[str, str] = field(default_factory=dict)
    _edges: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Build the look-up tables once, when the set is loaded."""
        for form in sorted(self.forms, key=lambda form: (-self.weights.get(form, 0), form)):
            if len(form) < 3:
                continue
            self._skeletons.setdefault(skeleton(form), form)
            for edge in ((form[0], form[-1]), (form[0], ""), ("", form[-1])):
                self._edges.setdefault(edge, []).append(form)

    def exact(self, word: str) -> str | None:
        """The word itself when a list holds it."""
        return word if len(word) >= 3 and word in self.forms else None

    def known(self, word: str) -> str | None:
        """The word when a list holds it or a root pattern meets it."""
        if len(word) < 3:
            return None
        return word if word in self.forms or self.has_root(word) else None

    def sounding(self, word: str) -> str | None:
        """A listed word that is written down by ear in the same letters."""
        return self.known(word) or (self._skeletons.get(skeleton(word)) if len(word) >= 3 else None)

    def masked(self, pattern: str, first: str, last: str) -> str | None:
        """A listed word that a mask with these open ends may stand for."""
        matcher = re.compile(pattern)
        for form in self._edges.get((first, last), ()):
            if matcher.fullmatch(form):
                return form
        return None

    def inside(self, letters: str) -> str | None:
        """A listed word that fills all but a few of these joined letters."""
        size = len(letters)
        for length in range(min(size, 20), max(3, size - 6), -1):
            for start in range(size - length + 1):
                if letters[start : start + length] in self.forms:
                    return letters[start : start + length]
        return None
