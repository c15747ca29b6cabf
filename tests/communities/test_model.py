"""Whatever people do in whatever order, the invariants of a community hold (stateful model)."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from community.audit.models import AuditEntry
from community.communities import services
from community.communities.models import Application, Community, Membership, RoleGrant
from community.communities.services import seats
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Refused
from tests.communities.small import AGREED, WHY, admitted, found, people, small_app
from tests.dbs import LEG

CAP = 3
PEOPLE = 6
REASON = "Причина, которую человек прочтёт целиком."
CHANGES = {
    "membership.admitted", "membership.left", "membership.removed", "membership.suspended",
    "membership.resumed", "role.granted", "role.removed", "seat.offered", "seat.declined",
    "seat.lapsed", "application.made", "application.approved", "application.refused",
    "application.withdrawn", "application.waitlisted",
}  # fmt: skip
who = st.integers(min_value=0, max_value=PEOPLE - 1)


class Doors(RuleBasedStateMachine):
    """A full community of three and six people who come, wait, lead and go."""

    template: Path
    folder: Path
    numbers = itertools.count()
    refused: Counter[str] = Counter()

    @initialize()
    def open_house(self) -> None:
        file = self.folder / f"{next(self.numbers)}.sqlite3"
        shutil.copyfile(self.template, file)
        self.app = small_app(f"sqlite:///{file}", self.folder / "data")
        self.context = self.app.app_context()
        self.context.push()
        self.clock = clock.frozen(datetime(2026, 9, 1, 8, tzinfo=UTC))
        self.clock.__enter__()
        self.people: list[Actor] = people(PEOPLE)
        self.community = found(self.people[0], cap=CAP)
        admitted(self.people[0], self.community.id, self.people[1:3])
        self._note()

    def teardown(self) -> None:
        if hasattr(self, "context"):
            self.clock.__exit__(None, None, None)
            db.session.remove()
            db.engine.dispose()
            self.context.pop()

    # what people do ------------------------------------------------------------------------------

    @rule(person=who)
    def apply(self, person: int) -> None:
        self._try(services.apply, self.people[person], self.community.id, why=WHY, agreed=AGREED)

    @rule(person=who)
    def approve(self, person: int) -> None:
        self._on_application(person, services.approve, self._administrator())

    @rule(person=who)
    def apply_and_be_approved(self, person: int) -> None:
        self.apply(person)
        self._note()
        self.approve(person)

    @rule(person=who)
    def refuse(self, person: int) -> None:
        self._on_application(person, services.refuse, self._administrator(), reason=REASON)

    @rule(person=who)
    def withdraw(self, person: int) -> None:
        self._on_application(person, services.withdraw, self.people[person])

    @rule(person=who)
    def accept(self, person: int) -> None:
        self._on_application(person, services.accept_offer, self.people[person], agreed=AGREED)

    @rule(person=who)
    def decline(self, person: int) -> None:
        self._on_application(person, services.decline_offer, self.people[person])

    @rule(person=who)
    def come_by_invitation(self, person: int) -> None:
        made = services.invite(self._administrator(), self.community.id)[0]
        self._try(services.accept_invitation, self.people[person], made.code, agreed=AGREED)

    @rule(person=who)
    def be_imported(self, person: int) -> None:
        actor = self._administrator()
        self._try(services.admit, actor, self.community.id, self.people[person].id)

    @rule(person=who)
    def leave(self, person: int) -> None:
        self._try(services.leave, self.people[person], self.community.id)

    @rule(person=who)
    def close_the_account(self, person: int) -> None:
        self._try(services.leave_all, self.people[person])

    @rule(person=who)
    def remove(self, person: int) -> None:
        self._about(services.remove, person, reason=REASON)

    @rule(person=who)
    def suspend(self, person: int) -> None:
        self._about(services.suspend, person, reason=REASON)

    @rule(person=who)
    def resume(self, person: int) -> None:
        self._about(services.resume, person)

    @rule(person=who, role=st.sampled_from(["administrator", "moderator", "expert"]))
    def grant(self, person: int, role: str) -> None:
        order = {"order_number": "1", "order_date": date(2026, 9, 1), "fields": "физика"}
        self._about(services.grant, person, role, **order)

    @rule(person=who, role=st.sampled_from(["administrator", "moderator", "expert"]))
    def revoke(self, person: int, role: str) -> None:
        self._about(services.revoke, person, role)

    @rule(person=who)
    def hand_over(self, person: int) -> None:
        self._about(services.hand_over, person)

    @rule(cap=st.integers(min_value=2, max_value=4))
    def set_cap(self, cap: int) -> None:
        self._try(services.set_cap, self._administrator(), self.community.id, cap)

    @precondition(lambda self: hasattr(self, "people"))
    @rule(hours=st.sampled_from([1, 40, 80]))
    def time_passes(self, hours: int) -> None:
        clock.travel(timedelta(hours=hours))
        services.lapse_due()

    # what always holds ---------------------------------------------------------------------------

    @invariant()
    def the_house_is_in_order(self) -> None:
        if not hasattr(self, "people"):
            return
        db.session.rollback()
        house = db.session.execute(
            select(Community.members, Community.reserved, Community.cap, Community.administrators)
        ).one()
        assert house.members + house.reserved <= house.cap
        assert seats.miscounted() == []
        offered, waiting = self._count("offered"), self._count("waitlisted")
        assert house.reserved == offered
        free = house.cap - house.members - house.reserved
        assert free == 0 or waiting == 0, "a free seat while somebody waits"
        assert house.administrators == len(seats.administrators(self.community.id)) >= 1
        self._roles_belong_to_members()
        self._each_change_is_in_the_journal()

    def _roles_belong_to_members(self) -> None:
        states = set(
            db.session.scalars(
                select(Membership.state).join(RoleGrant, RoleGrant.membership_id == Membership.id)
            )
        )
        assert states <= {"active", "suspended"}

    def _each_change_is_in_the_journal(self) -> None:
        state, rows = self._state(), self._rows()
        if state != self.before:
            assert rows > self.rows, "something changed and the journal says nothing"
        self._note()

    def _note(self) -> None:
        self.before, self.rows = self._state(), self._rows()

    # small things --------------------------------------------------------------------------------

    def _try(self, act, *args, **kwargs) -> None:
        try:
            act(*args, **kwargs)
        except Refused as refusal:
            self.refused[refusal.code] += 1
            if self._state() != self.before:
                raise AssertionError("a refusal changed something") from refusal

    def _about(self, act, person: int, *args, **kwargs) -> None:
        actor = self._administrator()
        self._try(act, actor, self.community.id, self.people[person].id, *args, **kwargs)

    def _on_application(self, person: int, act, actor: Actor, **kwargs) -> None:
        number = db.session.scalar(
            select(func.max(Application.id)).where(Application.user_id == self.people[person].id)
        )
        if number is not None:
            self._try(act, actor, number, **kwargs)

    def _administrator(self) -> Actor:
        user_id = seats.administrators(self.community.id)[0]
        return next(each for each in self.people if each.id == user_id)

    def _count(self, state: str) -> int:
        return db.session.scalar(select(func.count()).where(Application.state == state)) or 0

    def _rows(self) -> int:
        return db.session.scalar(select(func.count()).where(AuditEntry.kind.in_(CHANGES))) or 0

    def _state(self) -> tuple[object, ...]:
        db.session.rollback()
        members = db.session.execute(
            select(Membership.user_id, Membership.state).order_by(Membership.user_id)
        )
        roles = db.session.execute(
            select(RoleGrant.membership_id, RoleGrant.role).order_by(
                RoleGrant.membership_id, RoleGrant.role
            )
        )
        applications = db.session.execute(
            select(Application.id, Application.state).order_by(Application.id)
        )
        return tuple(tuple(map(tuple, rows)) for rows in (members, roles, applications))


@pytest.mark.skipif(LEG == "postgres", reason="hundreds of databases; the rush proves PostgreSQL")
def test_the_doors_keep_their_order(alone: None, database_template: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Doors.template, Doors.folder = Path(database_template), Path(folder)
        run_state_machine_as_test(
            Doors,
            settings=settings(
                max_examples=20,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                derandomize=True,
            ),
        )
    # The model has been to the places that matter, or it would prove nothing.
    assert {"community.last_administrator", "offer.none", "application.already_open"} <= set(
        Doors.refused
    )
