"""What may be done to a text without changing its judgement, and what must change it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from community.rules.model import STRENGTH, Judgement

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
