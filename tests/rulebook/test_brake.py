"""The emergency brake: more than three hits and five per cent within a day of a change (rules, §2.3)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.notices.models import Notice
from community.publishing.models import Entry
from community.rulebook.cli import rules
from community.rulebook.models import Brake, WrongHit
from community.rulebook.services import braking
from tests.rulebook.conftest import OTHER, mode_of, rule, written

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def changed(app, rules_file, town, topic):
    """Version 2 was promoted at noon; the clock stands there."""
    with clock.frozen(NOON):
        written(rules_file, rule(2), OTHER)
        assert mode_of(app) == "shadow"
        with app.app_context():
            for command in (["backtest"], ["promote", "ПРБ-1", "--by", "boris@shkola.example"]):
                done = CliRunner().invoke(rules, command)
                assert done.exit_code == 0, done.exception
        yield topic


def say(person, topic: int, body: str, times: int = 1) -> None:
    for number in range(times):
        person.post(f"/c/priozersk/topics/{topic}/reply", {"body": f"{body} {number}"})
        clock.travel(timedelta(minutes=7))


def watch(app) -> None:
    with app.app_context():
        braking.watch()
        db.session.remove()


def count(app, *what) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).where(*what)) or 0


def test_four_hits_among_few_texts_put_the_rule_back(app, changed, anna, boris, galina):
    say(anna, changed, "Ерунда", 3)
    watch(app)
    assert mode_of(app) == "live"  # three are not more than three
    say(anna, changed, "Ерунда опять")
    watch(app)
    watch(app)
    assert mode_of(app) == "shadow"
    with app.app_context():
        body = json.loads(
            db.session.scalar(select(AuditEntry.body).where(AuditEntry.kind == "rules.brake"))
        )
        brake = db.session.scalars(select(Brake)).one()
        told = set(
            db.session.scalars(select(Notice.user_id).where(Notice.code == "rulebook.brake"))
        )
    assert (body["rule"], body["rule_version"], body["hits"]) == ("ПРБ-1", 2, 4)
    assert (brake.hits, brake.number > 0) == (4, True)
    assert told == {boris.id, galina.id}
    say(anna, changed, "Ерунда снова")
    assert count(app, Entry.state == "held") == 4  # what comes now is not held


def test_four_hits_among_many_texts_are_no_reason(app, changed, anna, forum, irina):
    for number in range(90):
        forum.reply(irina, changed, f"Дело № {number}: по плану урока.")
    say(anna, changed, "Ерунда", 4)
    watch(app)
    assert mode_of(app) == "live"


def test_after_a_day_the_rule_is_trusted(app, changed, anna):
    clock.travel(timedelta(hours=25))
    say(anna, changed, "Ерунда", 6)
    watch(app)
    assert mode_of(app) == "live"


def test_a_rule_that_nobody_changed_is_not_watched(app, town, topic, irina):
    with clock.frozen(datetime(2026, 12, 20, 12, tzinfo=UTC)):
        for number in range(6):
            irina.post(f"/c/priozersk/topics/{topic}/reply", {"body": f"Ерунда {number}"})
        watch(app)
        assert mode_of(app) == "live"


def test_new_words_of_a_list_are_watched(app, rules_file, topic, irina):
    with clock.frozen(datetime(2026, 12, 20, 12, tzinfo=UTC)):
        rules_file.write_text(
            rules_file.read_text("utf-8").replace("[ерунда]", "[ерунда, план]"), "utf-8"
        )
        assert mode_of(app) == "live"
        for number in range(4):
            irina.post(f"/c/priozersk/topics/{topic}/reply", {"body": f"Вот план {number}"})
        watch(app)
        assert mode_of(app) == "shadow"


def test_a_moderator_lets_everything_through_at_once_each_logged(app, changed, anna, boris, town):
    say(anna, changed, "Ерунда", 4)
    watch(app)
    assert anna.post("/c/priozersk/rulebook/ПРБ-1/release").status_code in (403, 404)
    page = boris.get("/c/priozersk/rulebook/ПРБ-1").get_data(as_text=True)
    assert "Отпустить все удержанные этим правилом" in page
    boris.post("/c/priozersk/rulebook/ПРБ-1/release")
    assert count(app, Entry.state == "held") == 0
    assert count(app, AuditEntry.kind == "entry.released") == 4
    assert count(app, Brake.closed_at.is_(None)) == 0
    town.drain()
    assert count(app, WrongHit.rule == "ПРБ-1") == 4


def test_what_a_braked_rule_blocked_is_listed(app, rules_file, changed, anna, boris):
    written(rules_file, rule(3, then="[block]"), OTHER)
    with app.app_context():
        assert CliRunner().invoke(rules, ["backtest"]).exit_code == 0
        done = CliRunner().invoke(rules, ["promote", "ПРБ-1", "--by", "boris@shkola.example"])
        assert done.exit_code == 0
    say(anna, changed, "Ерунда", 4)
    watch(app)
    assert mode_of(app) == "shadow"
    page = boris.get("/c/priozersk/rulebook/ПРБ-1").get_data(as_text=True)
    assert page.count('href="/decisions/') >= 4
    assert "Отпустить все" not in page  # nothing waits: a blocked text is with its author


def test_what_another_rule_holds_too_stays(app, rules_file, changed, anna, boris):
    written(rules_file, rule(2), OTHER.replace("[notice]", "[hold]").replace("v: 1", "v: 2"))
    with app.app_context():
        assert CliRunner().invoke(rules, ["backtest"]).exit_code == 0
        assert (
            CliRunner()
            .invoke(rules, ["promote", "ПРБ-2", "--by", "boris@shkola.example"])
            .exit_code
            == 0
        )
    assert mode_of(app, "ПРБ-2") == "live"
    say(anna, changed, "Ерунда и чушь")
    say(anna, changed, "Ерунда")
    boris.post("/c/priozersk/rulebook/ПРБ-1/release")
    assert count(app, Entry.state == "held") == 1
