"""Two people press the same button at the same moment: one act, one row of the journal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import event, func, select

from community.audit.models import AuditEntry
from community.core.db import db
from community.core.errors import Conflict
from community.surveys import services
from tests.surveys.conftest import BASE, device, fields, stored

TIMES = 4


def at_once(town, *acts):
    gate = Barrier(len(acts))

    def run(act):
        with town.app.app_context():
            gate.wait()
            try:
                act()
            except Conflict as error:
                return error.code
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def rows(town, kind):
    with town.app.app_context():
        counted = select(func.count()).where(AuditEntry.kind == kind)
        return db.session.scalar(counted)


def test_a_survey_is_closed_once(town, opened, anna, boris):
    survey, _link = opened
    told = at_once(
        town, *[lambda by=by: services.close(by.actor, survey) for by in (anna, boris) * TIMES]
    )
    assert told == ["done"] + ["survey.is_closed"] * (2 * TIMES - 1)
    assert rows(town, "survey.closed") == 1


def test_answers_are_erased_once(town, opened, anna, boris):
    survey, link = opened
    device(town)[1](link, **fields(town, survey, "0"))
    anna.post(f"{BASE}/{survey}/close")
    told = at_once(
        town,
        *[lambda by=by: services.drop_answers(by.actor, survey) for by in (anna, boris) * TIMES],
    )
    assert told == ["done"] + ["survey.nothing_to_erase"] * (2 * TIMES - 1)
    assert rows(town, "survey.erased") == 1
    assert stored(town) == []
    again = anna.post(f"{BASE}/{survey}/erase")
    assert again.status_code == 409
    assert "Стирать уже нечего" in again.get_data(as_text=True)


def test_a_page_asks_for_the_questions_once(town, opened, irina):
    """A reader who may not see the answers costs a count, not every answer."""
    survey, link = opened
    _client, post = device(town)
    post(link, **fields(town, survey, "0"))
    said: list[str] = []
    with town.app.app_context():
        engine = db.engine

    def heard(_conn, _cursor, statement, *_more):
        said.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", heard)
    try:
        town.app.test_client().get(link)
        asked = [each for each in said if "FROM survey_questions" in each]
        assert len(asked) == 1
        said.clear()
        irina.get(f"{BASE}/{survey}")
        assert not [each for each in said if "survey_answers.given" in each]
        assert len([each for each in said if "FROM survey_questions" in each]) == 1
    finally:
        event.remove(engine, "before_cursor_execute", heard)
