"""Two moderators on one case: one of them decides, the other reads who did and what (rules, §5)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.core.errors import Conflict, Refused
from community.moderation.models import Appeal, Taking
from community.moderation.services import appealing, taking
from tests.moderation.scenes import RUDE, appeal, kinds, numbers, reply, topic_of
from tests.world import Person, Town


@pytest.fixture
def held(town: Town, anna: Person, irina: Person) -> int:
    """Анна's rude answer waits; the id of the entry."""
    return reply(town, anna, topic_of(town, irina), RUDE)


def at_once(town: Town, *acts: Callable[[], object]) -> list[BaseException | None]:
    """Run the acts at the same moment, each in a thread of its own; return what each raised."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> BaseException | None:
        with town.app.app_context():
            gate.wait()
            try:
                act()
            except (Conflict, Refused) as error:
                return error
            finally:
                db.session.remove()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_case_is_taken_by_one(town: Town, held: int, boris: Person, galina: Person) -> None:
    def take(who: Person) -> Callable[[], None]:
        return lambda: taking.take(who.actor, town.community_id, "hold", held, version=1)

    for _round in range(4):
        raised = at_once(town, take(boris), take(galina))
        assert sorted(str(each) for each in raised) == ["None", "case.taken"]
        with town.app.app_context():
            row = db.session.scalars(select(Taking)).one()
            winner = boris if row.taken_by == boris.id else galina
            taking.give_back(winner.actor, town.community_id, "hold", held)


def test_what_another_has_cannot_be_given_back_and_is_free_in_two_hours(
    town: Town, held: int, boris: Person, galina: Person
) -> None:
    with town.app.app_context():
        taking.take(boris.actor, town.community_id, "hold", held, version=1)
        with pytest.raises(Conflict, match=r"case\.not_yours"):
            taking.give_back(galina.actor, town.community_id, "hold", held)
        with clock.frozen(clock.now() + timedelta(hours=2, minutes=1)):
            taking.take(galina.actor, town.community_id, "hold", held, version=1)
        assert db.session.scalars(select(Taking.taken_by)).one() == galina.id


def test_a_case_that_changed_or_is_gone_is_not_taken(
    town: Town, held: int, boris: Person, galina: Person
) -> None:
    with town.app.app_context(), pytest.raises(Conflict, match=r"case\.changed"):
        taking.take(boris.actor, town.community_id, "hold", held, version=7)
    galina.post(f"/e/{held}/release")
    with town.app.app_context():  # noqa: SIM117 — two things, one after the other
        with pytest.raises(Conflict, match=r"case\.gone"):
            taking.take(boris.actor, town.community_id, "hold", held, version=1)


def test_two_answers_at_once_leave_one(
    town: Town, held: int, anna: Person, boris: Person, galina: Person
) -> None:
    number = numbers(town, "entry.held")[0]
    appeal(number, anna)

    def answer(who: Person, outcome: str) -> Callable[[], None]:
        return lambda: appealing.answer(
            who.actor, number, outcome=outcome, answer="Прочитано и решено по существу.", version=1
        )

    raised = at_once(town, answer(boris, "overturned"), answer(galina, "upheld"))

    assert sorted(str(each) for each in raised) == ["None", "appeal.closed"]
    assert kinds(town, "appeal.") == ["appeal.made", "appeal.closed"]
    with town.app.app_context():
        found = db.session.scalars(select(Appeal)).one()
        winner = boris if raised[0] is None else galina
        assert found.closed_by == winner.id


def test_two_appeals_at_once_are_one(town: Town, held: int, anna: Person) -> None:
    number = numbers(town, "entry.held")[0]

    def make() -> None:
        appealing.appeal(anna.actor, number, words="Это слова из сценки, не мои.")

    raised = at_once(town, make, make, make)

    assert sorted(str(each) for each in raised) == ["None", "appeal.already", "appeal.already"]
    assert kinds(town, "appeal.") == ["appeal.made"]
