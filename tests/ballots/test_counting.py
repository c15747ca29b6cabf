"""Counting is pure: order does not matter, nothing is lost, thresholds are exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.ballots.counting import Plan, WrongVote, checked, count

OPTIONS = (11, 12, 13)
one = st.sampled_from([{"11": 1}, {"12": 1}, {"13": 1}])
orders = st.permutations([1, 2, 3]).map(lambda p: dict(zip(("11", "12", "13"), p, strict=True)))
times = st.fixed_dictionaries({str(each): st.sampled_from([0, 1, 2]) for each in OPTIONS})


def plan(kind="opinion", **more):
    return Plan(kind=kind, options=OPTIONS, **({"voters": 100} | more))


@pytest.mark.parametrize(
    ("kind", "votes"), [("opinion", one), ("ranking", orders), ("time", times)]
)
def test_order_does_not_matter_and_nothing_is_lost(kind, votes):
    @given(st.lists(votes, max_size=30), st.randoms())
    def check(cast, chance):
        before = count(plan(kind), cast)
        chance.shuffle(cast)
        assert count(plan(kind), cast) == before
        assert before.cast == len(cast)
        if kind == "opinion":
            assert sum(line.votes for line in before.lines) == len(cast)
        if kind == "ranking":
            assert sum(line.points for line in before.lines) == 3 * len(cast)
            assert sum(line.votes for line in before.lines) == len(cast)  # each puts one first

    check()


@given(st.lists(orders, min_size=1, max_size=30), st.sampled_from(["11", "12", "13"]))
def test_a_vote_for_the_winner_keeps_it_ahead(cast, favourite):
    before = count(plan("ranking"), cast)
    if before.winners != (int(favourite),):
        return
    others = [each for each in ("11", "12", "13") if each != favourite]
    more = {favourite: 1, others[0]: 2, others[1]: 3}
    assert count(plan("ranking"), [*cast, more]).winners == (int(favourite),)


@given(st.permutations(OPTIONS), st.lists(one, max_size=20))
def test_the_order_of_options_chooses_nobody(options, cast):
    made = count(Plan(kind="opinion", options=options, voters=100), cast)
    assert set(made.winners) == set(count(plan(), cast).winners)


def said(*numbers):
    """Votes of a decision: so many for, against, abstained."""
    keys = ("11", "12", "13")
    return [{key: 1} for key, number in zip(keys, numbers, strict=True) for _ in range(number)]


@pytest.mark.parametrize(
    ("votes", "more", "outcome"),
    [
        (said(2, 1, 0), {}, "accepted"),
        (said(2, 2, 0), {}, "rejected"),  # half is not more than half
        (said(2, 1, 1), {}, "rejected"),  # who abstains takes part
        (said(2, 1, 0), {"majority": "two_thirds"}, "accepted"),  # exactly two thirds
        (said(65, 35, 0), {"majority": "two_thirds"}, "rejected"),
        (said(50, 0, 0), {"base": "roll"}, "rejected"),
        (said(51, 0, 0), {"base": "roll"}, "accepted"),
        (said(49, 0, 0), {"quorum": 50}, "no_quorum"),
        (said(50, 0, 0), {"quorum": 50}, "accepted"),
        (said(33, 0, 0), {"quorum": 67, "voters": 49}, "accepted"),
        (said(32, 0, 0), {"quorum": 67, "voters": 49}, "no_quorum"),
        ([], {"quorum": 50}, "no_quorum"),
        ([], {}, "none"),
    ],
)
def test_thresholds_are_exact(votes, more, outcome):
    assert count(plan("decision", **more), votes).outcome == outcome


def test_ties_are_told_and_nobody_wins_by_chance():
    made = count(plan(), said(2, 2, 1))
    assert (made.outcome, made.winners) == ("tie", (11, 12))
    assert count(plan("time"), [{"11": 0, "12": 0, "13": 0}]).outcome == "none"


@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        ("opinion", {}), ("opinion", {"11": 1, "12": 1}), ("opinion", {"99": 1}), ("opinion", {"11": 0}),
        ("several", {"11": 1, "12": 1, "13": 1}), ("time", {"11": 3}), ("time", {"11": -1}),
        ("ranking", {"11": 1, "12": 1, "13": 2}), ("ranking", {"11": 1, "12": 2}),
        ("ranking", {"11": 0, "12": 1, "13": 2}), ("decision", {"11": 1, "13": 1}),
    ],
)  # fmt: skip
def test_wrong_votes_are_refused(kind, choices):
    with pytest.raises(WrongVote):
        checked(plan(kind, most=2), choices)
