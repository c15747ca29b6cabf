"""Every predicate where it holds, where it does not, and where its fact is not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from community.rules import engine, loader
from community.rules.model import RuleSet, Submission
from tests.rules.conftest import TODAY, meets, predicates

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


@pytest.mark.parametrize("name", predicates())
def test_every_predicate_has_its_cases(name: str) -> None:
    told = " ".join([row[0] for row in TABLE] + [row[0] for row in FACTS])
    assert f"{name}:" in told


NEVER_UNKNOWN = ("space", "event")
"""`space: null` is an ordinary place, and every submission has an event."""


@pytest.mark.parametrize("when", [row[0] for row in FACTS])
def test_a_circumstance_of_which_nothing_is_known_is_unknown(rule: Make, when: str) -> None:
    judgement = engine.judge(rule(when), Submission(text="текст"))
    assert (judgement.unknown, judgement.shadow_hits) == (("ПРБ-1",), ())


@pytest.mark.parametrize("name", NEVER_UNKNOWN)
def test_some_circumstances_are_always_known(rule: Make, name: str) -> None:
    when = {"space": "{space: [lesson]}", "event": "{event: edit}"}[name]
    assert engine.judge(rule(when), Submission(text="текст")).unknown == ()


@pytest.mark.parametrize("when", [row[0] for row in TABLE if "space" not in row[0]])
def test_words_are_always_known(rule: Make, when: str) -> None:
    for text in ("", "текст", "дурак"):
        assert engine.judge(rule(when), Submission(text=text)).unknown == ()


SOME = "{community: {members_at_least: 1}}"


@pytest.mark.parametrize(
    ("when", "told", "answer"),
    [
        ("{any: [{lemma: [кот]}, {community: {members_at_least: 1}}]}", "кот", True),
        ("{any: [{lemma: [кот]}, {community: {members_at_least: 1}}]}", "пёс", None),
        ("{all: [{lemma: [кот]}, {community: {members_at_least: 1}}]}", "кот", None),
        ("{all: [{lemma: [кот]}, {community: {members_at_least: 1}}]}", "пёс", False),
        ("{not: {community: {members_at_least: 1}}}", "кот", None),
        (
            f"{{near: {{a: {{all: [{{lemma: [кот]}}, {SOME}]}}, b: [пёс], within: 1}}}}",
            "кот и пёс",
            None,
        ),
        (
            f"{{near: {{a: {{all: [{{lemma: [кот]}}, {SOME}]}}, b: [пёс], within: 1}}}}",
            "кот. Пёс",
            False,
        ),
        (
            f"{{near: {{a: {{all: [{{lemma: [кот]}}, {SOME}]}}, b: [пёс], within: 1}}}}",
            "кот",
            False,
        ),
        (f"{{all: [{{lemma: [кот]}}, {{toward: [you]}}, {SOME}]}}", "ты кот", None),
        (f"{{all: [{{lemma: [кот]}}, {{toward: [you]}}, {SOME}]}}", "он кот", False),
        (f"{{all: [{{lemma: [кот]}}, {{not: {{quoted: match}}}}, {SOME}]}}", "«кот»", False),
        (f"{{all: [{{lemma: [кот]}}, {{person: true}}, {SOME}]}}", "Сидоров кот", None),
        (f"{{any: [{{not: {SOME}}}, {{lemma: [кот]}}]}}", "пёс", None),
    ],
)
def test_unknown_is_not_false(rule: Make, when: str, told: str, answer: bool | None) -> None:
    assert meets(rule(when), told) is answer


@pytest.mark.parametrize("unless", [SOME, "{not: " + SOME + "}"])
def test_an_unknown_excuse_neither_forgives_nor_condemns(rule: Make, unless: str) -> None:
    ruleset = rule("{lemma: [кот]}", more=f"unless: {unless}")
    assert meets(ruleset, "кот") is None
    assert meets(ruleset, "пёс") is False


def test_a_refusal_refuses_what_it_cannot_know_and_only_then(rule: Make) -> None:
    ruleset = rule(SOME, then="[refuse]")
    assert engine.judge(ruleset, Submission(text="")).shadow_hits
    assert not engine.judge(ruleset, Submission(text="", members=0)).shadow_hits


# Over time --------------------------------------------------------------------------------------

PAIR = (
    "{count: {event: comment, key: [author, target_author], over: 5, per: 60m, unanswered: true}}"
)
EXACT = "comment:author+target_author:60m:unanswered"
REPORTS = "{count: {event: report, key: author, over: 10, per: 24h, upheld_below: 20}}"
QUARREL = "{conflict: {pair: [author, target_author], sharp: 2, per: 24h}}"
LETTERS = "{private_contact: {pair: [author, target_author], per: 7d}}"
BASELESS = "report:author:24h"


@pytest.mark.parametrize(
    ("when", "facts", "answer"),
    [
        (PAIR, {"counts": {EXACT: 6}}, True),
        (PAIR, {"counts": {EXACT: 5}}, False),
        (PAIR, {"counts": {EXACT: 5, "comment": 9}}, False),  # the exact number wins
        (PAIR, {"counts": {"comment:author:60m": 9}}, None),  # another question
        (REPORTS, {"counts": {BASELESS: 11}, "upheld": {BASELESS: 19}}, True),
        (REPORTS, {"counts": {BASELESS: 11}, "upheld": {BASELESS: 20}}, False),
        (REPORTS, {"counts": {BASELESS: 11}}, None),  # nobody has decided yet: an honest mistake
        (REPORTS, {"counts": {BASELESS: 10}}, False),
        (REPORTS, {"counts": {"report": 11}}, True),
        (QUARREL, {"counts": {"sharp:24h": 2}}, True),
        (QUARREL, {"counts": {"sharp:7d": 2}}, None),
        (LETTERS, {"counts": {"private:7d": 0}}, False),
    ],
)  # fmt: skip
def test_numbers_over_time(
    rule: Make, when: str, facts: dict[str, Any], answer: bool | None
) -> None:
    assert meets(rule(when), {"text": "а", **facts}) is answer


def test_who_has_written_a_letter_is_not_sent_to_letters(rule: Make) -> None:
    ruleset = rule("{lemma: [кот]}", then="[prompt_private]")
    assert meets(ruleset, "кот") is True
    assert meets(ruleset, {"text": "кот", "private": 0}) is True
    assert meets(ruleset, {"text": "кот", "private": 1}) is False
    assert meets(rule("{lemma: [кот]}", then="[notice]"), {"text": "кот", "private": 1}) is True


QUOTED = "{all: [{lemma: $грубое}, {not: {quoted: match}}]}"


@pytest.mark.parametrize(
    ("quotable", "answer"),
    [(None, False), ("", True), ("Вы дурак, сосед", False), ("Вы умны", True)],
)
def test_only_a_true_quotation_is_quoted(rule: Make, quotable: str | None, answer: bool) -> None:
    told = {"text": "> Вы дурак, сосед\n\nЗачем?", "quotable": quotable}
    assert meets(rule(QUOTED, more="ignore: []"), told) is answer


def test_the_term_of_a_rule_is_read_in_its_message(rule: Make, write: Any) -> None:
    text = """schema: 1
rules:
- {id: АА-1, v: 1, article: "4.1", severity: 1, mode: live, when: {lemma: [кот]}, then: [cooldown],
   pause: 2h, message: "до {until|потом}", tests: {hit: [кот], miss: [пёс]}}
- {id: ББ-1, v: 1, article: "4.1", severity: 2, mode: live, when: {lemma: [кот]}, then: [hold],
   release: person, message: "ждёт до {until|потом}", tests: {hit: [кот], miss: [пёс]}}
"""
    ruleset = loader.load(write(text), today=TODAY)
    untils = {"2h": "завтра", "72h": "среды"}
    assert (
        engine.judge(ruleset, Submission(text="кот", untils=untils)).message
        == "ждёт до среды\nдо завтра"
    )
    assert engine.judge(ruleset, Submission(text="кот")).message == "ждёт до потом\nдо потом"
