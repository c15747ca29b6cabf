from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from community.rules import loader
from community.rules.engine import judge
from community.rules.model import RuleSet, RuleSetError, Submission
from community.rules.rule import KEYS
from tests.rules.conftest import ROOT, TODAY, predicates

Refused = Callable[[str], str]

GOOD = """schema: 1
lists:
  грубое: [дурак]
rules:
- id: ОСК-1
  v: 1
  article: "4.1"
  severity: 3
  mode: live
  when: {lemma: $грубое}
  then: [hold]
  message: "Грубо: {match}"
  tests: {hit: ["ты дурак"], miss: ["ты друг"]}
"""


def test_a_good_file_loads(write: Callable[[str], Path]) -> None:
    ruleset = loader.load(write(GOOD), today=TODAY)
    assert [rule.id for rule in ruleset.rules] == ["ОСК-1"]
    assert len(ruleset.hash) == 64
    assert ruleset.articles == ("4.1",)


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("  v: 1\n", "  v: 1\n  v: 2\n", 7, "ключ «v» повторяется"),
        ("severity: 3", "sevirity: 3", 8, "может быть, «severity»"),
        ("{lemma: $грубое}", "{lema: $грубое}", 10, "может быть, «lemma»"),
        ("[hold]", "[hald]", 11, "может быть, «hold»"),
        ("  then:", "  on: [coment]\n  then:", 11, "может быть, «comment»"),
        ("{lemma: $грубое}", "{space: [leson]}", 10, "может быть, «lesson»"),
        ("$грубое", "$грубае", 10, "может быть, «грубое»"),
        ("{lemma: $грубое}", r"{re: 'а\bб'}", 10, "в начале и в конце"),
        ("{lemma: $грубое}", "{re: 'а(б'}", 10, "шаблон не разбирается"),
        ("{lemma: $грубое}", r"{re: '\p{Lu}'}", 10, "есть только"),
        ('  article: "4.1"\n', "", 5, "нет ключа «article»"),
        ('  tests: {hit: ["ты дурак"], miss: ["ты друг"]}\n', "", 5, "нет ключа «tests»"),
        ('miss: ["ты друг"]', 'miss: ["дурак"]', 13, "сработало на «дурак»"),
        ('hit: ["ты дурак"]', 'hit: ["ты друг"]', 13, "не сработало на «ты друг»"),
        ("mode: live", "mode: alive", 9, "может быть, «live»"),
        ("{match}", "{mach}", 12, "может быть, «match»"),
        ("severity: 3", "severity: 9", 8, "от 1 до 4"),
        ("id: ОСК-1", "id: оск", 5, "пишется как «ОСК-1»"),
        ("{lemma: $грубое}", "{detect: phon}", 10, "может быть, «phone»"),
        ("{lemma: $грубое}", "{toward: [you]}", 10, "внутрь «all»"),
        ("{lemma: $грубое}", "{lemma: [два слова]}", 10, "для нескольких слов есть «phrase»"),
        ("[дурак]", "[дурак, $нет]", 3, "списка «нет» не существует"),
        ("[дурак]", "{file: нет.txt}", 3, "не читается"),
        ("[дурак]", "{file: ../../etc/passwd}", 3, "не читается"),
        ("schema: 1", "schema: 2", 1, "schema: 1"),
        ("{lemma: $грубое}", "{field: {x: maybe}}", 10, "не существует"),
        ("then: [hold]", "then: [alert]", 11, "рядом с другим действием"),
        ("hit: [", "hit: [{text: а, spase: lesson}, ", 13, "может быть, «space»"),
        ("  then:", "  review_by: завтра\n  then:", 11, "дата пишется"),
        ("  then:", "  throttle: {count: 3}\n  then:", 11, "ключи: count, per, key"),
        ("  then:", "  throttle: {count: 0, per: 60m, key: author}\n  then:", 11, "от 1"),
        (
            "  then:",
            "  throttle: {count: 1, per: 60d, key: author}\n  then:",
            11,
            "не больше 31 дня",
        ),
        ("  then:", "  throttle: {count: 1, per: 60m, key: autor}\n  then:", 11, "из частей"),
        ("  then:", "  pause: долго\n  then:", 11, "не больше 31 дня"),
        ("{lemma: $грубое}", "{count: {event: comment, key: author, over: 1}}", 10, "per пишется"),
        (
            "{lemma: $грубое}",
            "{count: {event: [post, edit], key: author, over: 1, per: 1h}}",
            10,
            "одно",
        ),
        (
            "{lemma: $грубое}",
            "{count: {event: comment, key: author, over: 1, per: 1h, unanswered: true}}",
            10,
            "между двумя",
        ),
        ("{lemma: $грубое}", "{private_contact: {pair: [author], per: 1h}}", 10, "это двое"),
        (
            "{lemma: $грубое}",
            "{count: {event: comment, key: author, over: 1, per: 1h, upheld_below: 0.2}}",
            10,
            "целое число от 1 до 100",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(
    refused: Refused, before: str, after: str, line: int, words: str
) -> None:
    assert before in GOOD
    told = refused(GOOD.replace(before, after))
    assert words in told
    assert f"rules.yaml:{line}:" in told


@pytest.mark.parametrize("act", ["hold", "alert"])
def test_private_letters_are_never_shown_to_a_person(refused: Refused, act: str) -> None:
    then = "then: [hold]" if act == "hold" else "then: [notice, alert]"
    told = refused(GOOD.replace("  then: [hold]", f"  on: [message]\n  {then}"))
    assert "личное письмо" in told


def test_too_deep_and_too_wide_are_refused(refused: Refused) -> None:
    deep = "{lemma: $грубое}"
    for _ in range(7):
        deep = f"{{any: [{deep}]}}"
    assert "вложенность" in refused(GOOD.replace("{lemma: $грубое}", deep))
    wide = "{any: [" + ", ".join(f"{{re: 'слово{at}'}}" for at in range(41)) + "]}"
    assert "условий 41" in refused(GOOD.replace("{lemma: $грубое}", wide))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "просто слова",
        "[1, 2]",
        "a: &x [1]\nb: *x\n",
        "rules: [",
        "\x00",
        "schema: !!python/name:os.system 1",
    ],
)
def test_what_is_no_rule_file_is_refused_in_words(refused: Refused, text: str) -> None:
    assert refused(text)


def test_a_missing_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleSetError, match="не читается"):
        loader.load(tmp_path / "нет.yaml", today=TODAY)
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"schema: 1\n\xff\xfe")
    with pytest.raises(RuleSetError, match="UTF-8"):
        loader.load(broken, today=TODAY)


def test_a_repeated_id_names_both_lines(refused: Refused) -> None:
    rule = GOOD[GOOD.index("- id") :]
    assert "уже есть в строке 5" in refused(GOOD + rule)


def test_failing_tests_of_a_shadow_rule_do_not_stop_the_set(write: Callable[[str], Path]) -> None:
    text = GOOD.replace("mode: live", "mode: shadow").replace('hit: ["ты дурак"]', "hit: [друг]")
    assert loader.load(write(text), today=TODAY).rules


def test_an_overdue_review_warns(write: Callable[[str], Path]) -> None:
    text = GOOD.replace("  then:", "  review_by: 2025-01-01\n  then:")
    (warning,) = loader.load(write(text), today=TODAY).warnings
    assert "пора пересмотреть" in warning.message
    assert warning.line == 11


def test_order_of_rules_and_lists_changes_nothing(shipped: RuleSet) -> None:
    data = json.loads(shipped.canonical)
    data["rules"].reverse()
    data["lists"] = dict(reversed(data["lists"].items()))
    turned = loader.from_canonical(json.dumps(data), today=TODAY)
    assert turned.hash == shipped.hash


def test_a_stored_set_judges_the_same(shipped: RuleSet) -> None:
    stored = loader.from_canonical(shipped.canonical, today=TODAY)
    assert stored.hash == shipped.hash
    for text in ("Ты дурак", "8 904 111-22-33", "Добрый день"):
        one = Submission(text=text, signed_in=True, author_name="Анна Ли")
        assert judge(stored, one) == judge(shipped, one)


def test_another_meaning_is_another_hash(write: Callable[[str], Path]) -> None:
    first = loader.load(write(GOOD), today=TODAY)
    second = loader.load(write(GOOD.replace("[дурак]", "[дурак, хам]")), today=TODAY)
    assert first.hash != second.hash


def test_a_changed_rule_must_raise_its_version(write: Callable[[str], Path]) -> None:
    old = loader.load(write(GOOD), today=TODAY)
    new = loader.load(write(GOOD.replace("[hold]", "[notice]")), today=TODAY)
    (problem,) = loader.compare_versions(old, new)
    assert "then" in problem.message
    risen = loader.load(
        write(GOOD.replace("[hold]", "[notice]").replace("v: 1", "v: 2")), today=TODAY
    )
    assert loader.compare_versions(old, risen) == ()


def test_the_cache_changes_no_judgement(tmp_path: Path, shipped: RuleSet) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    copy = tmp_path / "moderation_rules.yaml"
    copy.write_bytes((ROOT / "moderation_rules.yaml").read_bytes())
    for _ in range(2):
        cached = loader.load(copy, today=TODAY, cache_dir=cache)
        assert cached.hash == shipped.hash
        one = Submission(text="Ты дурак")
        assert judge(cached, one) == judge(shipped, one)
    assert any(cache.iterdir())


def test_a_spoilt_cache_is_only_slow(tmp_path: Path, write: Callable[[str], Path]) -> None:
    cache = tmp_path / "cache"
    loader.load(write(GOOD), today=TODAY, cache_dir=cache)
    for file in cache.iterdir():
        file.write_text("{", encoding="utf-8")
    again: Any = loader.load(write(GOOD), today=TODAY, cache_dir=cache)
    assert judge(again, Submission(text="ты дурак")).act == "hold"


MISSPELT = [
    ("{lema: [кот]}", "lemma"), ("{rot: {roots: [хам]}}", "root"), ("{root: {rots: [хам]}}", "roots"),
    ("{root: {roots: [хам], exept: [а]}}", "except"), ("{phrse: [а, б]}", "phrase"),
    ("{phrase: {wrds: [а, б]}}", "words"), ("{phrase: {words: [а, б], gp: 1}}", "gap"),
    ("{near: {a: [а], b: [б], withn: 2}}", "within"), ("{near: {a: [а], b: [б], orderd: true}}", "ordered"),
    ("{detct: phone}", "detect"), ("{detect: emal}", "email"), ("{shpe: {caps: 1}}", "shape"),
    ("{shape: {cps: 1}}", "caps"), ("{all: [{lemma: [а]}, {towrd: you}]}", "toward"),
    ("{all: [{lemma: [а]}, {toward: staf}]}", "staff"), ("{all: [{lemma: [а]}, {quotd: match}]}", "quoted"),
    ("{all: [{lemma: [а]}, {persn: true}]}", "person"), ("{all: [{lemma: [а]}, {denid: match}]}", "denied"),
    ("{auhor: {posts: {over: 1}}}", "author"), ("{author: {postss: {over: 1}}}", "posts"),
    ("{author: {posts: {ovr: 1}}}", "over"), ("{author: {role: memer}}", "member"),
    ("{spce: lesson}", "space"), ("{space: leson}", "lesson"), ("{evnt: edit}", "event"),
    ("{event: edt}", "edit"), ("{feld: {x: empty}}", "field"), ("{field: {x: emty}}", "empty"),
    ("{cunt: {}}", "count"), ("{count: {evnt: edit}}", "event"), ("{neer: {a: [а], b: [б]}}", "near"),
    ("{count: {event: comment, ky: author}}", "key"),
    ("{count: {event: coment, key: author}}", "comment"),
    ("{count: {event: comment, key: autor, over: 1, per: 1h}}", "author"),
    ("{count: {event: comment, unanswerd: true}}", "unanswered"),
    ("{count: {event: comment, upheld_belw: 2}}", "upheld_below"),
    ("{conflct: {}}", "conflict"), ("{conflict: {pir: []}}", "pair"), ("{conflict: {shrp: 1}}", "sharp"),
    ("{conflict: {pair: [autor, target_author]}}", "author"),
    ("{private_contct: {}}", "private_contact"), ("{private_contact: {pr: 1}}", "per"),
    ("{comunity: {}}", "community"), ("{community: {members_at_last: 1}}", "members_at_least"),
    ("{prty: author}", "party"), ("{party: autor}", "author"),
    ("{al: [{lemma: [а]}]}", "all"), ("{nt: {lemma: [а]}}", "not"), ("{an: [{lemma: [а]}]}", "any"),
]  # fmt: skip


@pytest.mark.parametrize(("when", "meant"), MISSPELT, ids=[row[0] for row in MISSPELT])
def test_every_misspelt_word_of_a_condition_is_answered_with_the_right_one(
    refused: Refused, when: str, meant: str
) -> None:
    told = refused(GOOD.replace("{lemma: $грубое}", f"\n    {when}"))
    assert f"может быть, «{meant}»?" in told
    assert "rules.yaml:11:" in told, told


def test_every_predicate_is_misspelt_once() -> None:
    assert set(predicates()) - {meant for _when, meant in MISSPELT} == {"re"}  # too short to guess


@pytest.mark.parametrize("key", [*KEYS, "v"])
def test_every_misspelt_key_of_a_rule_is_refused(refused: Refused, key: str) -> None:
    wrong = key + key[-1] if len(key) > 2 else key + "х"
    told = refused(GOOD.replace("  then:", f"  {wrong}: нечто\n  then:"))
    assert "rules.yaml:11:" in told
    assert f"ключа «{wrong}» не существует" in told
    assert len(key) <= 2 or "может быть, «" in told


@pytest.mark.parametrize(
    ("before", "after", "line", "meant"),
    [
        ("schema: 1\n", "schema: 1\ndefalts: {}\n", 2, "defaults"),
        ("schema: 1\n", "schema: 1\ndefaults: {mod: live}\n", 2, "mode"),
        ("schema: 1\n", "schema: 1\ndefaults: {exempt: [moderatr]}\n", 2, "moderator"),
        ("miss: [", "mis: [", 13, "miss"),
        ("hit: [", "hit: [{text: а, count: 1}, ", 13, "counts"),
        ("  then:", "  throttle: {count: 1, pr: 60m, key: author}\n  then:", 11, "per"),
        ("  then:", "  offer: [msk]\n  then:", 11, "mask"),
        ("  then:", "  ignore: [quot]\n  then:", 11, "quote"),
        ("  then:", "  release: persn\n  then:", 11, "person"),
        ("  then:", "  reviewer: not_targt\n  then:", 11, "not_target"),
    ],
)
def test_what_is_misspelt_around_a_condition_is_answered_too(
    refused: Refused, before: str, after: str, line: int, meant: str
) -> None:
    told = refused(GOOD.replace(before, after))
    assert f"может быть, «{meant}»?" in told
    assert f"rules.yaml:{line}:" in told


def test_counting_what_the_site_does_not_keep_warns(write: Callable[[str], Path]) -> None:
    counted = "{any: [{lemma: $грубое}, {count: {event: join, key: author, over: 1, per: 1h}}]}"
    (warning,) = loader.load(write(GOOD.replace("{lemma: $грубое}", counted)), today=TODAY).warnings
    assert "не считает" in warning.message
