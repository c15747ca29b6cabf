"""«Что ждёт решения»: by term, in words, taken up by one, decided once (rules, §5)."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core import clock
from tests.moderation.scenes import RUDE, appeal, numbers, reply, state_of, topic_of
from tests.moderation.test_story import GROUNDS
from tests.world import SLUG, WHY, Person, Town

CALM = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают и смотрят в окно."
DESK = f"/c/{SLUG}/moderation"


@pytest.fixture
def topic(town: Town, irina: Person) -> int:
    return topic_of(town, irina)


@pytest.fixture
def held(town: Town, anna: Person, topic: int) -> int:
    """Анна's rude answer waits; the id of the entry."""
    return reply(town, anna, topic, RUDE)


def desk(by: Person, kind: str = "") -> str:
    return by.get(f"{DESK}?kind={kind}").get_data(as_text=True)


def take(by: Person, kind: str, case_id: int, version: int = 1, act: str = "take") -> str:
    case = {"kind": kind, "case_id": str(case_id), "version": str(version)}
    answer = by.post(f"{DESK}/{act}", case)
    return f"{answer.status_code} {answer.get_data(as_text=True)}"


def test_every_kind_stands_there_and_can_be_chosen(
    town: Town, topic: int, held: int, anna: Person, irina: Person, gleb: Person
) -> None:
    galina, boris = town["galina"], town["boris"]
    calm = reply(town, anna, topic, CALM)
    irina.post(f"/e/{calm}/report", {"reason": "insult"})
    appeal(numbers(town, "entry.held")[0], anna)
    gleb.post(f"/c/{SLUG}/apply", {"why": WHY, "agree_charter": "y", "agree_rules": "y",
                                   "charter_version": "1", "rules_version": "1"})  # fmt: skip

    page = desk(galina)
    assert "4 дела" in page
    for chip in ("задержано правилом 1", "жалоба 1", "обжалование 1", "заявка 1"):
        assert chip in page
    assert "3 дела" in desk(boris), "who joins is decided by the administrator"
    only = desk(galina, "report")
    assert only.count('<li class="card">') == 1
    assert desk(galina, "'; --").count('<li class="card">') == 4


def test_terms_are_told_in_words(town: Town, held: int, boris: Person) -> None:
    assert re.search(r"остал(ось|ся) 2[34] час", desk(boris))
    with clock.frozen(clock.now() + timedelta(hours=27)):
        assert "просрочено на 3 часа" in desk(boris)
        assert "1 просрочено" in desk(boris)


def test_an_empty_desk_says_what_comes_here(boris: Person, anna: Person) -> None:
    assert "Сюда приходят" in desk(boris)
    assert anna.get(DESK).status_code == 404
    assert take(anna, "hold", 1).startswith("404")


def test_a_case_is_taken_seen_by_others_and_given_back(
    town: Town, held: int, boris: Person, galina: Person
) -> None:
    assert take(boris, "hold", held).startswith("200")
    assert "Сейчас этим занимается Борис Лунин" in desk(galina)
    refused = take(galina, "hold", held)
    assert refused.startswith("409")
    assert "Борис Лунин" in refused
    assert galina.post(f"/e/{held}/release").status_code == 409
    assert state_of(town, held) == "held"

    assert take(boris, "hold", held, act="back").startswith("200")

    assert galina.post(f"/e/{held}/release").status_code == 200
    assert state_of(town, held) == "published"


def test_who_comes_second_reads_who_was_first(
    town: Town, held: int, boris: Person, galina: Person
) -> None:
    boris.post(f"/e/{held}/release")

    second = galina.post(f"/e/{held}/release")

    assert second.status_code == 409
    said = second.get_data(as_text=True)
    assert "Вас опередили: Борис Лунин" in said
    assert f"№ {numbers(town, 'entry.released')[0]}" in said


def test_what_is_decided_is_free_of_its_taker(
    town: Town, held: int, anna: Person, boris: Person, galina: Person
) -> None:
    take(boris, "hold", held)
    boris.post(f"/e/{held}/release")

    assert galina.post(f"/e/{held}/remove", GROUNDS | {"quote": "ну ты и дура"}).status_code == 200


def test_an_appeal_is_taken_from_the_list_too(
    town: Town, held: int, anna: Person, galina: Person, boris: Person
) -> None:
    number = numbers(town, "entry.held")[0]
    appeal(number, anna)
    assert take(galina, "appeal", 1).startswith("200")
    assert "сейчас читает Галина Орлова" in anna.get(f"/decisions/{number}").get_data(as_text=True)
    assert take(boris, "appeal", 1, 2).startswith("409")
    assert take(galina, "appeal", 1, 2, act="back").startswith("200")
    assert take(boris, "appeal", 7).startswith("409")


def test_a_page_of_another_day_does_not_take_a_changed_case(
    town: Town, held: int, anna: Person, boris: Person
) -> None:
    assert take(boris, "hold", held, version=4).startswith("409")
    for spoiled in ("", "x", "9" * 30, "-1"):
        case = {"kind": "hold", "case_id": spoiled, "version": spoiled}
        assert boris.post(f"{DESK}/take", case).status_code in (400, 409)


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_every_term_has_words(left: timedelta) -> None:
    from community.moderation.desk import term_in_words

    said = term_in_words(left)

    assert said.startswith("overdue by") == (left < timedelta(0))
    assert int(re.findall(r"\d+", said)[0]) >= 1
