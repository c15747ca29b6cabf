"""A council against a plain model: whatever the desks do in whatever order, from whatever page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from community.audit.models import AuditEntry
from community.calendar.models import HappeningVisit
from community.calendar.services import attending
from community.core import clock
from community.core.db import db
from community.core.errors import Conflict, Refused
from community.councils.models import Council, CouncilItem
from community.councils.services import holding
from tests.councils.conftest import HOUR, call
from tests.world import Town

PEOPLE = ("galina", "boris", "vera", "anna", "irina")
people = st.sampled_from(PEOPLE)
pages = st.sampled_from([0, 0, 0, 1, 2])
"""How many moves ago the page was drawn from which somebody clicks."""


class Holding(RuleBasedStateMachine):
    """Two desks, five people, a clock that jumps; a few plain values say what must come out."""

    town: Town

    @initialize()
    def begin(self):
        self.now = HOUR - timedelta(minutes=20)
        with clock.frozen(self.now):
            self.meeting = call(self.town, self.town["galina"], self.town["irina"])
        self.state, self.version = "planned", 1
        self.items = dict.fromkeys(self.meeting.items, "listed")
        self.chair, self.secretary = "galina", "irina"
        self.happening = self.meeting.row().happening_id
        self.spoken = dict.fromkeys(self.meeting.items, 0)

    def act(self, does):
        with clock.frozen(self.now), self.town.app.app_context():
            try:
                does()
            except (Refused, Conflict):
                return False
            finally:
                db.session.remove()
        return True

    def desk(self, who, does, *args, old=0):
        """Press a button of the desk on a page drawn ``old`` moves ago."""
        seen = self.version - old
        done = self.act(lambda: does(self.town[who].actor, self.meeting.id, *args, seen))
        assert not (done and old), "a move was made from a page that was not current any more"
        self.version += done
        return done

    @rule(who=people, old=pages)
    def open(self, who, old):
        done = self.desk(who, holding.begin, old=old)
        early = self.now < HOUR - timedelta(minutes=30)
        assert done == (who == self.chair and self.state == "planned" and not old and not early)
        self.state = "open" if done else self.state

    @rule(who=people, old=pages, back=st.booleans())
    def rest(self, who, old, back):
        wanted, after = ("break", "open") if back else ("open", "break")
        done = self.desk(who, holding.resume if back else holding.pause, old=old)
        assert done == (who == self.chair and self.state == wanted and not old)
        self.state = after if done else self.state

    @rule(
        who=people,
        old=pages,
        number=st.integers(0, 1),
        move=st.sampled_from(["take", "finish", "off"]),
    )
    def item(self, who, old, number, move):
        item = self.meeting.items[number]
        from_states = {
            "take": {"listed", "put_off"},
            "finish": {"current"},
            "off": {"current", "listed"},
        }
        does = {"take": holding.take_item, "finish": holding.finish_item, "off": holding.put_off}
        done = self.desk(who, does[move], item, old=old)
        legal = self.items[item] in from_states[move]
        assert done == (who == self.chair and self.state == "open" and legal and not old)
        if not done:
            return
        if move == "take":
            for other, state in self.items.items():
                if state == "current":
                    self.items[other] = "done"
        self.items[item] = {"take": "current", "finish": "done", "off": "put_off"}[move]

    @rule(who=people, old=pages, to=people)
    def hand_over(self, who, old, to):
        done = self.desk(who, holding.pass_chair, self.town[to].id, old=old)
        alive = self.state != "cancelled"  # after the closing there are minutes to be signed
        assert done == (who in {self.chair, "galina"} and alive and not old)
        if done:
            if to == self.secretary:
                self.secretary = self.chair
            self.chair = to

    @rule(who=people, old=pages)
    def stand_in(self, who, old):
        with self.town.app.app_context():
            heard = holding.heard_of(self.happening, self.town[self.chair].id)
        silent = heard is None or self.now >= heard + timedelta(minutes=2)
        done = self.desk(who, holding.take_chair, old=old)
        alive = self.state in ("planned", "open", "break")
        assert done == (who == self.secretary and silent and alive and not old)
        if done:
            self.chair, self.secretary = self.secretary, self.chair

    @rule(who=people)
    def come(self, who):
        self.act(lambda: attending.come(self.town[who].actor, self.happening))

    @rule(who=people)
    def leave(self, who):
        self.act(lambda: attending.leave(self.town[who].actor, self.happening))

    @rule(minutes=st.sampled_from([-90, -5, 1, 2, 4, 12, 90]))
    def let_time_pass(self, minutes):
        """Clocks are set right, forth and back; a secretary is away for a while."""
        self.now += timedelta(minutes=minutes)
        self.act(attending.miss_the_silent)

    @rule(who=people, old=pages)
    def end(self, who, old):
        done = self.desk(who, holding.close, old=old)
        assert done == (who == self.chair and self.state in ("open", "break") and not old)
        if done:
            self.state = "closed"
            for item, state in self.items.items():
                self.items[item] = "done" if state == "current" else state

    @invariant()
    def as_the_model_says(self):
        with self.town.app.app_context():
            row = db.session.get_one(Council, self.meeting.id)
            assert (row.state, row.version) == (self.state, self.version)
            assert (row.chairman_id, row.secretary_id) == (
                self.town[self.chair].id, self.town[self.secretary].id,
            )  # fmt: skip
            for item, state in self.items.items():
                stored = db.session.get_one(CouncilItem, item)
                assert stored.state == state
                assert (stored.began_at is not None) == (
                    state == "current" and self.state == "open"
                )
                assert stored.spent >= self.spoken[item], "time that was spoken is not taken back"
                self.spoken[item] = stored.spent
            stays = db.session.query(HappeningVisit).filter_by(happening_id=self.happening).all()
            here = [each.user_id for each in stays if each.left_at is None]
            assert len(here) == len(set(here)), "one person is present once"
            assert all(each.left_at is None or each.left_at >= each.came_at for each in stays)
            if self.state == "closed":
                assert not here
            db.session.remove()


def test_a_council_is_what_its_desks_made_of_it(town):
    run_state_machine_as_test(
        type("HoldingHere", (Holding,), {"town": town}),
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip


@pytest.mark.parametrize("move", ["take", "close"])
def test_two_chairmen_click_at_once(opened, move):
    """Eight clicks from the same page: one is made, the others read what has become of it."""
    town, page = opened.town, opened.row().version
    made = {"take": (holding.take_item, opened.items[0]), "close": (holding.close,)}[move]

    def click(_number):
        with town.app.app_context():
            try:
                made[0](opened.chair.actor, opened.id, *made[1:], page)
            except (Refused, Conflict) as error:
                return error.code
            finally:
                db.session.remove()
        return "made"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(click, range(8)))
    assert told.count("made") == 1
    assert set(told) - {"made"} <= {"council.moved_on", "council.not_now"}
    assert opened.row().version == page + 1
    with town.app.app_context():
        closings = db.session.query(AuditEntry).filter_by(kind="council.closed").count()
    assert closings == (move == "close")


def test_one_person_in_two_windows_comes_once(meeting):
    happening = meeting.row().happening_id

    def come(_number):
        with meeting.town.app.app_context():
            attending.come(meeting.town["anna"].actor, happening)
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(come, range(8)))
    with meeting.town.app.app_context():
        assert db.session.query(HappeningVisit).filter_by(happening_id=happening).count() == 1
