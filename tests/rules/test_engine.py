from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from community.rules import engine, loader
from community.rules.cases import submission_of
from community.rules.model import RuleSet, Submission
from tests.rules.conftest import TODAY, meets

SET = """schema: 1
defaults: {mode: live}
rules:
- {id: АА-1, v: 1, article: "4.1", severity: 1, when: {lemma: [кот]}, then: [notice], message: "Кот",
   tests: {hit: [кот], miss: [пёс]}}
- {id: ББ-1, v: 1, article: "4.2", severity: 3, when: {lemma: [пёс]}, then: [notice, hold, alert],
   release: person, reviewer: not_target, message: "Пёс: {match}", tests: {hit: [пёс], miss: [кот]}}
- {id: ВВ-1, v: 1, article: "4.3", severity: 4, mode: shadow, when: {lemma: [слон]}, then: [block],
   message: "Слон", tests: {hit: [слон], miss: [кот]}}
- {id: ГГ-1, v: 1, article: "4.4", severity: 2, mode: "off", when: {lemma: [мышь]}, then: [block],
   message: "Мышь", tests: {hit: [мышь], miss: [кот]}}
- {id: ДД-1, v: 3, article: "1.5", severity: 3, on: [join], when: {community: {members_at_least: 2}},
   then: [refuse, waitlist], message: "Мест нет: {place|последнее}",
   tests: {hit: [{text: "", members: 2}], miss: [{text: "", members: 1}]}}
- {id: ЕЕ-1, v: 1, article: "4.1", severity: 4, offer: [mask], when: {detect: [phone, email]}, then: [block],
   message: "{kind}: {match}", tests: {hit: ["8 904 111-22-33"], miss: [кот]}}
- {id: ЖЖ-1, v: 1, article: "4.1", severity: 2, when: {lemma: [гусь]}, exempt: [moderator],
   throttle: {count: 2, per: 60m, key: author}, then: [cooldown], message: "Гусь до {until|завтра}",
   tests: {hit: [{text: гусь, earlier_hits: {ЖЖ-1: 2}}], miss: [{text: гусь, earlier_hits: {ЖЖ-1: 1}}]}}
"""


@pytest.fixture
def ruleset(write: Callable[[str], Path]) -> RuleSet:
    return loader.load(write(SET), today=TODAY)


def judge(ruleset: RuleSet, told: Any, event: str = "comment") -> engine.Judgement:
    return engine.judge(ruleset, submission_of(told, event=event))


def test_the_strongest_live_act_wins_and_all_messages_are_told(ruleset: RuleSet) -> None:
    judgement = judge(ruleset, "кот и пёс")
    assert judgement.act == "hold"
    assert [hit.rule for hit in judgement.hits] == ["ББ-1", "АА-1"]
    assert judgement.message == "Пёс: пёс\nКот"
    assert judgement.beside == {"alert"}
    assert judgement.hits[0].release == "person"
    assert judgement.hits[0].reviewer == "not_target"


def test_shadow_is_seen_but_never_acts(ruleset: RuleSet) -> None:
    judgement = judge(ruleset, "слон")
    assert (judgement.act, judgement.message, judgement.hits) == ("allow", "", ())
    assert [hit.rule for hit in judgement.shadow_hits] == ["ВВ-1"]


def test_shadow_and_live_see_the_same(ruleset: RuleSet) -> None:
    live = loader.from_canonical(
        ruleset.canonical.replace('"mode":"shadow"', '"mode":"live"'), today=TODAY
    )
    for text in ("слон", "слоны и кот", "ничего"):
        told, shadow = judge(live, text), judge(ruleset, text)
        seen = {(hit.rule, hit.spans) for hit in (*shadow.hits, *shadow.shadow_hits)}
        assert {(hit.rule, hit.spans) for hit in told.hits} == seen


def test_a_rule_that_is_off_sees_nothing(ruleset: RuleSet) -> None:
    judgement = judge(ruleset, "мышь")
    assert judgement.hits + judgement.shadow_hits == ()


def test_a_refusal_refuses_what_it_cannot_know(ruleset: RuleSet) -> None:
    judgement = judge(ruleset, {"text": "", "event": "join"})
    assert judgement.act == "refuse"
    assert judgement.beside == {"waitlist"}
    assert judgement.unknown == ("ДД-1",)
    assert judgement.message == "Мест нет: последнее"


def test_other_rules_do_not_act_on_what_they_cannot_know(ruleset: RuleSet) -> None:
    judgement = judge(ruleset, "гусь")
    assert judgement.act == "allow"
    assert judgement.unknown == ("ЖЖ-1",)


@pytest.mark.parametrize(("earlier", "act"), [(1, "allow"), (2, "cooldown"), (9, "cooldown")])
def test_a_throttled_rule_waits_for_its_count(ruleset: RuleSet, earlier: int, act: str) -> None:
    assert judge(ruleset, {"text": "гусь", "earlier_hits": {"ЖЖ-1": earlier}}).act == act


def test_the_exempt_role_is_passed_over(ruleset: RuleSet) -> None:
    told = {"text": "гусь", "earlier_hits": {"ЖЖ-1": 5}}
    assert judge(ruleset, {**told, "role": "moderator"}).act == "allow"
    assert judge(ruleset, {**told, "role": "member"}).act == "cooldown"


def test_spans_are_the_authors_own_characters(ruleset: RuleSet) -> None:
    text = "Мой К\u200bО\u200bТ спит"
    (hit,) = judge(ruleset, text).hits
    ((start, end),) = hit.spans
    assert text[start:end] == "К\u200bО\u200bТ"


def test_the_title_is_judged_with_the_text(ruleset: RuleSet) -> None:
    (hit,) = judge(ruleset, {"title": "Про кота", "text": "Это кот"}).hits
    assert hit.title_spans == ((4, 8),)
    assert hit.spans == ((4, 7),)


def test_personal_data_is_masked_in_the_message(ruleset: RuleSet) -> None:
    judgement = judge(ruleset, "Звоните 8 904 111-22-33")
    assert judgement.act == "block"
    assert "111" not in judgement.message
    assert judgement.message.startswith("номер телефона: 8 9▒▒▒")
    assert judgement.hits[0].kind == "phone"
    assert judgement.hits[0].offer == ("mask",)


def test_callers_values_fill_the_message(ruleset: RuleSet) -> None:
    submission = Submission(
        text="гусь", earlier_hits={"ЖЖ-1": 2}, author_role="member", values={"until": "14:00"}
    )
    assert engine.judge(ruleset, submission).message == "Гусь до 14:00"


def test_a_true_quotation_is_not_the_quoters_word(rule: Callable[..., RuleSet]) -> None:
    ruleset = rule("{lemma: [дурак]}")
    text = "> ты дурак\n\nЗачем вы так?"
    assert meets(ruleset, {"text": text, "quotable": "Сам ты дурачок"}) is True
    assert meets(ruleset, {"text": text, "quotable": "Слушай, ты дурак"}) is False
    assert meets(ruleset, {"text": text}) is True


def test_unless_forgives(rule: Callable[..., RuleSet]) -> None:
    ruleset = rule("{lemma: [дурак]}", more="unless: {space: [lesson]}")
    assert meets(ruleset, "дурак") is True
    assert meets(ruleset, {"text": "дурак", "space": "lesson"}) is False


def test_a_message_over_the_budget_waits_for_a_person(write: Callable[[str], Path]) -> None:
    leaves = ", ".join(f"{{author: {{age_days: {{under: {at}}}}}}}" for at in range(1, 40))
    rules = "".join(
        f"- {{id: ТЯЖ-{at}, v: 1, article: x, severity: 1, when: {{any: [{leaves}]}}, then: [tag], "
        f"message: m, tests: {{hit: [{{text: а, age_days: 0}}], miss: [{{text: а, age_days: 90}}]}}}}\n"
        for at in range(30)
    )
    ruleset = loader.load(write(f"schema: 1\nrules:\n{rules}"), today=TODAY)
    judgement = judge(ruleset, {"text": "а", "age_days": 90})
    assert judgement.over_budget
    assert judgement.act == "hold"
    assert "Это не замечание вам" in judgement.message


def test_anonymous_words_are_refused_even_when_nothing_is_known(shipped: RuleSet) -> None:
    judgement = engine.judge(shipped, Submission(text="Спасибо"))
    assert judgement.act == "refuse"
    assert [hit.rule for hit in judgement.hits] == ["АНО-1"]
