"""What may be done to a text without changing its judgement, and what must change it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.rules import engine, loader
from community.rules.model import STRENGTH, Case, Judgement, Rule, RuleSet, Submission
from tests.rules.conftest import TODAY

Judged = Callable[..., Judgement]

INSULTS = ("дурак", "идиот", "кретин", "сволочь", "ублюдок", "мерзавец", "придурок", "дебил")
ALIKE = str.maketrans("аеоурсхкмт", "aeoypcxkmt")
LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "з": "z", "и": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ц": "ts", "ч": "ch", "ь": "'", "ю": "yu",
}  # fmt: skip
WAYS: dict[str, Callable[[str], str]] = {
    "spaced": " ".join,
    "dotted": ".".join,
    "dashed": "-".join,
    "upper": str.upper,
    "look-alikes": lambda word: word.translate(ALIKE),
    "invisible": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "accented": lambda word: word[:3] + "\u0301" + word[3:],
    "stretched": lambda word: word[:2] + word[2] * 6 + word[3:],
    "doubled": lambda word: word[:2] + word[2] + word[2:],
    "masked": lambda word: word[:2] + "*" + word[3:],
    "translit": lambda word: "".join(LATIN.get(letter, letter) for letter in word),
    "fullwidth digits": lambda word: word.replace("о", "０"),
}
NEUTRAL = ("Добрый вечер.", "Завтра педсовет в три часа.", "Спасибо за внимание.")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("insult", INSULTS)
def test_a_hidden_insult_is_still_found(judged: Judged, insult: str, way: str) -> None:
    judgement = judged(f"ты {WAYS[way](insult)}")
    assert judgement.act == "hold"
    assert "ОСК-1" in [hit.rule for hit in judgement.hits]


@pytest.mark.parametrize(
    "text", ["Ты дурак", "8 904 111-22-33", "Тебе не жить", "Приезжие не люди"]
)
def test_neutral_sentences_around_change_nothing(judged: Judged, text: str) -> None:
    alone = judged(f"{text}.")
    among = judged(f"{NEUTRAL[0]} {NEUTRAL[1]} {text}. {NEUTRAL[2]}")
    assert among.act == alone.act
    assert [hit.rule for hit in among.hits] == [hit.rule for hit in alone.hits]


@pytest.mark.parametrize("insult", INSULTS)
def test_quoting_is_at_most_a_notice(judged: Judged, insult: str) -> None:
    judgement = judged(f"Ученик крикнул: «Ты {insult}!», и все замолчали.")
    assert STRENGTH.get(judgement.act, 0) <= STRENGTH["notice"]


def test_names_do_not_matter(judged: Judged) -> None:
    acts = {
        judged(f"{name}, ты дурак").act for name in ("Марина", "Пётр Ильич", "Гульнара", "Коллега")
    }
    assert acts == {"hold"}


def test_a_permitted_space_permits(judged: Judged) -> None:
    text = "Приёмная: 8 (39171) 2-12-34, school@example.org"
    assert judged(text).act == "block"
    assert judged(text, space="org_card").act == "allow"


def test_mixed_ways_are_found_too(judged: Judged) -> None:
    chance = random.Random(5)
    names = ["upper", "look-alikes", "invisible", "stretched", "accented"]
    found = 0
    for _ in range(60):
        word = chance.choice(INSULTS)
        for way in chance.sample(names, 2):
            word = WAYS[way](word)
        found += judged(f"ты {word}").act == "hold"
    assert found >= 51


# The inline examples of the shipped rules, changed in ways that must not matter --------------------


def told(shipped: RuleSet) -> list[tuple[Rule, Case, bool]]:
    """Every inline example of words: whose, what, and whether it is a hit."""
    return [
        (rule, case, right)
        for rule in shipped.rules
        for cases, right in ((rule.hit_cases, True), (rule.miss_cases, False))
        for case in cases
        if case.submission.text and not case.submission.fields
    ]


MEASURED = ("ВЕЖ-3",)
"""Rules about the whole of a text: the share of capitals changes with what is added."""
FRAMES = (
    "Добрый вечер. {} Завтра педсовет в три часа.",
    "Завтра педсовет в три часа.\n\n{}\n\nХорошего вечера всем.",
    "{} Хорошего вечера всем.",
)


@pytest.mark.parametrize("frame", FRAMES)
def test_neutral_sentences_change_no_example(shipped: RuleSet, frame: str) -> None:
    changed = []
    for rule, case, right in told(shipped):
        text = case.submission.text.strip()
        text = text if text[-1] in ".!?…»)" else f"{text}."
        among = replace(case.submission, text=frame.format(text))
        if rule.id not in MEASURED and engine.meets(shipped, rule, among) is not right:
            changed.append((rule.id, among.text))
    assert changed == []


def test_the_order_of_rules_and_lists_changes_no_judgement(shipped: RuleSet) -> None:
    data = json.loads(shipped.canonical)
    chance = random.Random(11)
    chance.shuffle(data["rules"])
    for words in data["lists"].values():
        if isinstance(words, list):
            chance.shuffle(words)
    data["lists"] = dict(sorted(data["lists"].items(), reverse=True))
    turned = loader.from_canonical(json.dumps(data), today=TODAY)
    for _rule, case, _right in told(shipped):
        assert engine.judge(turned, case.submission) == engine.judge(shipped, case.submission)


def test_messages_stand_by_severity_and_name(shipped: RuleSet) -> None:
    for _rule, case, _right in told(shipped):
        hits = engine.judge(shipped, case.submission).hits
        assert [hit.rule for hit in hits] == [
            hit.rule for hit in sorted(hits, key=lambda hit: (-hit.severity, hit.rule))
        ]


QUOTES = (
    "Ученик крикнул мне: «{}»",
    "На доске написали: «{}» — что делать?",
    "«{}» — так сказал отец.",
)


@pytest.mark.parametrize("frame", QUOTES)
def test_quoting_any_example_of_an_insult_is_at_most_a_notice(shipped: RuleSet, frame: str) -> None:
    heavy = []
    for rule, case, right in told(shipped):
        if right and rule.id.startswith("ОСК") and "«" not in case.submission.text:
            quoted = replace(case.submission, text=frame.format(case.submission.text))
            act = engine.judge(shipped, quoted).act
            if STRENGTH.get(act, 0) > STRENGTH["notice"]:
                heavy.append((act, quoted.text))
    assert heavy == []


PERMITTED = {
    "ЛИЧ-1": ("org_card", "event_card"), "ЛИЧ-2": ("org_card", "event_card"),
    "ЛИЧ-3": ("org_card", "event_card"), "КТН-1": ("lesson",), "КТН-2": ("lesson",),
    "МОД-1": ("moderation_topic", "appeal"),
}  # fmt: skip


@pytest.mark.parametrize("name", PERMITTED)
def test_a_permitted_place_permits_every_example(shipped: RuleSet, name: str) -> None:
    rule = shipped.rule(name)
    for case in rule.hit_cases:
        for space in PERMITTED[name]:
            assert not engine.meets(shipped, rule, replace(case.submission, space=space))
        assert engine.meets(shipped, rule, replace(case.submission, space=None))


def test_every_rule_that_knows_places_is_asked_about_them(shipped: RuleSet) -> None:
    rules = json.loads(shipped.canonical)["rules"]
    assert {rule["id"] for rule in rules if '"space"' in json.dumps(rule["when"]) + json.dumps(
        rule.get("unless"))} == set(PERMITTED)  # fmt: skip


@given(st.lists(st.sampled_from(["Добрый день.", "Дети рады.", "Урок в три.", "Спасибо."]), max_size=6),
       st.integers(0, 6))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_where_an_insult_stands_does_not_matter(
    shipped: RuleSet, around: list[str], at: int
) -> None:
    said = [*around[:at], "Ты дурак.", *around[at:]]
    judgement = engine.judge(
        shipped, Submission(text=" ".join(said), signed_in=True, author_name="Анна Ли")
    )
    assert judgement.act == "hold"
    (hit,) = [hit for hit in judgement.hits if hit.rule == "ОСК-1"]
    ((start, end),) = hit.spans
    assert " ".join(said)[start:end] == "дурак"
