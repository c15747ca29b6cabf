"""All words and patterns of a set in one look-up: a text is read once for every rule.

Words are found by set intersection, patterns by one RE2 automaton; the places in the text are
looked for only where a rule met something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

import re2

from community.rules.model import Span, Submission
from community.rules.normal import View, merge, normalise
from community.rules.obscured import Suspects, reveal
from community.rules.patterns import (
    PatternError,
    compiled,
    options,
    root_pattern,
    wildcard_pattern,
    word_pattern,
)

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…\n]")
_PART = re.compile(r"[^\W_]+")
_SET_MEMORY = 64 << 20
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


class TextIndex:
    """Every text leaf of a set, numbered; built once, read by any number of threads."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[int, ...]] = {}
        self._sources: list[tuple[str, int]] = []
        self._patterns: dict[int, Any] = {}
        self._roots: dict[int, _Root] = {}
        self._finders: dict[int, Finder] = {}
        self._numbers: dict[object, int] = {}
        self._phrases: dict[int, tuple[tuple[frozenset[str], ...], int]] = {}
        self._pattern_leaves: list[int] = []
        self._set: Any = None
        self._vocabulary: frozenset[str] = frozenset()
        self._hidden: set[str] = set()
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

    def add_pattern(self, source: str) -> int:
        """A leaf that this RE2 pattern meets; its first group is what people are shown."""
        number, is_new = self._number(("re", source))
        if is_new:
            self._patterns[number] = compiled(source)
            self._sources.append((source, number))
        return number

    def add_root(self, roots: tuple[str, ...], exceptions: tuple[str, ...]) -> int:
        """A leaf that words with one of these roots meet, save the exceptions."""
        number, is_new = self._number(("root", roots, exceptions))
        if is_new:
            self._roots[number] = _Root(roots, exceptions)
            self._sources.append((self._roots[number].source, number))
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
        if self._sources:
            self._set = re2.Set.SearchSet(options(_SET_MEMORY))
            for source, number in self._sources:
                self._set.Add(source)
                self._pattern_leaves.append(number)
            try:
                self._set.Compile()
            except re2.error as error:
                raise PatternError("автомату не хватает памяти") from error
        roots = tuple(self._roots.values())
        self.suspects = Suspects(
            forms=frozenset(self._hidden),
            has_root=lambda word: any(root.meets(word) for root in roots),
        )
        self.suspects.prepare()

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

    def fired_patterns(self, text: str) -> set[int]:
        """The leaves whose pattern meets this reading of the text."""
        if self._set is None:
            return set()
        return {self._pattern_leaves[at] for at in self._set.Match(text) or ()}

    def fired_finders(self, original: str) -> Mapping[int, tuple[Span, ...]]:
        """What the detectors find, by leaf."""
        found = ((number, merge(list(find(original)))) for number, find in self._finders.items())
        return {number: spans for number, spans in found if spans}

    def places(self, number: int, view: View, words: Words) -> list[Span]:
        """Where a leaf meets one reading, in that reading's own offsets."""
        if number in self._patterns:
            found = self._patterns[number].finditer(view.text)
            return [match.span(1) for match in islice(found, _MOST_PLACES)]
        if number in self._roots:
            return self._roots[number].spans(view.text)
        if number in self._phrases:
            return _phrase_places(words.tokens, *self._phrases[number])
        met = [word for word in words.met if number in self._words[word]]
        return [place for word in met for place in words.places[word]]


class Words:
    """The words of one reading; their places are looked for once, for the words that matter."""

    def __init__(self, text: str, vocabulary: frozenset[str]) -> None:
        self._text = text
        self._vocabulary = vocabulary
        found = set(_PART.findall(text))
        if "-" in text:
            found.update(_WORD.findall(text))
        self.met = found & vocabulary

    @cached_property
    def tokens(self) -> list[re.Match[str]]:
        """Every word in order."""
        return list(_PART.finditer(self._text))

    @cached_property
    def places(self) -> dict[str, list[Span]]:
        """Where each word that some list holds stands."""
        return {word: _occurrences(word, self._text) for word in self.met}


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
        for view, words in zip(self.views, self._words, strict=True):
            self.fired |= index.fired_words(words)
            self.fired |= index.fired_patterns(view.text)

    def spans(self, number: int) -> tuple[Span, ...]:
        """Where one leaf meets the text."""
        if number not in self._found:
            places = [
                view.original(*place)
                for view, words in zip(self.views, self._words, strict=True)
                for place in self.index.places(number, view, words)[:_MOST_PLACES]
            ]
            self._found[number] = merge(places) if number in self.fired else ()
        return self._found[number]

    @cached_property
    def plain(self) -> View:
        """The normal form without guesses."""
        return self.views[0]


def _occurrences(word: str, text: str) -> list[Span]:
    found = []
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            found.append((at, end))
        at = text.find(word, end)
    return found


def _phrase_places(
    tokens: list[re.Match[str]], parts: tuple[frozenset[str], ...], gap: int
) -> list[Span]:
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
