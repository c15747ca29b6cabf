"""Figures of months for every member; the table of a quarter and what follows from it (B07; rules, §6)."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.core.worker import run_duties
from community.moderation.models import QuarterRow, Removal, SecondSignature
from community.moderation.queries import quarters
from community.moderation.queries.quarters import Quarter
from community.moderation.services import counting
from community.publishing import ruleset
from tests.moderation.acts import (
    grounds,
    journal,
    notices,
    page,
    proposals,
    removals,
    say,
    state,
    topic,
)
from tests.world import SLUG, Person, Town

FIGURES = f"/c/{SLUG}/journal/figures"
SEPTEMBER = datetime(2027, 9, 5, 9, 0, tzinfo=UTC)
OCTOBER = datetime(2027, 10, 1, 0, 5, tzinfo=UTC)
THIRD = Quarter(2027, 3)
BACK = {"reason": "Перечитали ещё раз: это наблюдение учителя, а не грубость."}


@pytest.fixture
def hidden(town: Town, anna: Person, irina: Person, vera: Person, boris: Person) -> list[int]:
    """Ten texts of three people, hidden by Борис in September; the entries."""
    entries = []
    for n in range(10):
        author = (anna, irina, vera)[n % 3]
        with clock.frozen(SEPTEMBER + timedelta(days=2 * n)):
            town_topic = topic(town, author, f"Тема {n}")
            entry = say(town, author, town_topic, f"Довод номер {n}: дети скучают на уроке.")
            assert boris.post(f"/e/{entry}/remove", grounds("скучают")).status_code == 200
        entries.append(entry)
    assert len(removals(town)) == 10
    return entries


def put_back(town: Town, entries: list[int], by: Person) -> None:
    with clock.frozen(SEPTEMBER + timedelta(days=20)):
        for entry in entries:
            by.post(f"/e/{entry}/restore", BACK)
            assert state(town, entry) == "published"


def mark(town: Town, rule: str) -> None:
    """Let a rule have marked every hidden text."""
    with town.app.app_context(), transaction():
        db.session.execute(update(Removal).values(rule=rule))


def rows(town: Town) -> list[tuple[str, str, int, int, int, str]]:
    with town.app.app_context():
        found = db.session.scalars(select(QuarterRow).order_by(QuarterRow.kind, QuarterRow.code))
        return [
            (each.kind, each.code, each.decided, each.appealed, each.overturned, each.followed)
            for each in found
        ]


def live_rule(town: Town) -> str:
    with town.app.app_context():
        return next(rule.id for rule in ruleset.in_force().rules if rule.mode == "live")


def duties(town: Town) -> None:
    with town.app.app_context():
        run_duties()
        db.session.remove()


def test_nothing_hidden_is_told_in_words_and_only_to_members(
    anna: Person, gleb: Person, town: Town
) -> None:
    shown = page(anna.get(FIGURES))
    assert "За год не скрыто ни одного текста" in shown
    assert "Итогов квартала пока нет" in shown
    assert "Модерация в цифрах" not in page(gleb.get(FIGURES))
    assert FIGURES in page(anna.get(f"/c/{SLUG}/journal"))
    assert FIGURES in page(anna.get(f"/c/{SLUG}/rules"))
    assert FIGURES not in page(gleb.get(f"/c/{SLUG}/rules"))
    duties(town)
    assert rows(town) == []
    assert "removal.counted" not in journal(town)


def test_a_month_tells_articles_appeals_and_what_came_back(
    town: Town, hidden: list[int], anna: Person, boris: Person, galina: Person
) -> None:
    words = {"act": "appeal", "appeal-words": "В тексте нет оскорбления, это наблюдение учителя."}
    with clock.frozen(SEPTEMBER + timedelta(days=20)):
        assert anna.post(f"/decisions/{removals(town)[0].number}", words).status_code == 200
        put_back(town, [hidden[1]], boris)
        put_back(town, [hidden[2]], galina)
        months = page(anna.get(FIGURES))

    cells = '<td class="num">10</td><td class="num">1</td><td class="num">2</td><td class="num">1'
    assert f"сентябрь 2027 г.</th>{cells}" in months
    assert f"4.1 Оскорбления</th>{cells}" in months
    assert "Борис" not in months.split('id="main"')[1], "roles and figures, never names"


def test_what_is_taken_back_at_once_counts_nowhere(town: Town, anna: Person, boris: Person) -> None:
    with clock.frozen(SEPTEMBER):
        entry = say(town, anna, topic(town, anna), "Довод: дети скучают на уроке.")
        boris.post(f"/e/{entry}/remove", grounds("скучают"))
        assert boris.post(f"/decisions/{removals(town)[0].number}/undo").status_code == 200
        assert removals(town)[0].undone
        assert "За год не скрыто ни одного текста" in page(anna.get(FIGURES))
    with clock.frozen(OCTOBER):
        duties(town)
    assert rows(town) == []


def test_a_removal_belongs_to_the_month_and_quarter_of_the_local_clock(
    town: Town, anna: Person, boris: Person
) -> None:
    last_evening = datetime(2027, 9, 30, 22, 30, tzinfo=UTC)  # in Moscow it is October
    with clock.frozen(last_evening):
        entry = say(town, anna, topic(town, anna), "Довод: дети скучают на уроке.")
        boris.post(f"/e/{entry}/remove", grounds("скучают"))
        assert "октябрь 2027" in page(anna.get(FIGURES))
        duties(town)
    assert rows(town) == []
    with clock.frozen(datetime(2027, 12, 31, 20, 59, tzinfo=UTC)):
        duties(town)
    assert rows(town) == [], "the fourth quarter runs for a minute more"
    with clock.frozen(datetime(2027, 12, 31, 21, 0, tzinfo=UTC)):
        duties(town)
    assert [row[:3] for row in rows(town) if row[0] == "total"] == [("total", "", 1)]


def test_two_of_ten_have_no_consequence(
    town: Town, hidden: list[int], boris: Person, galina: Person
) -> None:
    rule = live_rule(town)
    mark(town, rule)
    put_back(town, hidden[:2], galina)
    put_back(town, hidden[2:5], boris)  # one's own second thought overturns nothing
    with clock.frozen(OCTOBER):
        duties(town)
    assert rows(town) == [
        ("article", "4.1-оскорбления", 10, 0, 2, ""),
        ("moderator", str(boris.id), 10, 0, 2, ""),
        ("rule", rule, 10, 0, 2, ""),
        ("total", "", 10, 0, 2, ""),
    ]
    assert "removal.second_required" not in journal(town)
    assert live_rule(town) == rule


def test_three_of_ten_put_the_rule_on_trial_and_ask_for_a_second_signature(
    town: Town, hidden: list[int], anna: Person, boris: Person, galina: Person
) -> None:
    rule = live_rule(town)
    mark(town, rule)
    put_back(town, hidden[:3], galina)
    with clock.frozen(OCTOBER):
        duties(town)
        duties(town)

        assert ("rule", rule, 10, 0, 3, "trial") in rows(town)
        assert ("moderator", str(boris.id), 10, 0, 3, "second") in rows(town)
        with town.app.app_context():
            ruleset.look_again()
            assert ruleset.in_force().rule(rule).mode != "live"
            signature = db.session.scalars(select(SecondSignature)).one()
            assert signature.until == OCTOBER + timedelta(days=30)
            body = json.loads(
                db.session.scalars(
                    select(AuditEntry.body).where(AuditEntry.kind == "removal.counted")
                ).one()
            )
        assert (body["quarter"], body["decided"], body["overturned"]) == ("2027-Q3", 10, 3)
        assert journal(town).count("removal.second_required") == 1
        assert "rules.mode_changed" in journal(town)

        assert "подписывает ещё один человек" in notices(town, boris)
        assert "удаления одного из модераторов требуют второй подписи" in notices(town, galina)
        for who in (boris, galina):
            assert f"Правило {rule} теперь только наблюдает" in notices(town, who)
        assert "подписи" not in notices(town, anna)

        table = page(anna.get(FIGURES))
        assert "III квартал 2027 года" in table
        assert "Скрыто 10 текстов, обжаловано 0 решений, отменено 3." in table
        assert "3 (30&nbsp;%)" in table
        assert f"Правило {rule} переведено на испытание" in table
        assert "Борис" not in table.split('id="main"')[1]
        assert "Из ваших" in page(boris.get(FIGURES)) or "из ваших" in page(boris.get(FIGURES))
        assert "Борис Лунин: до" in page(galina.get(FIGURES)).replace("Лунин Борис", "Борис Лунин")

        entry = say(town, anna, topic(town, anna, "Ещё тема"), "Довод: дети скучают на уроке.")
        boris.post(f"/e/{entry}/remove", grounds("скучают"))
        assert [each.why for each in proposals(town)] == ["consequence"]
    anna._client = boris._client = None  # a month later they sign in anew
    with clock.frozen(OCTOBER + timedelta(days=30, minutes=1)):
        entry = say(town, anna, topic(town, anna, "Тема позже"), "Довод: дети скучают опять.")
        boris.post(f"/e/{entry}/remove", grounds("скучают"))
        assert len(proposals(town)) == 1, "thirty days are over"


def test_nine_are_too_few(town: Town, hidden: list[int], boris: Person, galina: Person) -> None:
    put_back(town, hidden[:9], galina)
    with town.app.app_context(), transaction():
        db.session.execute(
            update(Removal)
            .where(Removal.entry_id == hidden[9])
            .values(at=SEPTEMBER - timedelta(days=100))
        )
    with clock.frozen(OCTOBER):
        duties(town)
    assert ("moderator", str(boris.id), 9, 0, 9, "") in rows(town)
    assert "removal.second_required" not in journal(town)


def test_workers_that_count_at_once_write_one_table(
    town: Town, hidden: list[int], galina: Person
) -> None:
    put_back(town, hidden[:3], galina)
    gate = Barrier(4)

    def work(_number: int) -> bool:
        with town.app.app_context():
            gate.wait()
            try:
                return counting.count(town.community_id, THIRD)
            finally:
                db.session.remove()

    with clock.frozen(OCTOBER), ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(4))) == [False, False, False, True]
    assert journal(town).count("removal.counted") == 1
    assert journal(town).count("removal.second_required") == 1


def test_a_quarter_that_runs_is_not_counted(town: Town, hidden: list[int]) -> None:
    with clock.frozen(SEPTEMBER + timedelta(days=21)), town.app.app_context():
        assert quarters.current() == THIRD
        assert counting.count(town.community_id, THIRD) is False


def test_a_rule_that_left_the_file_stops_nobody(
    town: Town, hidden: list[int], galina: Person
) -> None:
    mark(town, "БЫЛО-1")
    put_back(town, hidden[:3], galina)
    with clock.frozen(OCTOBER):
        duties(town)
    assert ("rule", "БЫЛО-1", 10, 0, 3, "") in rows(town)
