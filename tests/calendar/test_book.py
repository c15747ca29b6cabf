"""The book of attendance stays true whatever people, their windows and the clock do."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from community.calendar import queries
from community.calendar.models import HappeningVisit
from community.calendar.services import appointing, attending
from community.core import clock
from community.core.db import db
from community.core.errors import Refused
from community.core.transactions import transaction
from tests.councils.conftest import HOUR, call

PEOPLE = ("anna", "vera")
jumps = st.one_of(
    st.integers(1, 40).map(lambda half: timedelta(seconds=30 * half)),
    st.integers(-180, 180).map(lambda minutes: timedelta(minutes=minutes)),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("come", "here", "here", "leave")), st.sampled_from(PEOPLE)),
        st.tuples(st.just("clock"), jumps),
        st.tuples(st.just("miss"), st.none()),
    ),
    min_size=5, max_size=30,
)  # fmt: skip


@pytest.fixture
def there(town):
    """A council's happening, at its hour."""
    with clock.frozen(HOUR - timedelta(minutes=20)):
        yield call(town, town["galina"], town["irina"]).row().happening_id


@contextmanager
def undone():
    """Run in one transaction that is taken back: each example begins from the same world."""

    class Enough(Exception):
        pass

    try:
        with transaction():
            yield
            raise Enough  # noqa: TRY301
    except Enough:
        pass


def visits(happening, user_id):
    found = select(HappeningVisit).where(
        HappeningVisit.happening_id == happening, HappeningVisit.user_id == user_id
    )
    return list(db.session.scalars(found.order_by(HappeningVisit.id)))


def require_sane(happening, user_id):
    """One open stay at most and it is the newest; each ends after it began; none overlaps another."""
    book = visits(happening, user_id)
    assert all(each.left_at is not None for each in book[:-1])
    for each in book:
        assert each.came_at <= each.seen_at
        assert each.left_at is None or each.seen_at <= each.left_at
    for before, after in pairwise(book):
        assert before.left_at <= after.came_at
    is_here = user_id in queries.presence(happening).here
    assert is_here == bool(book and book[-1].left_at is None)


@settings(max_examples=80, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@example(
    [("come", "anna"), ("leave", "anna"), ("clock", timedelta(hours=-1)), ("come", "anna"),
     ("clock", timedelta(hours=-1)), ("miss", None), ("here", "anna"), ("leave", "anna")]
)  # fmt: skip
@given(steps=steps)
def test_the_book_never_runs_backwards(town, there, steps):
    with town.app.app_context(), clock.frozen(HOUR), undone():
        for what, argument in steps:
            if what == "clock":
                clock.travel(argument)
            elif what == "miss":
                attending.miss_the_silent()
            else:
                do(town[argument].actor, there, what)
            for who in PEOPLE:
                require_sane(there, town[who].id)


def do(actor, happening, what):
    if what == "come":
        attending.come(actor, happening)
        assert actor.id in queries.presence(happening).here
    elif what == "leave":
        attending.leave(actor, happening)
        assert actor.id not in queries.presence(happening).here
    else:
        said = attending.still_here(actor, happening)
        assert said == (actor.id in queries.presence(happening).here)


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@example(jump=-4)
@given(jump=st.integers(-180, 180))
def test_who_fell_silent_is_missed_in_eight_minutes_wherever_the_clock_jumps(town, there, jump):
    """A ghost would hold up the quorum until the clock comes back to the hour it was set back from."""
    actor = town["anna"].actor
    with town.app.app_context(), clock.frozen(HOUR), undone():
        attending.come(actor, there)
        clock.travel(timedelta(minutes=jump))
        for _minute in range(8):
            clock.travel(timedelta(minutes=1))
            if attending.somebody_is_silent():
                attending.miss_the_silent()
        assert actor.id not in queries.presence(there).here
        require_sane(there, actor.id)


def test_a_page_that_stays_open_keeps_its_person_through_a_jump_back(town, there):
    actor = town["anna"].actor
    with town.app.app_context(), clock.frozen(HOUR):
        attending.come(actor, there)
        clock.travel(timedelta(hours=-1))
        for _half_minute in range(20):
            clock.travel(timedelta(seconds=30))
            assert attending.still_here(actor, there)
            attending.miss_the_silent()
        assert len(visits(there, actor.id)) == 1


def at_once(town, *acts):
    """Run the acts at the same moment, each in a thread of its own; return what came of each."""
    gate = Barrier(len(acts))

    def run(act):
        with town.app.app_context():
            gate.wait()
            try:
                return act()
            except Refused as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_windows_of_one_person_are_one_stay(town, there):
    actor = town["anna"].actor
    for _round in range(4):
        at_once(town, *[lambda: attending.come(actor, there)] * 3)
        with town.app.app_context():
            assert sum(each.left_at is None for each in visits(there, actor.id)) == 1
        at_once(
            town,
            lambda: attending.leave(actor, there),
            lambda: attending.come(actor, there),
            lambda: attending.still_here(actor, there),
            attending.miss_the_silent,
        )
        with town.app.app_context():
            require_sane(there, actor.id)


def test_a_stay_that_was_cut_is_taken_up_by_two_windows_at_once(town, there):
    """A hearing and a coming lock the same things in the same order, so neither waits for ever."""
    actor = town["anna"].actor
    with town.app.app_context():
        attending.come(actor, there)
    for _round in range(6):
        clock.travel(attending.SILENT_FOR + timedelta(seconds=1))
        with town.app.app_context():
            assert attending.miss_the_silent() == [there]
        came = at_once(
            town,
            lambda: attending.still_here(actor, there),
            lambda: attending.come(actor, there),
            lambda: attending.still_here(actor, there),
        )
        assert came == [True, None, True]
        with town.app.app_context():
            assert [each.left_at for each in visits(there, actor.id)] == [None]


def test_nobody_stays_behind_when_it_is_over(town, there):
    """Whoever comes while it ends is let out with the others, or comes too late."""

    def end():
        with transaction():
            attending.empty(there)
            appointing.settle(there, "over")

    for who in ("anna", "vera"):
        with town.app.app_context():
            attending.come(town[who].actor, there)
    came = at_once(
        town, end, *[lambda who=who: attending.come(town[who].actor, there)
                     for who in ("boris", "irina", "anna")],
    )  # fmt: skip
    assert set(came) <= {None, "calendar.is_over"}
    with town.app.app_context():
        assert queries.presence(there).here == frozenset()
        assert not attending.still_here(town["anna"].actor, there)
