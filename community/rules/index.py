"""All words and patterns of a set in one look-up: a text is read once for every rule.

Words are found by set intersection; a pattern is tried only where the pieces of words stand that
it cannot do without; the places in the text are looked for only where a rule met something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple

import re2

from community.rules.anchors import CLAUSE, Anchors
from community.rules.model import Span, Submission
from community.rules.normal import View, merge, normalise, readable
from community.rules.obscured import reveal
from community.rules.patterns import (
    PatternError,
    compiled,
    options,
    root_pattern,
    wildcard_pattern,
    word_pattern,
)
from community.rules.suspects import Suspects
from community.rules.tokens import PART, Words, phrase_places

# of what must be tried on every text one automaton grows too big; a few together stay small
_TOGETHER, _SET_MEMORY = 20, 8 << 20
_AT_HAND = 512
# more places of one leaf tell a reader nothing; the bound keeps hostile texts cheap
_MOST_PLACES = 500

Finder = Callable[[str], Iterable[Span]]


class _Root:
    """Roots with guarded exceptions: `хам` but not `хамелеон`."""

    def __init__(self, roots: tuple[str, ...], exceptions: tuple[str, ...]) -> None:
        self.source = root_pattern(roots)
        self._pattern = compiled(self.source)
        self._word = compiled(word_pattern(roots))
        self._except = compiled(wildcard_pattern(exceptions)) if exceptions else None

    def spans(self, text: str) -> list[Span]:
        return [
            match.span(1)
            for match in islice(self._pattern.finditer(text), _MOST_PLACES)
            if self.meets(match.group(1))
        ]

    def meets(self, word: str) -> bool:
        if not self._word.search(word):
            return False
        return self._except is None or not self._except.search(word)


class _Source(NamedTuple):
    pattern: str
    leaf: int


@lru_cache(maxsize=_AT_HAND)
def _at_hand(pattern: str) -> Any:
    """Patterns are compiled when a text first asks for them: most are never asked for."""
    return compiled(pattern)


class TextIndex:
    """Every text leaf of a set, numbered; built once, read by any number of threads."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[int, ...]] = {}
        self._sources: list[_Source] = []
        self._pattern_leaves: set[int] = set()
        self._roots: dict[int, _Root] = {}
        self._finders: dict[int, Finder] = {}
        self._numbers: dict[object, int] = {}
        self._phrases: dict[int, tuple[tuple[frozenset[str], ...], int]] = {}
        self._anchors = Anchors()
        self._sets: list[tuple[tuple[int, ...], Any]] = []
        self._vocabulary: frozenset[str] = frozenset()
        self._hidden: set[str] = set()
        self._weights: dict[str, int] = {}
        self.suspects = Suspects()

    # -- building ---------------------------------------------------------------------------
    def _number(self, key: object) -> tuple[int, bool]:
        if key in self._numbers:
            return self._numbers[key], False
        self._numbers[key] = len(self._numbers)
        return self._numbers[key], True

    def add_words(self, forms: frozenset[str]) -> int:
        """A leaf that any of these words meets."""
        number, is_new = self._number(("words", forms))
        if is_new:
            self._note(forms, number)
            self._hidden.update(forms)
            for form in forms:
                self._weights[form] = max(self._weights.get(form, 0), len(forms))
        return number

    def _note(self, forms: frozenset[str], number: int) -> None:
        for form in forms:
            self._words[form] = (*self._words.get(form, ()), number)

    def add_phrase(self, parts: tuple[frozenset[str], ...], gap: int) -> int:
        """A leaf that these words meet in this order, with at most `gap` words between."""
        number, is_new = self._number(("phrase", parts, gap))
        if is_new:
            self._phrases[number] = (parts, gap)
            rarest = min(parts, key=len)
            self._note(rarest, number)
        return number

    def add_patterns(self, sources: tuple[str, ...]) -> int:
        """A leaf that any of these RE2 patterns meets; what is shown is a pattern's first group."""
        number, is_new = self._number(("re", sources))
        if is_new:
            self._pattern_leaves.add(number)
            for source in sources:
                compiled(source)
                self._sources.append(_Source(source, number))
        return number

    def add_root(self, roots: tuple[str, ...], exceptions: tuple[str, ...]) -> int:
        """A leaf that words with one of these roots meet, save the exceptions."""
        number, is_new = self._number(("root", roots, exceptions))
        if is_new:
            self._roots[number] = _Root(roots, exceptions)
            self._sources.append(_Source(self._roots[number].source, number))
        return number

    def add_finder(self, name: str, finder: Finder) -> int:
        """A leaf that a detector meets; it reads the author's own characters."""
        number, is_new = self._number(("finder", name))
        if is_new:
            self._finders[number] = finder
        return number

    def close(self) -> None:
        """Build the automaton; no leaf may be added after."""
        self._vocabulary = frozenset(self._words)
        loose = [
            at
            for at, source in enumerate(self._sources)
            if not self._anchors.add(at, source.pattern)
        ]
        for first in range(0, len(loose), _TOGETHER):
            self._sets.append(self._together(tuple(loose[first : first + _TOGETHER])))
        roots = tuple(self._roots.values())
        self.suspects = Suspects(
            forms=frozenset(self._hidden),
            weights=self._weights,
            has_root=lambda word: any(root.meets(word) for root in roots),
        )
        self.suspects.prepare()

    def patterns(self) -> list[str]:
        """The RE2 patterns of all leaves."""
        return [source.pattern for source in self._sources]

    def _together(self, numbers: tuple[int, ...]) -> tuple[tuple[int, ...], Any]:
        some = re2.Set.SearchSet(options(_SET_MEMORY))
        for number in numbers:
            some.Add(self._sources[number].pattern)
        try:
            some.Compile()
        except re2.error as error:
            raise PatternError("автомату не хватает памяти") from error
        return numbers, some

    # -- reading ----------------------------------------------------------------------------
    def read(self, submission: Submission) -> Reading:
        """One text read for every leaf at once."""
        title = submission.title.strip("\n")
        whole = f"{title}\n{submission.text}" if title else submission.text
        return Reading(self, whole, len(title) + 1 if title else 0)

    def words_of(self, text: str) -> Words:
        """The words of a reading that some list holds."""
        return Words(text, self._vocabulary)

    def fired_words(self, words: Words) -> set[int]:
        """The leaves that these words may meet."""
        return {number for word in words.met for number in self._words[word]}

    def fired_patterns(self, text: str, known: dict[str, frozenset[int]]) -> tuple[int, ...]:
        """The patterns that meet this text, by their places in the index.

        `known` keeps what each clause met: the readings of one text share most of theirs.
        """
        fired: set[int] = set()
        for clause in CLAUSE.findall(text):
            met = known.get(clause)
            if met is None:
                met = known[clause] = self._fired_in(clause)
            if met:
                fired |= met
        for numbers, some in self._sets:
            fired.update(numbers[at] for at in some.Match(text) or ())
        return tuple(sorted(fired))

    def _fired_in(self, clause: str) -> frozenset[int]:
        worth = self._anchors.worth(PART.findall(clause))
        if not worth:
            return frozenset()
        told = clause.encode()
        return frozenset(at for at in worth if _at_hand(self._sources[at].pattern).search(told))

    def leaves_of(self, patterns: tuple[int, ...]) -> set[int]:
        """The leaves that these patterns belong to."""
        return {self._sources[at].leaf for at in patterns}

    def fired_finders(self, original: str) -> Mapping[int, tuple[Span, ...]]:
        """What the detectors find, by leaf."""
        view = readable(original)
        text = original if view is None else view.text
        found = (
            (number, merge([view.original(*one) if view else one for one in find(text)]))
            for number, find in self._finders.items()
        )
        return {number: spans for number, spans in found if spans}

    def places(
        self, number: int, view: View, words: Words, patterns: tuple[int, ...]
    ) -> list[Span]:
        """Where a leaf meets one reading, in that reading's own offsets."""
        if number in self._pattern_leaves:
            mine = [self._sources[at] for at in patterns if self._sources[at].leaf == number]
            each = (_at_hand(source.pattern).finditer(view.text) for source in mine)
            return [match.span(1) for match in islice(chain.from_iterable(each), _MOST_PLACES)]
        if number in self._roots:
            return self._roots[number].spans(view.text)
        if number in self._phrases:
            return phrase_places(words.tokens, *self._phrases[number])
        met = [word for word in words.met if number in self._words[word]]
        return [place for word in met for place in words.places[word]]


class Reading:
    """One text in its readings, with what every leaf found; offsets are the author's own."""

    def __init__(self, index: TextIndex, original: str, title_size: int) -> None:
        self.index = index
        self.original = original
        self.title_size = title_size
        plain = normalise(original)
        hidden = reveal(plain, index.suspects)
        self.views: tuple[View, ...] = (plain,) if hidden is None else (plain, hidden)
        self._found: dict[int, tuple[Span, ...]] = dict(index.fired_finders(original))
        self.fired = set(self._found)
        self._words = tuple(index.words_of(view.text) for view in self.views)
        known: dict[str, frozenset[int]] = {}
        self._patterns = tuple(index.fired_patterns(view.text, known) for view in self.views)
        for words, patterns in zip(self._words, self._patterns, strict=True):
            self.fired |= index.fired_words(words) | index.leaves_of(patterns)

    def spans(self, number: int) -> tuple[Span, ...]:
        """Where one leaf meets the text."""
        if number not in self._found:
            each = zip(self.views, self._words, self._patterns, strict=True)
            places = [
                view.original(*place)
                for view, words, patterns in each
                for place in self.index.places(number, view, words, patterns)[:_MOST_PLACES]
            ]
            self._found[number] = merge(places) if number in self.fired else ()
        return self._found[number]

    @cached_property
    def plain(self) -> View:
        """The normal form without guesses."""
        return self.views[0]
