"""Predicates about circumstances: their arguments, and what each asks to be known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from community.rules import circumstances
from community.rules.arguments import Refused
from community.rules.document import Problems
from community.rules.expression import All, Expression, FactLeaf
from community.rules.model import EVENTS
from community.rules.needs import KEY_PARTS, Count, Need, PairNeed, period
from community.rules.vocabulary import Lists, Vocabulary

PARTIES = ("author", "target", "thread")
ROLES = ("visitor", "member", "expert", "moderator", "administrator")
AUTHOR_KEYS = ("signed_in", "name", "role", "age_days", "posts", "strikes")
COUNT_KEYS = ("event", "key", "over", "per", "unanswered", "upheld_below")
PAIR = ("author", "target_author")
UNCOUNTED = ("join", "moderator_delete", "pm_report")
"""Events of which the site keeps no judgement that could be counted."""
BAD_PERIOD = "per пишется как «60m», «24h», «7d», не больше 31 дня"


class Asking(Vocabulary):
    """Reads predicates about circumstances, and remembers what they ask."""

    def __init__(self, lists: Lists, problems: Problems) -> None:
        super().__init__(lists, problems)
        self.asked: set[Need] = set()
        """What the expressions read so far ask of the circumstances."""

    def _choice(
        self,
        value: Any,
        line: int,
        allowed: tuple[str, ...],
        what: str,
        make: Callable[[frozenset[str]], circumstances.Ask],
    ) -> Expression:
        return FactLeaf(make(self._known(value, line, allowed, what)))

    def _author(self, value: Any, line: int) -> Expression:
        value = self._mapping(value, line, AUTHOR_KEYS)
        leaves = [FactLeaf(self._author_ask(k, v, line)) for k, v in value.items()]
        return All(tuple(leaves)) if len(leaves) > 1 else leaves[0]

    def _author_ask(self, key: str, value: Any, line: int) -> circumstances.Ask:
        if key == "signed_in" and isinstance(value, bool):
            return circumstances.signed_in(expected=value)
        if key == "name" and value == "placeholder":
            return circumstances.placeholder_name()
        if key == "role":
            return circumstances.role(self._known(value, line, ROLES, "роли"))
        if key not in ("age_days", "posts", "strikes"):
            self._refuse(line, f"такого значения у «{key}» нет")
        bounds = self._mapping(value, line, ("under", "over"))
        under, over = (self._bound(bounds.get(name), line) for name in ("under", "over"))
        self.asked.add(key)
        return circumstances.bounded(f"author_{key}", under, over)

    def _bound(self, value: Any, line: int) -> int | None:
        return None if value is None else self._whole(value, line, 0, 100_000)

    def _field(self, value: Any, line: int) -> Expression:
        if not isinstance(value, Mapping) or not value:
            self._refuse(line, "«field» — это имя поля и условие")
        for name, condition in value.items():
            if not circumstances.is_condition(condition):
                known = ("empty", "filled", "not_in_text", "shorter_than_20", "disagreement")
                self.problems.unknown(line, f"у поля «{name}» условия", condition, known)
                raise Refused
        self.asked.add("fields")
        leaves = [FactLeaf(circumstances.field(name, cond)) for name, cond in value.items()]
        return All(tuple(leaves)) if len(leaves) > 1 else leaves[0]

    def _count(self, value: Any, line: int) -> Expression:
        value = self._mapping(value, line, COUNT_KEYS)
        events = self._known(value.get("event"), line, EVENTS, "события")
        if len(events) > 1:
            self._refuse(line, "«count» считает одно событие")
        event = next(iter(events))
        if event in UNCOUNTED:
            words = f"событие «{event}» сайт не считает: условие останется неизвестным"
            self.problems.warn(line, words)
        chosen = self._known(value.get("key"), line, KEY_PARTS, "ключа")
        share = value.get("upheld_below")
        ask = Count(
            event=event,
            key=tuple(part for part in KEY_PARTS if part in chosen),
            per=self._period(value.get("per"), line),
            over=self._whole(value.get("over"), line, 0, 1_000),
            unanswered=self._flag(value.get("unanswered", False), line),
            upheld_below=None if share is None else self._whole(share, line, 1, 100),
        )
        if ask.unanswered and ask.key[:2] != PAIR:
            self._refuse(line, "«unanswered» считают между двумя: key: [author, target_author]")
        self.asked.add(ask)
        return FactLeaf(circumstances.count(ask))

    def _conflict(self, value: Any, line: int) -> Expression:
        value = self._mapping(value, line, ("pair", "sharp", "per"))
        ask = self._pair("sharp", value, line)
        return FactLeaf(circumstances.between(ask, self._whole(value.get("sharp"), line, 1, 50)))

    def _private(self, value: Any, line: int) -> Expression:
        value = self._mapping(value, line, ("pair", "per"))
        return FactLeaf(circumstances.between(self._pair("private", value, line), 1))

    def _pair(self, kind: str, value: Any, line: int) -> PairNeed:
        if self._known(value.get("pair"), line, PAIR, "стороны") != frozenset(PAIR):
            self._refuse(line, "pair — это двое: [author, target_author]")
        ask = PairNeed(kind=kind, per=self._period(value.get("per"), line))
        self.asked.add(ask)
        return ask

    def _period(self, value: Any, line: int) -> str:
        if not isinstance(value, str) or period(value) is None:
            self._refuse(line, BAD_PERIOD)
        return value

    def _community(self, value: Any, line: int) -> Expression:
        value = self._mapping(value, line, ("members_at_least",))
        bound = self._whole(value.get("members_at_least"), line, 1, 100_000)
        self.asked.add("members")
        return FactLeaf(circumstances.at_least("members", bound))
