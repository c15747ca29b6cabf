"""When terms run out: nothing waits for ever, nobody is forgotten, nothing is told twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community.accounts.models import User
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.core.worker import run_duties
from community.moderation import terms
from community.moderation.models import Appeal, Report
from community.moderation.services import appealing, complaining, settling
from community.notices.models import Notice
from tests.moderation.scenes import (
    RUDE,
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
from tests.world import SLUG, Person, Town

CALM = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают и смотрят в окно."


@pytest.fixture
def entry(town: Town, anna: Person, irina: Person) -> int:
    return reply(town, anna, topic_of(town, irina), CALM)


@pytest.fixture
def removed(town: Town, boris: Person, entry: int) -> int:
    boris.post(f"/e/{entry}/remove", GROUNDS)
    return numbers(town, "entry.removed")[0]


def later(town: Town, **after: float) -> None:
    """The worker's round, some time from now."""
    with clock.frozen(clock.now() + timedelta(**after)), town.app.app_context():
        run_duties()
        db.session.remove()


def told(town: Town, code: str) -> list[int]:
    with town.app.app_context():
        rows = select(Notice.user_id).where(Notice.code == code).order_by(Notice.id)
        return list(db.session.scalars(rows))


def state(town: Town) -> str:
    with town.app.app_context():
        return db.session.scalars(select(Appeal.state)).one()


def test_an_unanswered_appeal_goes_to_the_administrators_then_to_the_operator(
    town: Town, removed: int, anna: Person, galina: Person, gleb: Person
) -> None:
    with town.app.app_context(), transaction():
        db.session.execute(update(User).where(User.id == gleb.id).values(is_operator=True))
    appeal(removed, anna)
    town.drain()
    assert gleb.get(f"/decisions/{removed}").status_code == 404

    later(town, hours=71)
    assert told(town, "moderation.escalated") == []
    later(town, hours=73)
    later(town, hours=74)

    assert told(town, "moderation.escalated") == [galina.id]
    assert kinds(town, "appeal.") == ["appeal.made", "appeal.escalated"]
    later(town, hours=145)
    assert told(town, "moderation.operator") == [gleb.id]
    assert answer(removed, gleb, "overturned").status_code == 200
    assert state(town) == "overturned"


def test_with_nobody_free_the_operator_is_asked_at_once(
    town: Town, boris: Person, anna: Person, galina: Person, gleb: Person, irina: Person
) -> None:
    """Галина is answered by the text that Борис hides: nobody else could read the appeal."""
    with town.app.app_context(), transaction():
        db.session.execute(update(User).where(User.id == gleb.id).values(is_operator=True))
    topic = topic_of(town, irina)
    asked = reply(town, galina, topic, "Как у вас с дробями?")
    entry = reply(town, anna, topic, CALM, parent_id=asked)
    boris.post(f"/e/{entry}/remove", GROUNDS)

    appeal(numbers(town, "entry.removed")[0], anna)
    town.drain()

    assert told(town, "moderation.appealed") == []
    assert told(town, "moderation.operator") == [gleb.id]


def test_an_appeal_lapses_when_its_author_mends_the_text(
    town: Town, anna: Person, irina: Person
) -> None:
    entry = reply(town, anna, topic_of(town, irina), RUDE)
    number = numbers(town, "entry.held")[0]
    appeal(number, anna)
    anna.post(f"/e/{entry}/edit", {"body": "Ирина Олеговна, спасибо за лист.", "revision": "1"})
    assert state_of(town, entry) == "published"

    later(town, minutes=1)
    later(town, minutes=2)

    assert state(town) == "lapsed"
    assert kinds(town, "appeal.") == ["appeal.made", "appeal.lapsed"]
    with town.app.app_context():
        settling.lapse(1)  # it is closed already: nothing more
    assert told(town, "appeal.lapsed") == [anna.id]


def test_a_confirmed_hold_is_not_freed_by_its_term(
    town: Town, anna: Person, irina: Person, galina: Person
) -> None:
    entry = reply(town, anna, topic_of(town, irina), RUDE)
    number = numbers(town, "entry.held")[0]
    appeal(number, anna)
    answer(number, galina, "upheld", "Слова обращены к собеседнице и обидны.")

    later(town, hours=80)

    assert state_of(town, entry) == "held"


def test_a_case_left_half_read_is_free_again(
    town: Town, removed: int, anna: Person, galina: Person
) -> None:
    appeal(removed, anna)
    step(removed, galina, "take")

    later(town, minutes=119)
    assert state(town) == "taken"
    later(town, minutes=121)

    assert state(town) == "new"
    assert kinds(town, "appeal.") == ["appeal.made", "appeal.taken", "appeal.returned"]
    with town.app.app_context():
        appealing.return_in_term(1)  # nobody has it: nothing happens
    assert kinds(town, "appeal.")[-1] == "appeal.returned"


def test_complaints_of_a_text_that_is_gone_are_closed(
    town: Town, anna: Person, irina: Person, entry: int
) -> None:
    irina.post(f"/e/{entry}/report", {"reason": "insult"})
    with town.app.app_context():
        complaining.lapse(1)
        assert db.session.scalars(select(Report.state)).one() == "new", "the text is still there"
    anna.post(f"/e/{entry}/withdraw")

    later(town, minutes=1)
    later(town, minutes=2)

    with town.app.app_context():
        assert db.session.scalars(select(Report.state)).one() == "lapsed"
    assert told(town, "report.lapsed") == [irina.id]


def test_moderators_are_reminded_once_before_a_term_runs_out(
    town: Town, boris: Person, galina: Person, irina: Person, entry: int
) -> None:
    irina.post(f"/e/{entry}/report", {"reason": "insult"})

    later(town, hours=39)
    assert told(town, "moderation.term") == []
    later(town, hours=41)
    later(town, hours=44)

    assert sorted(told(town, "moderation.term")) == sorted([boris.id, galina.id])
    assert "решить до" in boris.get("/notices").get_data(as_text=True)


def test_a_light_case_with_nobody_to_decide_is_let_go_and_a_grave_one_is_not(
    town: Town, anna: Person, irina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = reply(town, anna, topic_of(town, irina), RUDE)
    number = numbers(town, "entry.held")[0]
    appeal(number, anna)
    monkeypatch.setattr(terms.readers, "free_readers", lambda _what: [])

    with town.app.app_context():
        monkeypatch.setattr(terms, "_severity", lambda _rule: 3)
        terms.escalate(1)
    assert state_of(town, entry) == "held"
    with town.app.app_context():
        monkeypatch.setattr(terms, "_severity", lambda _rule: 2)
        terms.escalate(1)

    assert state_of(town, entry) == "published"
    assert state(town) == "lapsed"


def test_a_forgotten_hold_is_told_of_once(
    town: Town, anna: Person, boris: Person, irina: Person, galina: Person
) -> None:
    entry = reply(town, anna, topic_of(town, irina), RUDE)
    with town.app.app_context():
        terms.attend(entry)
        terms.attend(entry)

    assert sorted(told(town, "moderation.overdue")) == sorted([boris.id, galina.id])
    assert "/decide" in str(boris.get(f"/c/{SLUG}/moderation").get_data(as_text=True))
