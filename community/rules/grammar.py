"""The language of `when` and `unless`: plain data into an expression, or words on what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from community.rules import circumstances
from community.rules.arguments import Refused
from community.rules.asking import PARTIES, Asking
from community.rules.detectors.registry import DETECTORS
from community.rules.document import Problems, line_of
from community.rules.expression import (
    All,
    Either,
    Expression,
    Near,
    Not,
    PlaceFilter,
    TextLeaf,
    either,
    inverted,
)
from community.rules.index import TextIndex
from community.rules.model import EVENTS, SPACES
from community.rules.patterns import PatternError, translated, turned
from community.rules.shapes import SHAPES, shape_finder
from community.rules.vocabulary import Lists
from community.rules.words import Forms

MAX_DEPTH = 6
MAX_LEAVES = 40
MAX_PATTERN = 6_000
TOWARD = ("you", "called", "mention", "reply", "staff")


Part = Expression | PlaceFilter


class Grammar(Asking):
    """Reads expressions of one file into one index."""

    def __init__(self, index: TextIndex, lists: Lists, forms: Forms, problems: Problems) -> None:
        self.index = index
        self.forms = forms
        super().__init__(lists, problems)
        self._predicates: Mapping[str, Callable[[Any, int], Part]] = {
            "all": self._all,
            "any": self._any,
            "not": self._not,
            "near": self._near,
            "lemma": self._lemma,
            "root": self._root,
            "phrase": self._phrase,
            "re": self._re,
            "detect": self._detect,
            "shape": self._shape,
            "toward": self._toward,
            "quoted": self._quoted,
            "person": self._person,
            "denied": self._denied,
            "author": self._author,
            "space": lambda v, at: self._choice(v, at, SPACES, "места", circumstances.space),
            "event": lambda v, at: self._choice(v, at, EVENTS, "события", circumstances.event),
            "party": lambda v, at: self._choice(v, at, PARTIES, "стороны", circumstances.party),
            "field": self._field,
            "count": self._count,
            "conflict": self._conflict,
            "private_contact": self._private,
            "community": self._community,
        }

    @property
    def predicates(self) -> tuple[str, ...]:
        """The names of every predicate."""
        return tuple(self._predicates)

    def expression(self, data: Any, line: int) -> Expression | None:
        """The expression told by plain data; None when it was refused."""
        try:
            part = self.part(data, line)
        except Refused:
            return None
        if isinstance(part, PlaceFilter):
            self.problems.add(
                line, "этому условию нужно соседнее слово: поставьте его внутрь «all»"
            )
            return None
        if part.depth > MAX_DEPTH:
            self.problems.add(line, f"вложенность {part.depth}, а допускается {MAX_DEPTH}")
        if part.leaves > MAX_LEAVES:
            self.problems.add(line, f"условий {part.leaves}, а в правиле допускается {MAX_LEAVES}")
        return part

    def part(self, data: Any, line: int) -> Part:
        """One predicate with its argument."""
        if not isinstance(data, Mapping) or len(data) != 1:
            self._refuse(line_of(data, default=line), "условие — это одно имя и его значение")
        name, value = next(iter(data.items()))
        at = line_of(data, name, line) or line
        if name not in self._predicates:
            self.problems.unknown(at, "условия", name, self._predicates)
            raise Refused
        return self._predicates[name](value, at)

    # -- logic ------------------------------------------------------------------------------
    def _parts(self, value: Any, line: int) -> list[Part]:
        if not isinstance(value, list) or not value:
            self._refuse(line, "здесь нужен непустой список условий")
        return [self.part(item, line_of(value, at, line) or line) for at, item in enumerate(value)]

    def _all(self, value: Any, line: int) -> Part:
        parts = self._parts(value, line)
        filters = tuple(part for part in parts if isinstance(part, PlaceFilter))
        others = tuple(part for part in parts if not isinstance(part, PlaceFilter))
        if filters and not any(part.trigger for part in others):
            self._refuse(line, "«toward», «quoted» и «person» ставят рядом с условием о словах")
        return All(others, filters)

    def _any(self, value: Any, line: int) -> Part:
        parts = self._parts(value, line)
        filters = tuple(part for part in parts if isinstance(part, PlaceFilter))
        if filters and len(filters) == len(parts):
            return either(filters)
        if filters:
            self._refuse(line, "в «any» нельзя смешивать условия о месте с остальными")
        return Either(tuple(part for part in parts if not isinstance(part, PlaceFilter)))

    def _not(self, value: Any, line: int) -> Part:
        part = self.part(value, line)
        return inverted(part) if isinstance(part, PlaceFilter) else Not(part)

    def _near(self, value: Any, line: int) -> Part:
        value = self._mapping(value, line, ("a", "b", "within", "ordered"))
        sides: list[Expression] = []
        for side in ("a", "b"):
            if side not in value:
                self._refuse(line, f"у «near» нет «{side}»")
            told = value[side]
            told = {"lemma": told} if isinstance(told, str | list) else told
            part = self.part(told, line_of(value, side, line))
            if isinstance(part, PlaceFilter) or part.trigger is None:
                self._refuse(line, f"«{side}» в «near» должно искать слова")
            sides.append(part)
        within = self._whole(value.get("within", 5), line, 0, 50)
        return Near(sides[0], sides[1], within, value.get("ordered") is True)

    # -- words ------------------------------------------------------------------------------
    def _lemma(self, value: Any, line: int) -> Part:
        return TextLeaf(self.index.add_words(self.forms.of_list(self.entries(value, line))))

    def _root(self, value: Any, line: int) -> Part:
        if isinstance(value, str) and value.startswith("$"):
            if value[1:] not in self.lists.roots:
                self.problems.unknown(line, "списка корней", value[1:], self.lists.roots)
                raise Refused
            self.used.add(value[1:])
            roots, exceptions = self.lists.roots[value[1:]]
        else:
            value = self._mapping(value, line, ("roots", "except"))
            roots = self._strings(value.get("roots"), line)
            exceptions = self._strings(value.get("except", []), line, may_be_empty=True)
        return self._guarded(line, lambda: TextLeaf(self.index.add_root(roots, exceptions)))

    def _phrase(self, value: Any, line: int) -> Part:
        value = (
            self._mapping(value, line, ("words", "gap")) if isinstance(value, Mapping) else value
        )
        words, gap = (
            (value.get("words"), value.get("gap", 0)) if isinstance(value, dict) else (value, 0)
        )
        if isinstance(words, str):
            words = words.split()
        if not isinstance(words, list) or not 2 <= len(words) <= 8:
            self._refuse(line, "«phrase» — это от двух до восьми слов подряд")
        parts = tuple(self.forms.of_list(self.entries(word, line)) for word in words)
        return TextLeaf(self.index.add_phrase(parts, self._whole(gap, line, 0, 10)))

    def _re(self, value: Any, line: int) -> Part:
        if isinstance(value, str) and value.startswith("$") and value[1:].isidentifier():
            turns = self.turns(value[1:], line)
            sources = (turned(turn) for turn in turns)
            return self._guarded(line, lambda: TextLeaf(self.index.add_patterns(tuple(sources))))
        if not isinstance(value, str) or not 2 <= len(value) <= MAX_PATTERN:
            self._refuse(line, f"шаблон — это строка от 2 до {MAX_PATTERN} знаков")
        return self._guarded(line, lambda: TextLeaf(self.index.add_patterns((translated(value),))))

    def _guarded(self, line: int, build: Callable[[], Part]) -> Part:
        try:
            return build()
        except PatternError as error:
            self._refuse(line, str(error))

    def _detect(self, value: Any, line: int) -> Part:
        kinds = self._strings(value, line)
        leaves = []
        for kind in kinds:
            if kind not in DETECTORS:
                self.problems.unknown(line, "определителя", kind, DETECTORS)
                raise Refused
            leaves.append(TextLeaf(self.index.add_finder(kind, DETECTORS[kind].find), kind))
        return Either(tuple(leaves))

    def _shape(self, value: Any, line: int) -> Part:
        value = self._mapping(value, line, tuple(SHAPES))
        leaves = []
        for name, bound in value.items():
            number = self._whole(bound, line, 1, 100_000)
            leaves.append(
                TextLeaf(self.index.add_finder(f"{name}:{number}", shape_finder(name, number)))
            )
        return All(tuple(leaves))

    # -- places -----------------------------------------------------------------------------
    def _toward(self, value: Any, line: int) -> Part:
        whom = self._known(value, line, TOWARD, "направления")
        return PlaceFilter(lambda facts, span: facts.setting.is_toward(span, whom))

    def _quoted(self, value: Any, line: int) -> Part:
        if value not in ("match", True):
            self._refuse(line, "у «quoted» одно значение: match")
        return PlaceFilter(lambda facts, span: facts.setting.is_quoted(span))

    def _denied(self, value: Any, line: int) -> Part:
        if value not in ("match", True):
            self._refuse(line, "у «denied» одно значение: match")
        return PlaceFilter(lambda facts, span: facts.setting.is_denied(span))

    def _person(self, value: Any, line: int) -> Part:
        if value is not True:
            self._refuse(line, "у «person» одно значение: true")
        return PlaceFilter(lambda facts, span: facts.setting.has_person(span))
