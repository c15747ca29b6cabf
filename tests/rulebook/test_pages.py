"""Pages «Правила»: everybody reads by what texts are judged, moderators see how rules fare."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from community.core.db import db
from community.publishing.models import Entry, VerdictRecord
from community.rulebook.models import Brake
from community.rulebook.services import braking, trials
from tests.rulebook.conftest import OTHER, mode_of, rule, written

PAGE = "/c/priozersk/rulebook"


@pytest.fixture
def held(app, anna, topic) -> int:
    anna.post(
        f"/c/priozersk/topics/{topic}/reply", {"body": "Ерунда какая, звоните 8 904 111-22-33"}
    )
    with app.app_context():
        return db.session.scalar(select(Entry.id).where(Entry.state == "held"))


def words(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def test_a_member_reads_what_a_rule_asks_and_not_how_it_is_written(anna, held):
    page = words(anna.get(PAGE))
    assert "ПРБ-1. Пустое слово" in page
    assert "показать модератору до публикации" in page
    assert "за 30 дней" not in page
    page = words(anna.get(f"{PAGE}/ПРБ-1"))
    assert "Слово «…» ни о чём не говорит." in page  # as it is read
    assert "when:" not in page
    assert "Ввести в действие" not in page


def test_a_stranger_reads_nothing(gleb):
    assert gleb.get(PAGE).status_code in (403, 404)


def test_a_moderator_sees_source_condition_examples_and_samples(boris, held):
    page = words(boris.get(f"{PAGE}/ПРБ-1"))
    for piece in (
        "слово из списка «пустое»", "when: {lemma: $пустое}", "Ерунда какая", "должно промолчать",
        "подействовало: 1", "введено в действие",
    ):  # fmt: skip
        assert piece in page, piece
    assert "111-22-33" not in page
    assert f"/e/{held}" in page
    assert boris.get(f"{PAGE}/НЕТ-1").status_code == 404


def test_samples_of_a_community_that_one_does_not_moderate_stay_unseen(app, held, galina):
    from community.core.actor import Actor
    from community.publishing import access
    from community.rulebook import queries

    with app.app_context():
        latest = queries.hits()["ПРБ-1"].latest
        assert len(queries.samples(access.viewer(galina.actor), latest)) == 1
        stranger = access.Viewer(galina.id, frozenset({1}), frozenset({999}))
        assert queries.samples(stranger, latest) == []
        assert queries.samples(access.viewer(Actor(None, "", "visitor")), latest) == []


def test_trying_a_text_tells_everything_and_writes_nothing(app, boris, rules_file):
    written(rules_file, rule(2), OTHER)
    assert mode_of(app) == "shadow"
    with app.app_context():
        before = db.session.scalars(select(VerdictRecord.id)).all()
    page = words(boris.post(f"{PAGE}/try", {"body": "Какая ерунда и чушь", "event": "comment"}))
    assert '<mark class="struck">ерунда</mark>' in page
    assert '<mark class="struck">чушь</mark>' in page
    assert "только смотрит" in page
    told = json.loads(
        boris.post(f"{PAGE}/try?as=json", {"body": "Какая ерунда и чушь", "event": "comment"}).data
    )
    assert told["act"] == "notice"
    assert {hit["rule"]: hit["mode"] for hit in told["hits"]} == {
        "ПРБ-1": "shadow",
        "ПРБ-2": "live",
    }
    assert boris.post(f"{PAGE}/try", {"body": ""}).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(VerdictRecord.id)).all() == before


def test_a_broken_file_is_told_on_the_page_and_the_old_rules_stay(app, boris, anna, rules_file):
    rules_file.write_text("schema: 1\nrulez: []\n", "utf-8")
    app.extensions["rules"].looked = float("-inf")
    page = words(boris.get(PAGE))
    assert "rulez" in page
    assert "ПРБ-1" in page
    assert "rulez" not in words(anna.get(PAGE))
    assert boris.get(f"{PAGE}/ПРБ-1").status_code == 200
    assert (
        boris.post(f"{PAGE}/ПРБ-1/propose", {"block": rule(2), "act": "check"}).status_code == 422
    )


def test_trial_backtest_and_promotion_from_the_page(app, town, boris, held):
    boris.post(f"{PAGE}/ПРБ-1/trial")
    assert mode_of(app) == "shadow"
    page = words(boris.get(f"{PAGE}/ПРБ-1"))
    assert "отправлено на испытание вручную" in page
    assert (
        boris.post(f"{PAGE}/ПРБ-1/promote").status_code == 403
    )  # trials.promote_by: no report yet
    assert boris.post(f"{PAGE}/ПРБ-1/backtest").status_code == 200
    assert "Идёт проверка" in words(boris.get(f"{PAGE}/ПРБ-1"))
    town.drain()
    page = words(boris.get(f"{PAGE}/ПРБ-1"))
    assert "сработало бы" in page
    assert "Ввести в действие" in page
    boris.post(f"{PAGE}/ПРБ-1/promote")
    assert mode_of(app) == "live"


def test_a_long_run_goes_on_piece_by_piece(app, town, boris, forum, topic, monkeypatch):
    monkeypatch.setattr(trials, "PIECE", 2)
    monkeypatch.setattr(trials.Run.step, "__defaults__", (2,))
    for number in range(5):
        forum.reply(boris, topic, f"Дело {number}")
    boris.post(f"{PAGE}/ПРБ-1/backtest")
    town.drain()
    with app.app_context():
        row = db.session.scalar(select(trials.Backtest))
        assert (row.state, row.judged, row.total) == ("done", row.total, row.figures["judged"])


def test_members_do_nothing_to_rules(app, anna, held):
    for act in ("backtest", "promote", "trial", "noted", "release"):
        assert anna.post(f"{PAGE}/ПРБ-1/{act}").status_code == 403
    assert anna.get(f"{PAGE}/try").status_code == 403
    assert mode_of(app) == "live"


def test_an_answered_brake_leaves_the_queue(app, boris, galina, held):
    from community.core import clock
    from community.core.transactions import transaction
    from community.publishing import ruleset
    from community.rules.versions import versions

    with app.app_context():
        version = versions(ruleset.in_force())["ПРБ-1"]
        braking.brake(version, 9, 40, clock.now())
        db.session.remove()
    assert "снова на испытании" in words(boris.get("/c/priozersk/moderation"))
    assert "Аварийный тормоз" in words(galina.get(f"{PAGE}/ПРБ-1"))
    boris.post(f"{PAGE}/ПРБ-1/noted")  # braking.take_note
    assert "снова на испытании" not in words(boris.get("/c/priozersk/moderation"))
    with app.app_context(), transaction():
        assert db.session.scalar(select(Brake.closed_by)) == boris.id
        assert braking.release_all(boris.actor, "ПРБ-1", 1) == 1
