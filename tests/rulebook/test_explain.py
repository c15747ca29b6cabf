"""A decision explains itself a year later: its own set asks its own text again (rules, §3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from community.audit import services as audit
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.publishing.models import Entry, VerdictRecord
from community.rulebook.cli import rules
from tests.rulebook.conftest import OTHER, rule, written


@pytest.fixture
def held(app, anna, topic) -> int:
    """The number of the decision on Anna's empty word."""
    anna.post(f"/c/priozersk/topics/{topic}/reply", {"body": "Ну, ерунда это всё."})
    return number_of(app)


def number_of(app) -> int:
    with app.app_context():
        return db.session.scalar(select(VerdictRecord.number).order_by(VerdictRecord.id.desc()))


def explain(app, number: int, code: int = 0) -> str:
    with app.app_context():
        done = CliRunner().invoke(rules, ["explain", str(number)])
        db.session.remove()
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def test_the_same_answer_a_year_later_under_another_file(app, rules_file, held):
    told = explain(app, held)
    assert "Совпадает." in told
    assert "«ерунда»" in told
    assert "да: слово из списка «пустое»" in told
    assert "показать модератору до публикации (ответ," in told
    assert "ПРБ-1 версии 1 (действует)" in told
    for code in ("hold", "comment", "live", "notice"):
        assert code not in told, "the one who keeps the rules reads words, no codes"
    with clock.frozen(clock.now() + timedelta(days=365)):
        written(rules_file, rule(9, then="[tag]", words="[другое]")
                .replace("Ерунда какая", "Другое"), OTHER)  # fmt: skip
        assert explain(app, held) == told


def test_an_edited_text_is_explained_by_its_revision(app, held, anna):
    with app.app_context():
        entry = db.session.scalar(select(Entry).where(Entry.state == "held"))
        ident, revision = entry.id, entry.revision
    anna.post(f"/e/{ident}/edit", {"body": "Ну, это дело.", "revision": revision})
    with app.app_context():
        assert db.session.get(Entry, ident).body == "Ну, это дело."
    assert "«ерунда»" in explain(app, held)


def test_a_blocked_text_is_explained_until_its_words_are_erased(app, rules_file, anna, topic):
    from tests.world import rules_in_force

    written(rules_file, rule(2, then="[block]"), OTHER)
    rules_in_force(app)
    anna.post(f"/c/priozersk/topics/{topic}/reply", {"body": "Ерунда и только"})
    number = number_of(app)
    assert "«Ерунда»" in explain(app, number)
    with app.app_context(), transaction():
        audit.erase(number)
    told = explain(app, number)
    assert "стёрты" in told
    assert "ПРБ-1 версии 2" in told


def test_another_engine_is_said_plainly(app, held, monkeypatch):
    monkeypatch.setattr("community.rulebook.explaining.ENGINE_VERSION", "2099")
    assert "движок другой версии" in explain(app, held)


def test_a_person_s_decision_has_no_rule_behind_it(app, held):
    explain(app, 1, code=1)  # the founding of the community
    explain(app, 10_000, code=1)
