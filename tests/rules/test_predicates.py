"""Every predicate where it holds, where it does not, and where its fact is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from community.rules.grammar import Grammar
from community.rules.model import RuleSet
from tests.rules.conftest import meets

Make = Callable[..., RuleSet]
JOIN = {"event": "join"}
TABLE: list[tuple[str, list[Any], list[Any]]] = [
    ("{lemma: [дурак]}", ["дураками", "ДУРАК", "ты д у р а к"], ["дуракавал", "друг"]),
    ("{lemma: ['=суки']}", ["суки"], ["сука"]),
    ("{lemma: [сука, '-сук']}", ["сука", "суку"], ["сук"]),
    ("{root: {roots: ['хам'], except: ['хамелеон*']}}", ["хамить", "охамел"], ["хамелеонами"]),
    ("{root: {roots: ['^хам$']}}", ["хам"], ["хамить", "мохам"]),
    ("{phrase: {words: [закрыть, рот], gap: 1}}", ["закрой рот", "закрой свой рот"],
     ["закрой дверь. Рот болит", "рот закрой", "закрой ты уже рот"]),
    (r"{re: '\b(кот|кит)\b'}", ["кот", "мой кит."], ["котик", "скит"]),
    ("{re: 'ёж'}", ["ЕЖ", "ёжик"], ["уж"]),
    ("{detect: [phone]}", ["8 904 111-22-33"], ["№ 273-ФЗ"]),
    ("{shape: {caps: 80}}", ["КОЛЛЕГИ, ЭТО НЕВОЗМОЖНО ТЕРПЕТЬ"], ["Коллеги, это ФГОС и ООО, верно"]),
    ("{shape: {links: 1}}", ["http://a.ru/x http://b.ru/y"], ["http://a.ru/x"]),
    ("{shape: {repeat: 5}}", ["ааааааа"], ["аааа"]),
    ("{shape: {length: 10}}", ["двенадцать букв"], ["коротко"]),
    ("{all: [{lemma: $грубое}, {toward: [you]}]}", ["ты дурак", "Дурак!"], ["он дурак", "ты не дурак"]),
    ("{all: [{lemma: $грубое}, {toward: [called]}]}", ["Отвали, дурак"], ["Он, дурак, ушёл"]),
    ("{all: [{lemma: $грубое}, {toward: [mention]}]}", ["@anna дурак"], ["anna дурак"]),
    ("{all: [{lemma: $грубое}, {toward: [staff]}]}", ["админ дурак"], ["сосед дурак"]),
    ("{all: [{lemma: $грубое}, {toward: [reply]}]}", [{"text": "дурак", "target_author_id": 3}], ["дурак"]),
    ("{all: [{lemma: $грубое}, {quoted: match}]}", ["слово «дурак» грубое", "> дурак", "он назвал её: дурак"],
     ["дурак он"]),
    ("{all: [{lemma: $грубое}, {not: {quoted: match}}]}", ["дурак он"], ["«дурак»"]),
    ("{all: [{lemma: $грубое}, {person: true}]}", ["Сидоров дурак", "Иван Петрович дурак"],
     ["сосед дурак", "Обломов дурак"]),
    ("{all: [{lemma: $грубое}, {not: {denied: match}}]}", ["он дурак"], ["я не дурак"]),
    ("{near: {a: [кот], b: [пёс], within: 1}}", ["кот и пёс", "пёс, кот"],
     ["кот был добрый, а пёс злой", "кот. Пёс"]),
    ("{near: {a: [кот], b: [пёс], within: 1, ordered: true}}", ["кот и пёс"], ["пёс и кот"]),
    ("{space: [lesson]}", [{"text": "а", "space": "lesson"}], ["а", {"text": "а", "space": "appeal"}]),
    ("{event: edit}", [{"text": "а", "event": "edit"}], ["а"]),
    ("{any: [{lemma: [кот]}, {lemma: [пёс]}]}", ["кот", "пёс"], ["конь"]),
    ("{all: [{lemma: [кот]}, {not: {lemma: [пёс]}}]}", ["кот"], ["кот и пёс", "конь"]),
]  # fmt: skip
FACTS: list[tuple[str, Any, Any, Any]] = [
    ("{author: {signed_in: false}}", {"signed_in": False}, {"signed_in": True}, {"signed_in": None}),
    ("{author: {name: placeholder}}", {"name": "Аноним"}, {"name": "Анна Ли"}, ...),
    ("{author: {role: [member]}}", {"role": "member"}, {"role": "expert"}, {}),
    ("{author: {age_days: {under: 3}}}", {"age_days": 2}, {"age_days": 3}, {}),
    ("{author: {posts: {under: 5}}}", {"posts": 4}, {"posts": 5}, {}),
    ("{author: {strikes: {over: 1}}}", {"strikes": 2}, {"strikes": 1}, {}),
    ("{field: {licence: empty}}", {"licence": " "}, {"licence": "own"}, {}),
    ("{field: {licence: filled}}", {"licence": "own"}, {"licence": ""}, {}),
    ("{field: {quote: not_in_text}}", {"quote": "нет такого"}, {"quote": "текст"}, {}),
    ("{field: {reason: shorter_than_20}}", {"reason": "коротко"}, {"reason": "б" * 20}, {}),
    ("{field: {reason: disagreement}}", {"reason": "я не согласна"}, {"reason": "грубость"}, {}),
    ("{count: {event: comment, key: [author], over: 5, per: 60m}}",
     {"counts": {"comment": 6}}, {"counts": {"comment": 5}}, {}),
    ("{conflict: {pair: [author, target_author], sharp: 2, per: 24h}}", {"sharp": 2}, {"sharp": 1}, {}),
    ("{private_contact: {pair: [author, target_author], per: 24h}}", {"private": 1}, {"private": 0}, {}),
    ("{community: {members_at_least: 150}}", {"members": 150}, {"members": 149}, {}),
    ("{party: [author, target]}", {"parties": ["target"]}, {"parties": ["thread"]}, ...),
]  # fmt: skip


@pytest.mark.parametrize(("when", "hits", "misses"), TABLE, ids=[row[0] for row in TABLE])
def test_text_predicate(rule: Make, when: str, hits: list[Any], misses: list[Any]) -> None:
    ruleset = rule(when)
    assert [meets(ruleset, told) for told in hits] == [True] * len(hits)
    assert [meets(ruleset, told) for told in misses] == [False] * len(misses)


@pytest.mark.parametrize(("when", "hit", "miss", "unknown"), FACTS, ids=[row[0] for row in FACTS])
def test_fact_predicate(rule: Make, when: str, hit: Any, miss: Any, unknown: Any) -> None:
    ruleset = rule(when)
    assert meets(ruleset, {"text": "текст", **hit}) is True
    assert meets(ruleset, {"text": "текст", **miss}) is False
    if unknown is not ...:
        assert meets(ruleset, {"text": "текст", **unknown}) is None


def test_every_predicate_has_its_cases(shipped: RuleSet) -> None:
    told = " ".join([row[0] for row in TABLE] + [row[0] for row in FACTS])
    names = Grammar.__init__.__code__.co_consts
    predicates = [name for name in names if isinstance(name, str) and name.isidentifier()]
    assert "lemma" in predicates
    assert [name for name in predicates if f"{name}:" not in told] == []


@pytest.mark.parametrize(
    ("when", "told", "answer"),
    [
        ("{any: [{lemma: [кот]}, {community: {members_at_least: 1}}]}", "кот", True),
        ("{any: [{lemma: [кот]}, {community: {members_at_least: 1}}]}", "пёс", None),
        ("{all: [{lemma: [кот]}, {community: {members_at_least: 1}}]}", "кот", None),
        ("{all: [{lemma: [кот]}, {community: {members_at_least: 1}}]}", "пёс", False),
        ("{not: {community: {members_at_least: 1}}}", "кот", None),
    ],
)
def test_unknown_is_not_false(rule: Make, when: str, told: str, answer: bool | None) -> None:
    assert meets(rule(when), told) is answer
