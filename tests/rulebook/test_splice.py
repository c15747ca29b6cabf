"""One rule's block cut out of a real file and put back: everything around it stays as it was."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.config import ROOT
from community.rules import engine, loader, splice
from community.rules.told import parts, told
from community.rules.why import why

FILE = ROOT / "moderation_rules.yaml"
TEXT = FILE.read_text("utf-8")


@pytest.fixture(scope="module")
def shipped():
    return loader.load(FILE, today=date(2026, 11, 21))


def test_every_rule_of_the_shipped_file_is_cut_and_put_back(shipped):
    known = splice.blocks(TEXT)
    assert set(known) == {rule.id for rule in shipped.rules}
    for rule_id, block in known.items():
        assert splice.replaced(TEXT, block, block.text) == TEXT
        name, data = splice.told(block.text)
        assert (name, data["id"]) == (rule_id, rule_id)
        assert TEXT.splitlines()[block.first - 1].lstrip("- ").startswith("id:")


def test_a_raised_version_changes_one_line_and_loads(shipped):
    block = splice.blocks(TEXT)["ВЕЖ-1"]
    changed = splice.replaced(TEXT, block, splice.with_version(block.text, 77))
    lines = [(a, b) for a, b in zip(TEXT.splitlines(), changed.splitlines(), strict=True) if a != b]
    assert [new.strip() for _old, new in lines] == ["v: 77"]
    again = loader.load_text(changed, FILE, today=date(2026, 11, 21))
    assert again.rule("ВЕЖ-1").v == 77
    assert {r.id for r in again.rules} == {r.id for r in shipped.rules}


@pytest.mark.parametrize(
    "text",
    [
        "- {id: А-1, v: 1, when: {lemma: [v]}}\n",
        "- id: АА-1\n  v: 3 # v: 4\n  title: 'v: 9'\n",
        "- v: 1\n  id: АА-1\n",
        "- id: АА-1\n  title: без версии\n",
    ],
)
def test_the_version_is_set_wherever_it_stands(text):
    assert splice.told(splice.with_version(text, 12))[1]["v"] == 12


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
def test_any_words_become_an_example(words):
    for block in (
        "- id: АА-1\n  tests: {hit: [а], miss: [б]}\n",
        "- id: АА-1\n  tests:\n    hit: [а]\n    miss: [б, в]\n",
        "- id: АА-1\n  tests:\n    hit:\n    - а\n    miss:\n    - б\n",
    ):
        miss = splice.told(splice.with_miss(block, words))[1]["tests"]["miss"]
        assert miss[0] == words
        assert "б" in miss[1:]


@pytest.mark.parametrize(
    "text", ["", "rules: []", "rules: [{id: А-1}]", "[", "- 1", "rules: 5", "\0"]
)
def test_what_cannot_be_cut_gives_nothing(text):
    assert splice.blocks(text) == {}
    with pytest.raises(splice.SpliceError):
        splice.appended(text, "- id: АА-1\n")


def test_comments_between_rules_belong_to_nobody():
    text = "rules:\n- id: АА-1\n  v: 1\n\n# о втором\n- id: АА-2\n  v: 1\n# конец\n"
    known = splice.blocks(text)
    changed = splice.replaced(text, known["АА-1"], "- id: АА-1\n  v: 2\n  title: новое\n")
    assert changed == text.replace("  v: 1\n\n", "  v: 2\n  title: новое\n\n", 1)
    added = splice.appended(text, "- id: АА-3\n  v: 1\n")
    assert added.index("АА-3") > added.index("АА-2")
    assert added.rstrip().endswith("# конец")


def test_an_indented_list_stays_indented():
    text = "schema: 1\nrules:\n    - id: АА-1\n      v: 1\n    - id: АА-2\n      v: 1\nlists: {}\n"
    block = splice.blocks(text)["АА-1"]
    assert block.text == "- id: АА-1\n  v: 1\n"
    assert splice.replaced(text, block, "- id: АА-1\n  v: 5\n") == text.replace("v: 1", "v: 5", 1)
    added = splice.appended(text, "- id: АА-3\n")
    assert added.index("АА-2") < added.index("АА-3") < added.index("lists")


def test_the_explanation_agrees_with_the_engine(shipped):
    """For every rule and every example: the condition part by part says what the engine says."""
    size = len(shipped.index._numbers)
    for rule in shipped.rules:
        for case in (*rule.hit_cases[:4], *rule.miss_cases[:4]):
            when, unless = why(shipped, rule.id, case.submission)
            if when.truth is None or rule.throttle or rule.exempt:
                continue
            said = bool(when.truth) and not (unless and unless.truth)
            if said and "quote" in rule.ignore and case.submission.quotable:
                continue  # the engine passes over true quotations after the condition
            assert said == engine.meets(shipped, rule, case.submission), (
                rule.id,
                case.submission.text,
            )
    assert len(shipped.index._numbers) == size  # nothing was added to the set


def test_every_predicate_has_words(shipped):
    import json

    def walk(node) -> None:
        name = next(iter(node))
        assert not told(node).startswith(f"{name}:"), node
        for each in parts(node):
            walk(each)

    for rule in json.loads(shipped.canonical)["rules"]:
        walk(rule["when"])
        if rule.get("unless"):
            walk(rule["unless"])
