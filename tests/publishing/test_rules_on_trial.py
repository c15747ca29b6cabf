"""A new or changed rule is on trial until a person promotes it; a verdict can be given again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.transactions import transaction
from community.publishing import records, ruleset
from community.publishing.facts import Words
from community.publishing.models import Entry, RuleMode, RuleSetRecord, VerdictRecord
from community.publishing.rejudging import submission_of
from community.rules import engine, loader
from tests.conftest import site
from tests.topics.conftest import Forum
from tests.world import rules_in_force


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    write(file)
    return file


def write(
    file: Path, v: int = 1, mode: str = "live", words: str = "ерунда", more: str = ""
) -> None:
    file.write_text(
        f"""schema: 1
lists: {{пустое: [{words}]}}
rules:
- {{id: ПРБ-1, v: {v}, article: "4.2-вежливость", title: Проба, severity: 1, mode: {mode},
   on: [post, comment, edit, topic], when: {{lemma: $пустое}}, then: [hold],
   message: "Слово «{{match}}».", tests: {{hit: ["Ерунда какая"], miss: ["Дело"]}}}}
{more}""",
        "utf-8",
    )


def modes(app) -> list[tuple[str, int, str, str]]:
    with app.app_context():
        rows = select(RuleMode.rule, RuleMode.v, RuleMode.mode, RuleMode.why).order_by(RuleMode.id)
        return [tuple(row) for row in db.session.execute(rows.where(RuleMode.rule == "ПРБ-1"))]


def mode_now(app) -> str:
    with app.app_context():
        ruleset.look_again()
        return ruleset.in_force().rule("ПРБ-1").mode


def held(app) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Entry.id).where(Entry.state == "held")).all())


def test_a_changed_rule_judges_without_acting_until_it_is_promoted(app, town, anna, rules_file):
    rules_in_force(app, rules_file)
    topic = Forum(town).open(anna)
    anna.post(f"/c/priozersk/topics/{topic}/reply", {"body": "Ерунда какая, коллеги"})
    assert held(app) == 1

    write(rules_file, v=2)
    assert mode_now(app) == "shadow"
    anna.post(f"/c/priozersk/topics/{topic}/reply", {"body": "Ерунда опять, коллеги"})
    assert held(app) == 1  # no act
    with app.app_context():
        last = db.session.scalars(select(VerdictRecord).order_by(VerdictRecord.id.desc())).first()
        assert (last.act, [(hit["rule"], hit["v"], hit["mode"]) for hit in last.hits]) == (
            "allow", [("ПРБ-1", 2, "shadow")],
        )  # fmt: skip
    assert modes(app)[-1] == ("ПРБ-1", 2, "trial", "changed")

    rules_in_force(app)
    assert mode_now(app) == "live"
    anna.post(f"/c/priozersk/topics/{topic}/reply", {"body": "Ерунда снова, коллеги"})
    assert held(app) == 2
    with app.app_context():
        told = db.session.scalars(
            select(AuditEntry.body).where(AuditEntry.kind == "rules.mode_changed")
        )
        said = [json.loads(body) for body in told]
    assert [(each["rule_version"], each["to"]) for each in said] == [
        (1, "trial"), (1, "live"), (2, "trial"), (2, "live"),
    ]  # fmt: skip


def test_a_version_that_was_promoted_once_acts_again_when_the_file_goes_back(app, rules_file):
    rules_in_force(app, rules_file)
    write(rules_file, v=2)
    assert mode_now(app) == "shadow"
    write(rules_file, v=1)
    assert mode_now(app) == "live"


def test_a_rule_changed_under_the_same_version_is_on_trial_too(app, rules_file):
    rules_in_force(app, rules_file)
    text = rules_file.read_text("utf-8").replace("[hold]", "[block]")
    rules_file.write_text(text, "utf-8")
    assert mode_now(app) == "shadow"


def test_new_words_of_a_list_act_at_once_and_are_noted_for_the_brake(app, rules_file):
    rules_in_force(app, rules_file)
    write(rules_file, words="ерунда, чепуха")
    assert mode_now(app) == "live"
    with app.app_context():
        ruleset.note_in_journal()
    assert modes(app)[-1] == ("ПРБ-1", 1, "live", "lists")


def test_another_process_sees_a_trial_made_here(app, database_url, tmp_path, rules_file):
    rules_in_force(app, rules_file)
    other = site(database_url, tmp_path / "other", RULES_FILE=str(rules_file))
    assert mode_now(other) == "live"
    with app.app_context(), transaction():
        assert ruleset.put_on_trial("ПРБ-1", "hand") > 0
        assert mode_now(other) == "live"  # not before it is committed
    assert mode_now(app) == mode_now(other) == "shadow"
    with app.app_context(), transaction():
        assert ruleset.put_on_trial("ПРБ-1", "hand") == 0  # it is there already


def test_a_trial_that_was_rolled_back_never_was(app, rules_file):
    rules_in_force(app, rules_file)
    with app.app_context(), pytest.raises(ZeroDivisionError):
        _try_and_fail()
    assert mode_now(app) == "live"


def _try_and_fail() -> None:
    with transaction():
        ruleset.put_on_trial("ПРБ-1", "quarter")
        ruleset.in_force()
        raise ZeroDivisionError


def test_what_the_file_does_not_call_live_cannot_be_promoted_over_it(app, rules_file):
    rules_in_force(app, rules_file)
    with app.app_context(), transaction(), pytest.raises(Refused, match=r"rules\.is_live"):
        ruleset.promote("ПРБ-1", None)
    write(rules_file, mode="shadow")
    with app.app_context(), transaction(), pytest.raises(Refused, match=r"rules\.not_live_in_file"):
        ruleset.promote("ПРБ-1", None)


def test_every_verdict_can_be_given_again_from_what_is_stored(app, town, anna, boris):
    topic = Forum(town).open(anna)
    for who, body in (
        (anna, "План урока по дробям, приложу таблицу."),
        (boris, "> План урока по дробям\n\nСпасибо, коллега! Ты молодец."),
        (anna, "ПОЧЕМУ МОДЕРАТОР УДАЛИЛ МОЙ КОММЕНТАРИЙ, ТРЕБУЮ ОТВЕТА"),
        (boris, "Приеду и сожгу вашу контору"),
    ):
        who.post(f"/c/priozersk/topics/{topic}/reply", {"body": body})
    with app.app_context():
        sets: dict[str, loader.RuleSet] = {}
        rows = db.session.execute(
            select(VerdictRecord, Entry).join(Entry, Entry.verdict_id == VerdictRecord.id)
        ).all()
        assert len(rows) >= 4
        for verdict, entry in rows:
            if verdict.rule_set not in sets:
                record = db.session.get(RuleSetRecord, verdict.rule_set)
                sets[record.hash] = loader.stored(record.canonical, today=clock.now().date())
            assert sets[verdict.rule_set].hash == verdict.rule_set
            asked = submission_of(Words(entry.body, entry.title), verdict.event, verdict.facts)
            again = engine.judge(sets[verdict.rule_set], asked)
            assert again.act == verdict.act
            assert records.hits_of(again) == verdict.hits


def test_the_circumstances_hold_no_words(app, town, anna):
    Forum(town).open(anna)
    with app.app_context():
        for facts in db.session.scalars(select(VerdictRecord.facts)):
            assert facts is not None
            assert "Соколова" not in json.dumps(facts, ensure_ascii=False)
            assert not {"text", "title", "author_name", "quotable", "values"} & facts.keys()
