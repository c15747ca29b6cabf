"""One rule of the file: its keys, what each may hold, and its inline tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from community.rules.asking import BAD_PERIOD, ROLES
from community.rules.cases import CaseError, submission_of
from community.rules.document import Problems, line_of
from community.rules.expression import Expression
from community.rules.grammar import Grammar
from community.rules.model import ACTS, BESIDE, EVENTS, MODES, OFFERS, Case, Rule
from community.rules.needs import KEY_PARTS, Count, Need, Throttle, period

KEYS = (
    "id", "v", "article", "title", "severity", "mode", "on", "when", "unless", "throttle", "then",
    "release", "pause", "reviewer", "offer", "message", "tests", "owner", "review_by", "ignore", "exempt",
)  # fmt: skip
DEFAULT_KEYS = ("mode", "on", "ignore", "exempt", "owner", "release", "reviewer")
NEEDED = ("id", "v", "article", "severity", "when", "then", "message", "tests")
PLACEHOLDERS = ("match", "kind", "until", "place", "target", "moderation_topic", "limit", "members")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_NOT_FOR_LETTERS = ("hold", "alert")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a rule that says nothing means."""

    mode: str = "shadow"
    on: tuple[str, ...] = ("post", "comment", "edit")
    ignore: tuple[str, ...] = ("quote",)
    exempt: tuple[str, ...] = ()
    owner: str = ""
    release: str = "auto"
    reviewer: str = "any"


def read_defaults(data: Any, problems: Problems) -> Defaults:
    """The `defaults` of the file."""
    if data is None:
        return Defaults()
    if not isinstance(data, Mapping):
        problems.add(1, "«defaults» — это ключи и значения")
        return Defaults()
    reader = _Reader(data, line_of(data), problems, Defaults())
    reader.check_keys(DEFAULT_KEYS)
    return Defaults(
        mode=reader.one("mode", MODES, "режима", "shadow"),
        on=tuple(sorted(reader.many("on", EVENTS, "события", Defaults().on))),
        ignore=tuple(sorted(reader.many("ignore", ("quote", "code"), "пропуска", ("quote",)))),
        exempt=tuple(sorted(reader.many("exempt", ROLES, "роли", ()))),
        owner=str(data.get("owner", "")),
        release=reader.one("release", ("auto", "person"), "порядка", "auto"),
        reviewer=reader.one("reviewer", ("any", "not_target"), "проверяющего", "any"),
    )


def read_rule(
    data: Any, line: int, defaults: Defaults, grammar: Grammar, today: date
) -> Rule | None:
    """The rule told by plain data; None when it was refused."""
    problems = grammar.problems
    if not isinstance(data, Mapping):
        problems.add(line, "правило — это ключи и значения")
        return None
    reader = _Reader(data, line, problems, defaults)
    reader.check_keys(KEYS)
    if not reader.has_needed():
        return None
    grammar.asked.clear()
    when = grammar.expression(data["when"], line_of(data, "when", line))
    unless = None
    if data.get("unless") is not None:
        unless = grammar.expression(data["unless"], line_of(data, "unless", line))
    if when is None:
        return None
    return _rule(reader, (when, unless), frozenset(grammar.asked), today)


def _rule(
    reader: _Reader,
    conditions: tuple[Expression, Expression | None],
    asks: frozenset[Need],
    today: date,
) -> Rule | None:
    when, unless = conditions
    throttle = reader.throttle()
    defaults, data = reader.defaults, reader.data
    on = reader.many("on", EVENTS, "события", defaults.on)
    acts = reader.acts(on)
    message = reader.message()
    event = "comment" if "comment" in on else min(on, default="comment")
    return Rule(
        id=reader.identity(),
        v=reader.whole("v", 1, 10_000),
        article=reader.text("article"),
        title=str(data.get("title") or data["article"]),
        severity=reader.whole("severity", 1, 4),
        mode=reader.one("mode", MODES, "режима", defaults.mode),
        on=frozenset(on),
        when=when,
        unless=unless,
        throttle=throttle,
        acts=acts,
        release=reader.one("release", ("auto", "person"), "порядка", defaults.release),
        pause=reader.pause(asks, throttle),
        reviewer=reader.one("reviewer", ("any", "not_target"), "проверяющего", defaults.reviewer),
        offer=reader.many("offer", OFFERS, "предложения", ()),
        ignore=frozenset(reader.many("ignore", ("quote", "code"), "пропуска", defaults.ignore)),
        exempt=frozenset(reader.many("exempt", ROLES, "роли", defaults.exempt)),
        message=message,
        hit_cases=reader.cases("hit", event),
        miss_cases=reader.cases("miss", event),
        owner=str(data.get("owner", defaults.owner)),
        review_by=reader.review_by(today),
        line=reader.line,
        trigger=when.trigger,
        asks=asks,
    )


class _Reader:
    """Reads keys of one mapping, collecting what is wrong."""

    def __init__(self, data: Any, line: int, problems: Problems, defaults: Defaults) -> None:
        self.data = data
        self.line = line
        self.problems = problems
        self.defaults = defaults

    def at(self, key: str) -> int:
        return line_of(self.data, key, self.line) or self.line

    def check_keys(self, keys: tuple[str, ...]) -> None:
        for key in self.data:
            if key not in keys:
                self.problems.unknown(self.at(key), "ключа", key, keys)

    def has_needed(self) -> bool:
        missing = [key for key in NEEDED if self.data.get(key) in (None, "", [])]
        for key in missing:
            name = self.data.get("id", "?")
            self.problems.add(self.line, f"у правила {name} нет ключа «{key}»")
        return not missing

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip():
            self.problems.add(self.at(key), f"«{key}» — это непустая строка")
            return ""
        return " ".join(value.split())

    def identity(self) -> str:
        value = str(self.data["id"])
        if not re.fullmatch(r"[А-ЯЁA-Z]{2,8}-\d{1,3}", value):
            self.problems.add(self.at("id"), f"id «{value}» пишется как «ОСК-1»")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        value = self.data.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.problems.add(self.at(key), f"«{key}» — целое число от {low} до {high}")
            return low
        return value

    def one(self, key: str, allowed: Iterable[str], what: str, default: str) -> str:
        value = self.data.get(key, default)
        # YAML 1.1 reads a bare `off` as false
        value = "off" if value is False and key == "mode" else value
        if value not in tuple(allowed):
            self.problems.unknown(self.at(key), what, value, allowed)
            return default
        return str(value)

    def many(
        self, key: str, allowed: Iterable[str], what: str, default: tuple[str, ...]
    ) -> tuple[str, ...]:
        value = self.data.get(key, list(default))
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list):
            self.problems.add(self.at(key), f"«{key}» — это список")
            return default
        for one in value:
            if one not in tuple(allowed):
                self.problems.unknown(self.at(key), what, one, allowed)
        return tuple(str(one) for one in value if one in tuple(allowed))

    def acts(self, on: tuple[str, ...]) -> tuple[str, ...]:
        acts = self.many("then", ACTS, "действия", ())
        if acts and all(act in BESIDE for act in acts):
            self.problems.add(self.at("then"), f"{', '.join(acts)} ставят рядом с другим действием")
        if "message" in on:
            for act in _NOT_FOR_LETTERS:
                if act in acts:
                    words = (
                        f"«{act}» показал бы личное письмо модератору: для message не допускается"
                    )
                    self.problems.add(self.at("then"), words)
        return acts

    def message(self) -> str:
        message = self.text("message")
        for found in _PLACEHOLDER.findall(message):
            name = found.partition("|")[0]
            if name not in PLACEHOLDERS:
                self.problems.unknown(self.at("message"), "подстановки", name, PLACEHOLDERS)
        return message

    def throttle(self) -> Throttle | None:
        value = self.data.get("throttle")
        if value is None:
            return None
        if not self._has_keys("throttle", value, ("count", "per", "key")):
            return None
        count = value["count"]
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 1_000:
            self.problems.add(self.at("throttle"), "count у «throttle» — целое число от 1")
            return None
        key = [value["key"]] if isinstance(value["key"], str) else value["key"]
        if not isinstance(key, list) or not key or not set(map(str, key)) <= set(KEY_PARTS):
            words = f"key у «throttle» — из частей: {', '.join(KEY_PARTS)}"
            self.problems.add(self.at("throttle"), words)
            return None
        if period(str(value["per"])) is None:
            self.problems.add(self.at("throttle"), BAD_PERIOD)
            return None
        parts = tuple(part for part in KEY_PARTS if part in key)
        return Throttle(count=count, per=str(value["per"]), key=parts)

    def _has_keys(self, name: str, value: Any, keys: tuple[str, ...]) -> bool:
        """Whether a mapping of the rule has these keys and no others; what is wrong is told."""
        known = value if isinstance(value, Mapping) else {}
        for key in known:
            if key not in keys:
                self.problems.unknown(line_of(value, key, self.at(name)), "ключа", key, keys)
        if set(known) == set(keys):
            return True
        if set(known) <= set(keys):
            self.problems.add(self.at(name), f"у «{name}» ключи: {', '.join(keys)}")
        return False

    def pause(self, asks: frozenset[Need], throttle: Throttle | None) -> str:
        """How long a cooldown lasts: as told, else as long as what was counted, else an hour."""
        told = self.data.get("pause")
        if told is not None:
            if period(str(told)) is None:
                self.problems.add(self.at("pause"), BAD_PERIOD)
            return str(told)
        counted = [ask.per for ask in asks if isinstance(ask, Count)]
        counted += [throttle.per] if throttle else []
        return max(counted, key=lambda per: period(per) or timedelta(), default="60m")

    def review_by(self, today: date) -> date | None:
        value = self.data.get("review_by")
        if value is None:
            return None
        try:
            due = date.fromisoformat(str(value))
        except ValueError:
            self.problems.add(self.at("review_by"), "дата пишется как 2026-09-01")
            return None
        if due < today:
            words = f"правило {self.data['id']} пора пересмотреть: срок был {due.isoformat()}"
            self.problems.warn(self.at("review_by"), words)
        return due

    def cases(self, kind: str, event: str) -> tuple[Case, ...]:
        tests = self.data.get("tests")
        if not isinstance(tests, Mapping):
            self.problems.add(self.at("tests"), "у «tests» два ключа: hit и miss")
            return ()
        if kind == "hit":  # told once
            for key in tests:
                if key not in ("hit", "miss"):
                    line = line_of(tests, key, self.at("tests"))
                    self.problems.unknown(line, "ключа", key, ("hit", "miss"))
        told = tests.get(kind)
        if not isinstance(told, list) or not told:
            self.problems.add(self.at("tests"), f"в «tests» нет примеров «{kind}»")
            return ()
        found = []
        for at, item in enumerate(told):
            line = line_of(told, at, self.at("tests")) or self.line
            try:
                submission = submission_of(item, event=event, is_strict=True)
            except CaseError as error:
                self.problems.add(line, f"пример не читается: {error}")
                continue
            found.append(Case(submission=submission, line=line))
        return tuple(found)
