"""A set tried on what was really written: true figures, and nothing written but the report."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.publishing import ruleset
from community.publishing.models import Entry
from community.rulebook.cli import rules
from community.rulebook.models import Backtest
from tests.rulebook.conftest import OTHER, mode_of, rule, written
from tests.world import email_of


def run(app, *arguments: str) -> str:
    with app.app_context():
        done = CliRunner().invoke(rules, list(arguments))
        db.session.remove()
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def everything(app) -> dict[str, list[tuple]]:
    with app.app_context():
        found = {
            table.name: sorted(map(repr, db.session.execute(select(table)).all()))
            for table in db.metadata.sorted_tables
        }
        db.session.remove()
        return found


@pytest.fixture
def lived_in(app, town, forum, topic, anna, irina, boris):
    """Anna's empty word waits, then Boris lets it go; Irina's is hidden after a complaint."""
    anna.post(
        f"/c/priozersk/topics/{topic}/reply", {"body": "Ерунда какая, звоните 8 904 111-22-33"}
    )
    with app.app_context():
        held = db.session.scalar(select(Entry.id).where(Entry.state == "held"))
    boris.post(f"/e/{held}/release")
    irina.post(
        f"/c/priozersk/topics/{topic}/reply", {"body": "Полная чушь, коллеги", "seen": "ПРБ-2"}
    )
    forum.reply(boris, topic, "Дело говорите.")
    return held


def test_the_figures_are_those_of_what_happened(app, lived_in):
    told = json.loads(run(app, "backtest", "--since", "1d", "--json"))
    assert told["texts"] == 5  # the topic on moderators’ acts is there from the start
    assert told["changes"] == {}
    first, second = told["rules"]["ПРБ-1"], told["rules"]["ПРБ-2"]
    assert (first["fires"], first["released"], first["precision"]) == (1, 1, 0.0)
    assert (second["fires"], second["released"], second["precision"]) == (1, 0, None)
    assert "[Ерунда]" in first["samples"][0]
    assert "111-22-33" not in json.dumps(told, ensure_ascii=False)


def test_another_file_tells_what_would_change(app, rules_file, lived_in, tmp_path):
    other = tmp_path / "new.yaml"
    written(other, rule(2, then="[block]"), OTHER.replace("[чушь]", "[дело]").replace("v: 1", "v: 2")
            .replace('hit: ["Чушь"], miss: ["Дело"]', 'hit: ["Дело"], miss: ["Чушь"]'))  # fmt: skip
    told = json.loads(
        run(app, "backtest", "--since", "1d", "--set", str(other), "--diff", "--json")
    )
    assert told["changes"] == {"hold>block": 1, "notice>allow": 1, "allow>notice": 1}
    assert set(told["rules"]) == {"ПРБ-2"}  # ПРБ-1 meets the same texts
    assert (told["rules"]["ПРБ-2"]["new"], told["rules"]["ПРБ-2"]["gone"]) == (1, 1)
    assert ruleset_label(app) == "Проба"


def ruleset_label(app) -> str:
    with app.app_context():
        return ruleset.in_force().label


def test_it_writes_nothing_but_its_report(app, lived_in, rules_file, tmp_path):
    other = tmp_path / "new.yaml"
    written(other, rule(2, then="[block]"), OTHER)
    before, file = everything(app), rules_file.read_bytes()
    run(app, "backtest", "--since", "30d", "--set", str(other))
    after = everything(app)
    assert rules_file.read_bytes() == file
    assert len(after.pop("rule_backtests")) == len(before.pop("rule_backtests")) + 1
    assert after == before


def test_one_community_and_a_wrong_term(app, lived_in):
    told = json.loads(run(app, "backtest", "--since", "2w", "--community", "priozersk", "--json"))
    assert told["texts"] == 5  # the topic on moderators’ acts is there from the start
    with app.app_context():
        assert CliRunner().invoke(rules, ["backtest", "--community", "nowhere"]).exit_code == 1
        assert CliRunner().invoke(rules, ["backtest", "--since", "вчера"]).exit_code == 2


def test_stored_hits_and_a_new_judgement_say_the_same(app, lived_in, monkeypatch):
    """What is taken from the stored verdict is what judging anew would give."""
    stored = json.loads(run(app, "backtest", "--since", "1d", "--json"))
    monkeypatch.setattr("community.rulebook.trying.Told._stored", lambda _self, _verdict: None)
    anew = json.loads(run(app, "backtest", "--since", "1d", "--json"))
    assert stored["rules"] == anew["rules"]


def test_a_rule_is_promoted_only_after_a_run_of_this_very_version(app, rules_file, lived_in, boris):
    written(rules_file, rule(2, then="[block]"), OTHER)
    assert mode_of(app) == "shadow"
    refused = promoted(app)
    assert refused.exit_code == 1
    assert "rulebook.no_backtest" in str(refused.exception)
    run(app, "backtest", "--since", "1d")
    assert promoted(app).exit_code == 0
    assert mode_of(app) == "live"

    written(rules_file, rule(3, then="[hold]"), OTHER)
    assert mode_of(app) == "shadow"
    assert promoted(app).exit_code == 1  # the report is of version 2


def promoted(app, who: str = "boris"):
    with app.app_context():
        done = CliRunner().invoke(rules, ["promote", "ПРБ-1", "--by", email_of(who)])
        db.session.remove()
        return done


def test_a_member_does_not_promote(app, rules_file, lived_in):
    written(rules_file, rule(2, then="[block]"), OTHER)
    run(app, "backtest", "--since", "1d")
    assert promoted(app, "anna").exit_code == 1
    assert mode_of(app) == "shadow"


def test_a_report_holds_no_words(app, lived_in):
    run(app, "backtest", "--since", "1d")
    with app.app_context():
        row = db.session.scalar(select(Backtest))
        assert "рунда" not in json.dumps(row.figures, ensure_ascii=False)
        assert row.canonical is None
        assert row.state == "done"
        assert row.made_at <= clock.now()
