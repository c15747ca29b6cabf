"""Hostile texts: four times as long may cost at most six times as much, whatever the machine."""

from __future__ import annotations

import time

import pytest

from community.rules.engine import judge
from community.rules.model import RuleSet, Submission

PIECES = (
    "ﷺ", "а", "а\u0301\u0323\u0336", "а б в ", "а-", "а*", "д*р", "8 ", "8", "@", "«", "«а", "аaа", "дурак ",
    "durak ",
    "http://a.ru/ ", "ду р а ", "\n", "один два ", "a@b.ru ", "ты ", "Иванова украла ", "1, ",
    "🤡а",
)  # fmt: skip
SMALL, TIMES, GROWTH = 5_000, 4, 6


def _cpu(ruleset: RuleSet, text: str) -> float:
    submission = Submission(text=text, signed_in=True, author_name="Анна Ли")
    spent = []
    for _ in range(3):
        start = time.process_time()
        judge(ruleset, submission)
        spent.append(time.process_time() - start)
    return min(spent)


@pytest.mark.parametrize("piece", PIECES)
def test_a_longer_text_costs_in_proportion(shipped: RuleSet, piece: str) -> None:
    small = _cpu(shipped, (piece * SMALL)[:SMALL])
    large = _cpu(shipped, (piece * SMALL * TIMES)[: SMALL * TIMES])
    # below two milliseconds the clock tells nothing
    assert large <= GROWTH * max(small, 0.002)
