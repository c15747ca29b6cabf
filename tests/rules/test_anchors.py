"""Patterns tried only where their words stand meet what they meet when tried everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.rules import anchors as reader
from community.rules.anchors import CLAUSE, Anchors, anchors
from community.rules.index import TextIndex
from community.rules.model import RuleSet
from community.rules.normal import normalise
from community.rules.patterns import compiled, translated, turned

EVAL = Path(__file__).parent / "eval"


def _everywhere(index: TextIndex, text: str) -> list[int]:
    return [at for at, one in enumerate(index._sources) if compiled(one.pattern).search(text)]


def test_every_pattern_of_the_set_meets_the_same_texts(shipped: RuleSet) -> None:
    index = shipped.index
    patterns = [(at, compiled(one.pattern)) for at, one in enumerate(index._sources)]
    lines = [
        line for file in sorted(EVAL.glob("**/*.jsonl")) for line in file.open(encoding="utf-8")
    ]
    texts = [normalise(json.loads(line)["text"]).text for line in lines]
    texts += ["\n".join(texts[at : at + 8]) for at in range(0, 400, 8)]
    met = 0
    for text in texts[::6]:
        told = text.encode()
        wanted = tuple(at for at, pattern in patterns if pattern.search(told))
        assert index.fired_patterns(text, {}) == wanted
        met += len(wanted)
    assert met > 150


TURNS = (
    "идите лесом", "(иди|идите) … (лесом|полем|степью)", "туп(ой|ая|ые)? как ~", "не (вам )?учить",
    "клоун~", "(да )?пошли вы", "(а|и|не) вы", "мозг(и|ов)? … нет", "детский са(д|да)",
)  # fmt: skip
PATTERNS = (
    r"\bмолч(и|ать)\b", r"вон[!.]", r"\b(она|он) \p{L}+ала деньги", r"\bдет(и|ей).{0,5}уч", r"учит[её]ль",
    r"\bкто-то", r"\b(без|из) совест(и|ью)\b", r"ложь{1,3}", r"(ха){2,}мит", r"[а-м]читель", "сам[^ ]+ ты",
)  # fmt: skip
SOURCES = [turned(turn) for turn in TURNS] + [translated(one) for one in PATTERNS]
WORDS = (
    "идите иди лесом полем вы тупой туп как пень не вам учить клоуны да пошли мозги мозгов нет"
    " детский сада молчать вон! она украла деньги дети ей учитель учитил кто-то из совести ложььь"
    " хахамит сама ты . , ! — « » -"
)
PIECES = [*WORDS.split(), "\n", ""]


@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from([" ", " ", ""]))
def test_no_text_is_missed(pieces: list[str], between: str) -> None:
    index = TextIndex()
    for source in SOURCES:
        index.add_patterns((source,))
    index.close()
    text = between.join(pieces)
    assert list(index.fired_patterns(text, {})) == _everywhere(index, text)


@pytest.mark.parametrize(
    ("source", "groups"),
    [
        (turned("идите лесом"), ({"лесом"}, {"идите"})),
        (turned("(иди|идите) … лесом"), ({"лесом"}, {"иди"})),
        (translated(r"\bтуп(ой|ая)?\b"), ({"туп"},)),
        (translated(r"урок.{0,5}"), ()),
        (translated(r"урок[^а]"), ()),
        (translated(r"(урок|я)"), ()),
        (translated(r"(?i)урок"), ()),
        (translated(r"урок[ -—]"), ()),
    ],
)
def test_the_words_that_a_pattern_needs(source: str, groups: tuple[set[str], ...]) -> None:
    assert sorted(map(sorted, anchors(source))) == sorted(map(sorted, groups))


def test_a_word_wakes_only_patterns_whose_other_words_stand_there() -> None:
    known = Anchors()
    assert known.add(1, turned("катитесь … полем"))
    assert known.worth(["катитесь", "полем"]) == {1}
    assert known.worth(["катитесь"]) == set()
    assert not known.add(2, turned("а вы"))


def test_a_clause_is_read_once_for_all_readings() -> None:
    index = TextIndex()
    index.add_patterns((turned("катитесь полем"),))
    index.close()
    known: dict[str, frozenset[int]] = {}
    assert index.fired_patterns("Да. катитесь полем!", known) == (0,)
    assert set(known) == set(CLAUSE.findall("Да. катитесь полем!"))
    assert known[" катитесь полем"] == {0}


def test_what_was_read_is_remembered_for_the_next_start(tmp_path, monkeypatch):
    """A start with the file reads no pattern; a file that is broken or of strange shape is no trouble."""
    source = turned("(иди|идите) … лесом")
    wanted = reader.anchors(source)
    reader.keep(tmp_path, [source])
    (file,) = tmp_path.glob("anchors-*.json")
    monkeypatch.setattr(reader, "_known", {})
    monkeypatch.setattr(reader, "_kept", set())
    monkeypatch.setattr(reader, "_anchors", lambda _source: pytest.fail("read once more"))
    reader.recall(tmp_path)
    assert reader.anchors(source) == wanted != ()
    for broken in ("{", "[1]", '{"а": 1}', ""):
        file.write_text(broken, encoding="utf-8")
        reader.recall(tmp_path)
