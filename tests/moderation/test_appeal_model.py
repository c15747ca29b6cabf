"""Appeals against a plain model: random acts of known people, and time; whatever happens, it agrees."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound, Refused
from community.moderation import terms
from community.moderation.models import Appeal
from community.moderation.services import appealing, deciding, removing
from community.moderation.services.grounds import Grounds
from community.publishing.models import Entry
from tests.moderation.scenes import reply, topic_of
from tests.world import Town

BODY = "Ирина Олеговна, ваш лист хорош, а на третьем уроке дети скучают и смотрят в окно."
GROUNDS = Grounds(
    "4.1-оскорбления", "дети скучают", "Слова унижают детей всего класса и автора урока."
)
WHY = "Перечитано ещё раз: оскорбления в тексте нет."
READERS = ("boris", "galina")
PEOPLE = (*READERS, *READERS, "anna", "irina", "gleb")
DONE = ("upheld", "overturned", "partly", "rejected", "withdrawn", "lapsed")
CANNOT = (Conflict, Invalid, NotFound, Refused)


class Appeals(RuleBasedStateMachine):
    """Анна's text is hidden by Борис or Галина, again and again; she appeals; somebody answers."""

    town: Town
    entry: int
    now: datetime

    def __init__(self) -> None:
        super().__init__()
        type(self).now += timedelta(hours=1)  # the journal's clock never goes back
        self.removal: tuple[int, str, datetime] | None = None
        """The last removal: its number, who decided, when."""
        self.hidden = False
        self.model: dict[int, dict[str, Any]] = {}
        with clock.frozen(self.now), self.town.app.app_context():
            if self._state() == "removed":
                deciding.restore(self.town["galina"].actor, self.entry, reason=WHY)
            self.known = set(db.session.scalars(select(Appeal.id)))

    def _state(self) -> str:
        return db.session.scalar(select(Entry.state).where(Entry.id == self.entry)) or ""

    def _try(self, act: Any) -> str:
        """Run an act at the model's time; the code of what refused it, or nothing."""
        with clock.frozen(self.now), self.town.app.app_context():
            try:
                act()
            except CANNOT as error:
                return type(error).__name__
            finally:
                db.session.remove()
        return ""

    @property
    def case(self) -> dict[str, Any] | None:
        return self.model.get(self.removal[0]) if self.removal else None

    @rule(hours=st.sampled_from([0.1, 1, 3, 30, 24 * 200]))
    def time_goes_on(self, hours: float) -> None:
        type(self).now += timedelta(hours=hours)

    @precondition(lambda self: not self.hidden)
    @rule(who=st.sampled_from(READERS))
    def hide(self, who: str) -> None:
        made: list[int] = []
        actor = self.town[who].actor
        type(self).now += timedelta(days=1)  # more removals a day would need a second signature
        assert self._try(lambda: made.append(removing.remove(actor, self.entry, GROUNDS))) == ""
        self.removal, self.hidden = (made[0], who, self.now), True

    @precondition(lambda self: not self.hidden)
    @rule(who=st.sampled_from(READERS))
    def hide_and_appeal(self, who: str) -> None:
        self.hide(who)
        self.appeal("anna")

    @precondition(lambda self: self.removal is not None)
    @rule(who=st.sampled_from(PEOPLE))
    def appeal(self, who: str) -> None:
        assert self.removal is not None
        number, _by, at = self.removal
        may = who == "anna" and self.hidden and self.case is None
        may = may and self.now - at <= timedelta(days=180)
        refused = self._try(
            lambda: appealing.appeal(self.town[who].actor, number, words="Это отзыв об уроке.")
        )
        assert (refused == "") == may
        if may:
            self.model[number] = {"state": "new", "by": None, "until": None, "version": 1}

    def _free_for(self, who: str) -> bool:
        case = self.case
        assert case is not None
        return case["by"] in (None, who) or case["until"] <= self.now

    @precondition(lambda self: self.case is not None)
    @rule(who=st.sampled_from(PEOPLE), late=st.sampled_from([0, 0, 0, 1]))
    def take(self, who: str, late: int) -> None:
        assert self.removal is not None
        assert self.case is not None
        number, by, _at = self.removal
        case = self.case
        may = case["state"] in ("new", "taken") and who in READERS and who != by and not late
        may = may and self._free_for(who)
        refused = self._try(
            lambda: appealing.take(self.town[who].actor, number, version=case["version"] - late)
        )
        assert (refused == "") == may
        if may:
            again = case["state"] == "taken" and case["by"] == who
            case |= {"state": "taken", "by": who, "until": self.now + timedelta(hours=2)}
            case["version"] += 0 if again else 1

    @precondition(lambda self: self.case is not None)
    @rule(who=st.sampled_from(PEOPLE))
    def give_back(self, who: str) -> None:
        assert self.removal is not None
        assert self.case is not None
        case, number = self.case, self.removal[0]
        may = case["state"] == "taken" and case["by"] == who
        refused = self._try(lambda: appealing.give_back(self.town[who].actor, number))
        assert (refused == "") == may
        if may:
            case |= {"state": "new", "by": None, "version": case["version"] + 1}

    @precondition(lambda self: self.case is not None)
    @rule(who=st.sampled_from(PEOPLE))
    def withdraw(self, who: str) -> None:
        assert self.removal is not None
        assert self.case is not None
        case, number = self.case, self.removal[0]
        may = case["state"] in ("new", "taken") and who == "anna"
        refused = self._try(lambda: appealing.withdraw(self.town[who].actor, number))
        assert (refused == "") == may
        if may:
            case |= {"state": "withdrawn", "version": case["version"] + 1}

    @precondition(lambda self: self.case is not None)
    @rule(
        who=st.sampled_from(PEOPLE),
        outcome=st.sampled_from(
            ["upheld", "overturned", "rejected", "overturned", "partly", "нет"]
        ),
        words=st.sampled_from([WHY, WHY, WHY, WHY, "коротко", " " * 40]),
        late=st.sampled_from([0, 0, 0, 1]),
    )
    def answer(self, who: str, outcome: str, words: str, late: int) -> None:
        assert self.removal is not None
        assert self.case is not None
        number, by, _at = self.removal
        case = self.case
        may = case["state"] in ("new", "taken") and who in READERS and who != by and not late
        may = may and words == WHY and outcome in ("upheld", "overturned", "rejected")
        may = may and self._free_for(who)
        refused = self._try(
            lambda: appealing.answer(
                self.town[who].actor, number,
                outcome=outcome, answer=words, version=case["version"] - late,
            )
        )  # fmt: skip
        assert (refused == "") == may
        if may:
            case |= {"state": outcome, "version": case["version"] + 1}
            self.hidden = self.hidden and outcome != "overturned"

    @precondition(lambda self: self.hidden)
    @rule(who=st.sampled_from(READERS))
    def put_back_by_hand(self, who: str) -> None:
        act = deciding.restore
        assert self._try(lambda: act(self.town[who].actor, self.entry, reason=WHY)) == ""
        self.hidden = False
        if self.case is not None and self.case["state"] in ("new", "taken"):
            self.case.update(state="overturned", version=self.case["version"] + 1)

    @rule()
    def duties(self) -> None:
        assert self._try(terms.tend_appeals) == ""
        for case in self.model.values():
            if case["state"] == "taken" and case["until"] <= self.now:
                case |= {"state": "new", "by": None, "version": case["version"] + 1}

    @invariant()
    def the_database_says_the_same(self) -> None:
        with self.town.app.app_context():
            rows = [
                each for each in db.session.scalars(select(Appeal)) if each.id not in self.known
            ]
            said = {each.decision: (each.state, each.version) for each in rows}
            assert said == {
                number: (case["state"], case["version"]) for number, case in self.model.items()
            }
            assert (self._state() == "removed") == self.hidden
            for each in rows:
                self._is_sound(each)
            db.session.remove()

    def _is_sound(self, each: Appeal) -> None:
        """The decider is never the reader, a closed one is closed once, the journal has every step."""
        decider = db.session.scalar(
            select(AuditEntry.actor_id).where(AuditEntry.number == each.decision)
        )
        steps = list(
            db.session.execute(
                select(AuditEntry.kind, AuditEntry.actor_id)
                .where(AuditEntry.previous == each.decision, AuditEntry.kind.like("appeal.%"))
                .order_by(AuditEntry.number)
            )
        )
        kinds = [kind for kind, _actor in steps]
        assert kinds[0] == "appeal.made"
        assert each.taken_by != decider
        assert all(actor != decider for kind, actor in steps if kind == "appeal.taken")
        ends = [
            kind for kind in kinds if kind in ("appeal.closed", "appeal.withdrawn", "appeal.lapsed")
        ]
        assert len(ends) == (each.state in DONE)
        assert not ends or kinds[-1] == ends[0]
        assert kinds.count("appeal.taken") - kinds.count("appeal.returned") in (0, 1)


def test_appeals_behave_as_the_model_says(town: Town) -> None:
    entry = reply(town, town["anna"], topic_of(town, town["irina"]), BODY)
    machine = type("Here", (Appeals,), {"town": town, "entry": entry, "now": clock.now()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("MODEL_EXAMPLES", "25")),
            stateful_step_count=30,
            phases=(Phase.explicit, Phase.generate),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
