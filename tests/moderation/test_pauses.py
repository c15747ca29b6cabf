"""A pause lifted before its end: with a reason, in the journal, by somebody else."""

from collections.abc import Callable

import pytest

from tests.moderation.scenes import answer, appeal, kinds, numbers, reply, topic_of
from tests.publishing.conftest import put_rules
from tests.world import SLUG, Person, Town

__all__ = ["put_rules"]

CALM = "Коллеги, вот ещё одна мысль об этом уроке."
REASON = "Это обсуждение плана урока, пауза здесь лишняя."
HASTY = "Давайте решим это дело прямо сейчас."


@pytest.fixture(autouse=True)
def hasty(put_rules: Callable[..., None]) -> None:
    """A rule asks for a pause after «дело»."""
    put_rules(then="[cooldown]", when="{lemma: [дело]}", on="[comment]")


@pytest.fixture
def paused(town: Town, anna: Person, irina: Person) -> tuple[int, int]:
    """Анна has been paused by a rule; the topic and the number of the decision."""
    topic = topic_of(town, irina)
    assert reply(town, anna, topic, HASTY) == 0
    assert reply(town, anna, topic, CALM) == 0
    return topic, numbers(town, "entry.paused")[0]


def lift(number: int, by: Person, reason: str = REASON) -> tuple[int, str]:
    sent = by.post(f"/decisions/{number}", {"act": "lift", "lift-reason": reason})
    return sent.status_code, sent.get_data(as_text=True)


def test_a_moderator_lifts_a_pause_with_a_reason(
    town: Town, paused: tuple[int, int], anna: Person, boris: Person
) -> None:
    topic, number = paused
    member = boris.get(f"/c/{SLUG}/moderation/members/{anna.id}").get_data(as_text=True)
    assert f"/decisions/{number}#lift" in member
    assert "Снять паузу" in boris.get(f"/decisions/{number}").get_data(as_text=True)
    assert "Снять паузу" not in anna.get(f"/decisions/{number}").get_data(as_text=True)

    status, page = lift(number, boris, "Коротко.")
    assert status == 422
    assert "хотя бы 20 знаков" in page
    assert "Коротко." in page, "nothing typed is lost"
    assert reply(town, anna, topic, CALM) == 0
    assert lift(number, boris)[0] == 200
    town.drain()

    assert kinds(town, "entry.pause_lifted") == ["entry.pause_lifted"]
    told = anna.get("/notices").get_data(as_text=True)
    assert REASON in told
    assert "Пауза снята досрочно" in anna.get(f"/decisions/{number}").get_data(as_text=True)
    assert reply(town, anna, topic, CALM) > 0
    assert "Снять паузу" not in boris.get(f"/decisions/{number}").get_data(as_text=True)
    assert lift(number, boris)[0] == 409, "it is over already"


def test_nobody_lifts_their_own_pause_and_members_lift_none(
    town: Town, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    topic = topic_of(town, irina)
    assert reply(town, boris, topic, HASTY) == 0
    number = numbers(town, "entry.paused")[0]

    assert lift(number, irina)[0] == 404
    assert lift(number, boris)[0] == 422
    assert kinds(town, "entry.pause_lifted") == []
    assert lift(number, galina)[0] == 200
    assert reply(town, boris, topic, CALM) > 0


def test_a_lifted_pause_grants_the_appeal_that_waits(
    town: Town, paused: tuple[int, int], anna: Person, boris: Person, galina: Person
) -> None:
    _topic, number = paused
    appeal(number, anna, "Я предлагала обсудить план, а не человека.")
    assert lift(number, boris)[0] == 200
    town.drain()

    assert kinds(town, "appeal.") == ["appeal.made", "appeal.closed"]
    assert answer(number, galina).status_code == 409
    assert "Решение отменено." in anna.get(f"/decisions/{number}").get_data(as_text=True)


def test_only_a_pause_is_lifted(town: Town, anna: Person, irina: Person, boris: Person) -> None:
    entry = reply(town, anna, topic_of(town, irina), CALM)
    removal = {"article": "4.1-оскорбления", "quote": "ещё одна мысль", "milder": "useless"}
    boris.post(f"/e/{entry}/remove", removal | {"reason": REASON})
    assert lift(numbers(town, "entry.removed")[0], boris)[0] == 404
    assert lift(999999, boris)[0] == 404
