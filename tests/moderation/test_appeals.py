"""An appeal against any decision: another person reads it, every step is in the journal (rules, §5)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.core.outbox import consumes
from community.moderation.models import Appeal, Report, Warning_
from community.publishing.events import DecisionOverturned
from community.publishing.models import Entry, VerdictRecord
from tests.moderation.scenes import (
    PHONE,
    RUDE,
    WORDS,
    answer,
    appeal,
    kinds,
    numbers,
    reply,
    state_of,
    step,
    topic_of,
)
from tests.moderation.test_story import GROUNDS
from tests.publishing.conftest import put_rules
from tests.world import SLUG, Person, Town

__all__ = ["put_rules"]

CALM = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают и смотрят в окно."
overturned: list[DecisionOverturned] = []


@consumes(DecisionOverturned)
def _keep(event: DecisionOverturned) -> None:
    overturned.append(event)


@pytest.fixture
def topic(town: Town, irina: Person) -> int:
    overturned.clear()
    return topic_of(town, irina)


@pytest.fixture
def held(town: Town, anna: Person, topic: int) -> int:
    """Анна's rude answer waits; the number of the decision."""
    entry = reply(town, anna, topic, RUDE)
    assert state_of(town, entry) == "held"
    return numbers(town, "entry.held")[0]


@pytest.fixture
def removed(town: Town, anna: Person, boris: Person, topic: int) -> int:
    """Борис has hidden Анна's answer; the number of the decision."""
    entry = reply(town, anna, topic, CALM)
    assert boris.post(f"/e/{entry}/remove", GROUNDS).status_code == 200
    return numbers(town, "entry.removed")[0]


def appeal_row(town: Town) -> Any:
    with town.app.app_context():
        return db.session.scalars(select(Appeal)).one()


def test_a_held_text_comes_back_to_its_place_and_the_rule_may_learn(
    town: Town, topic: int, held: int, anna: Person, galina: Person, irina: Person
) -> None:
    page = anna.get(f"/decisions/{held}").get_data(as_text=True)
    assert "нашло и решило правило, без участия человека" in page
    assert "Обжаловать" in page
    assert appeal(held, anna).status_code == 200
    town.drain()
    assert f"№ {held}" in galina.get("/notices").get_data(as_text=True)
    desk = galina.get(f"/c/{SLUG}/moderation").get_data(as_text=True)
    assert "против задержки текста" in desk

    assert answer(held, galina).status_code == 200
    town.drain()

    with town.app.app_context():
        entry = db.session.scalars(select(Entry).where(Entry.body == RUDE)).one()
        verdict = db.session.scalar(select(VerdictRecord.id).where(VerdictRecord.number == held))
    assert entry.state == "published"
    assert entry.position is not None
    assert "ну ты и дура" in irina.get(f"/c/{SLUG}/topics/{topic}").get_data(as_text=True)
    assert [(each.number, each.verdict_id, each.entry_id, each.outcome) for each in overturned] == [
        (held, verdict, entry.id, "overturned")
    ]
    assert kinds(town, "appeal.") == ["appeal.made", "appeal.closed"]
    told = anna.get("/notices").get_data(as_text=True)
    assert "обжалование удовлетворено" in told
    after = anna.get(f"/decisions/{held}").get_data(as_text=True)
    assert "Решение отменено." in after
    assert "Галина Орлова" in after
    assert "больше не действует" in after


def test_a_removed_text_returns_with_its_time_its_replies_and_without_its_warning(
    town: Town, topic: int, anna: Person, boris: Person, galina: Person, irina: Person
) -> None:
    entry = reply(town, anna, topic, CALM)
    child = reply(town, irina, topic, "А у нас не скучают.", parent_id=entry)
    with town.app.app_context():
        before = db.session.get_one(Entry, entry)
    boris.post(f"/e/{entry}/remove", GROUNDS)
    number = numbers(town, "entry.removed")[0]
    boris.post(f"/decisions/{number}", {"act": "warn", "warn-reason": "Просим быть мягче к детям."})
    appeal(number, anna)

    assert answer(number, galina).status_code == 200

    with town.app.app_context():
        after = db.session.get_one(Entry, entry)
        assert (after.state, after.position, after.published_at) == (
            "published", before.position, before.published_at,
        )  # fmt: skip
        assert db.session.get_one(Entry, child).parent_id == entry
        assert db.session.scalars(select(Warning_)).one().cancelled_at is not None
    assert [each.outcome for each in overturned] == []
    town.drain()
    assert [each.outcome for each in overturned] == ["overturned"]


def test_whoever_decided_does_not_answer(
    town: Town, removed: int, anna: Person, boris: Person
) -> None:
    appeal(removed, anna)

    refused = answer(removed, boris)

    assert refused.status_code == 422
    assert "На обжалование отвечает не тот, кто принимал решение." in refused.get_data(as_text=True)
    assert appeal_row(town).state == "new"
    assert "Ответить на обжалование" not in boris.get(f"/decisions/{removed}").get_data(
        as_text=True
    )


def test_a_side_of_the_dispute_does_not_answer(
    town: Town, anna: Person, boris: Person, galina: Person, topic: int
) -> None:
    entry = reply(town, anna, topic, CALM)
    reply(town, galina, topic, "У меня дети не скучают никогда.", parent_id=entry)
    boris.post(f"/e/{entry}/remove", GROUNDS)
    number = numbers(town, "entry.removed")[0]
    appeal(number, anna)

    refused = answer(number, galina)

    assert refused.status_code == 422
    assert "сторона" in refused.get_data(as_text=True)
    assert appeal_row(town).state == "new"


def test_others_do_not_know_of_a_decision(
    held: int, irina: Person, gleb: Person, anna: Person
) -> None:
    for person in (irina, gleb):
        assert person.get(f"/decisions/{held}").status_code == 404
        assert person.get(f"/decisions/{held}.json").status_code == 404
        assert appeal(held, person).status_code == 404
    assert anna.get("/decisions/9999").status_code == 404


def test_once_for_a_decision_and_an_edit_does_not_use_it_up(
    town: Town, anna: Person, held: int
) -> None:
    with town.app.app_context():
        entry = db.session.scalars(select(Entry.id).where(Entry.body == RUDE)).one()
    more = {"body": f"{RUDE} Дура и есть.", "revision": "1"}
    asked = anna.post(f"/e/{entry}/edit", more).get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', asked)
    anna.post(f"/e/{entry}/edit", more | {"seen": seen[1] if seen else ""})
    second = numbers(town, "entry.held")[-1]
    assert second > held
    assert "больше не действует" in anna.get(f"/decisions/{held}").get_data(as_text=True)
    assert appeal(second, anna).status_code == 200

    again = appeal(second, anna)

    assert again.status_code == 409
    assert "уже обжаловали" in again.get_data(as_text=True)
    assert WORDS in again.get_data(as_text=True)


@pytest.mark.parametrize(("words", "kept"), [("", ""), ("а" * 2001, "а" * 2001)])
def test_an_appeal_that_is_not_taken_keeps_its_words(
    town: Town, held: int, anna: Person, words: str, kept: str
) -> None:
    page = appeal(held, anna, words)

    assert page.status_code == 422
    assert kept in page.get_data(as_text=True)
    assert kinds(town, "appeal.") == []


def test_the_term_is_180_days(town: Town, removed: int, anna: Person) -> None:
    with clock.frozen(clock.now() + timedelta(days=181)):
        anna.sign_in()
        page = anna.get(f"/decisions/{removed}").get_data(as_text=True)
        late = appeal(removed, anna)

    assert "в течение 180 дней" in page
    assert late.status_code == 422
    assert kinds(town, "appeal.") == []


def test_an_appeal_is_taken_given_back_and_withdrawn(
    town: Town, removed: int, anna: Person, galina: Person
) -> None:
    appeal(removed, anna)
    assert step(removed, galina, "take").status_code == 200
    assert "сейчас читает Галина Орлова" in anna.get(f"/decisions/{removed}").get_data(as_text=True)
    assert step(removed, galina, "return", 2).status_code == 200
    assert appeal_row(town).state == "new"

    assert step(removed, anna, "withdraw").status_code == 200

    assert appeal_row(town).state == "withdrawn"
    assert kinds(town, "appeal.") == [
        "appeal.made", "appeal.taken", "appeal.returned", "appeal.withdrawn",
    ]  # fmt: skip
    assert answer(removed, galina, version=4).status_code == 409
    assert appeal(removed, anna).status_code == 409, "a withdrawn appeal is used up"


def test_an_answer_from_an_old_page_is_refused_and_kept(
    town: Town, removed: int, anna: Person, galina: Person
) -> None:
    appeal(removed, anna)
    step(removed, galina, "take")

    page = answer(removed, galina, words="Слова верны, решение отменяется целиком.", version=1)

    assert page.status_code == 409
    assert "Слова верны, решение отменяется целиком." in page.get_data(as_text=True)
    assert appeal_row(town).state == "taken"


def test_an_appeal_may_be_rejected_only_with_reasons(
    town: Town, removed: int, anna: Person, galina: Person
) -> None:
    appeal(removed, anna)
    short = answer(removed, galina, "rejected", "не по делу")
    assert short.status_code == 422
    assert "не по делу" in short.get_data(as_text=True)
    assert appeal_row(town).state == "new"

    assert (
        answer(removed, galina, "rejected", "Речь о другой теме, а не об этом тексте.").status_code
        == 200
    )

    assert appeal_row(town).state == "rejected"
    assert "без рассмотрения" in anna.get(f"/decisions/{removed}").get_data(as_text=True)


def test_partly_cancels_the_warning_and_leaves_the_text_hidden(
    town: Town, removed: int, anna: Person, boris: Person, galina: Person
) -> None:
    appeal(removed, anna)
    assert answer(removed, galina, "partly").status_code == 422, "there is no part to cancel yet"
    boris.post(
        f"/decisions/{removed}", {"act": "warn", "warn-reason": "Просим быть мягче к детям."}
    )

    assert answer(removed, galina, "partly").status_code == 200

    with town.app.app_context():
        assert db.session.scalars(select(Warning_)).one().cancelled_at is not None
        assert db.session.scalars(select(Entry.state).where(Entry.body == CALM)).one() == "removed"
    assert numbers(town, "warning.cancelled")


def test_a_warning_is_appealed_by_itself(
    town: Town, removed: int, anna: Person, boris: Person, galina: Person
) -> None:
    boris.post(
        f"/decisions/{removed}", {"act": "warn", "warn-reason": "Просим быть мягче к детям."}
    )
    warning = numbers(town, "warning.given")[0]
    page = anna.get(f"/decisions/{warning}").get_data(as_text=True)
    assert "Просим быть мягче к детям." in page
    assert appeal(warning, anna).status_code == 200

    assert answer(warning, galina).status_code == 200

    with town.app.app_context():
        assert db.session.scalars(select(Warning_)).one().cancelled_at is not None
        assert db.session.scalars(select(Entry.state).where(Entry.body == CALM)).one() == "removed"


def test_a_blocked_text_is_appealed_though_nobody_stored_it(
    town: Town, topic: int, anna: Person, boris: Person
) -> None:
    assert reply(town, anna, topic, PHONE) == 0
    number = numbers(town, "entry.blocked")[0]
    page = anna.get(f"/decisions/{number}").get_data(as_text=True)
    assert "Обжаловать" in page
    assert appeal(number, anna).status_code == 200

    assert answer(number, boris).status_code == 200
    town.drain()

    assert [(each.number, each.entry_id) for each in overturned] == [(number, None)]
    assert "Решение отменено." in anna.get(f"/decisions/{number}").get_data(as_text=True)
    shown = boris.get(f"/decisions/{number}.json").get_data(as_text=True)
    assert "111-22-33" not in shown, "personal data is masked in the fragment"


def test_a_refused_complaint_is_appealed_and_read_by_another(
    town: Town, topic: int, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    entry = reply(town, anna, topic, CALM)
    irina.post(f"/e/{entry}/report", {"reason": "insult", "words": "Обидно за класс."})
    boris.post(f"/e/{entry}/uphold", {"reason": "Это спор о методе, оскорбления здесь нет."})
    number = numbers(town, "report.closed")[0]
    assert "спор о методе" in irina.get(f"/decisions/{number}").get_data(as_text=True)
    assert anna.get(f"/decisions/{number}").status_code == 404, "who complained stays hidden"
    assert appeal(number, irina, "Речь шла о детях целого класса.").status_code == 200
    assert answer(number, boris).status_code == 422

    assert answer(number, galina).status_code == 200

    with town.app.app_context():
        report = db.session.scalars(select(Report)).one()
        assert (report.state, report.closed_at) == ("new", None)
    assert "больше не действует" in irina.get(f"/decisions/{number}").get_data(as_text=True)
    assert "жалоба" in galina.get(f"/c/{SLUG}/moderation").get_data(as_text=True)


def test_a_suspension_is_answered_by_an_administrator_other_than_who_decided(
    town: Town, anna: Person, boris: Person, galina: Person
) -> None:
    galina.post(
        f"/c/{SLUG}/admin/members/{anna.id}/suspend",
        {"reason": "Три предупреждения подряд за месяц."},
    )
    number = numbers(town, "membership.suspended")[0]
    assert "Три предупреждения" in anna.get(f"/decisions/{number}").get_data(as_text=True)
    assert appeal(number, anna).status_code == 200
    refused = answer(number, boris)
    assert refused.status_code == 422
    assert "администратор" in refused.get_data(as_text=True)
    assert answer(number, galina).status_code == 422


def test_restoring_by_hand_answers_the_appeal(
    town: Town, removed: int, anna: Person, boris: Person
) -> None:
    appeal(removed, anna)
    with town.app.app_context():
        entry = db.session.scalars(select(Entry.id).where(Entry.body == CALM)).one()

    boris.post(f"/e/{entry}/restore", {"reason": "Перечитал: оскорбления нет."})

    row = appeal_row(town)
    assert row.state == "overturned"
    assert "оскорбления нет" in row.answer
    assert kinds(town, "appeal.") == ["appeal.made", "appeal.closed"]
    town.drain()
    assert "удовлетворено" in anna.get("/notices").get_data(as_text=True)


def test_the_same_as_json(held: int, anna: Person) -> None:
    said = anna.get(f"/decisions/{held}.json").get_json()

    assert said["kind"] == "hold"
    assert said["number"] == held
    assert said["article"]
    assert said["decided_by"].startswith("правило ")
    assert said["decided_automatically"] == "full"
    assert said["until"]
    assert any("дура" in each for each in said["fragments"])
    assert said["may_appeal"] is True
    assert any(each["url"].endswith("#appeal") for each in said["next"])


def test_a_pause_is_appealed_and_ends_at_once(
    town: Town, topic: int, anna: Person, irina: Person, boris: Person, put_rules: Any
) -> None:
    put_rules(then="[cooldown]", when="{lemma: [дело]}", on="[comment]")
    assert reply(town, anna, topic, "Дело в том, что урок длинный.") == 0
    number = numbers(town, "entry.paused")[0]
    assert reply(town, anna, topic, "Спокойные слова.") == 0, "the pause lasts"
    assert appeal(number, anna).status_code == 200

    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert answer(number, boris).status_code == 200
        assert reply(town, anna, topic, "Спокойные слова.") > 0
        assert "больше не действует" in anna.get(f"/decisions/{number}").get_data(as_text=True)
