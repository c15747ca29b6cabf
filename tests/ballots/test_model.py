"""A ballot against a plain model: whatever people do in whatever order, the count is theirs."""

from __future__ import annotations

from datetime import timedelta

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

from community.ballots.models import Ballot, BallotSlip, BallotVote, BallotVoter
from community.ballots.services import casting, closing, opening
from community.ballots.services.opening import BallotPlan
from community.core import clock
from community.core.db import db
from community.core.errors import Conflict, Refused
from community.publishing.facts import Words
from tests.world import Town

PEOPLE = ("galina", "boris", "vera", "anna", "irina")
people = st.sampled_from((*PEOPLE, "gleb"))
answers = st.integers(0, 2)


class Voting(RuleBasedStateMachine):
    """People vote, change, close, let time pass; a dictionary says what must come out."""

    town: Town

    @initialize(secret=st.booleans())
    def open(self, secret):
        self.start = self.now = clock.now()
        self.votes: dict[str, int] = {}
        self.secret, self.closed = secret, False
        options = ("За", "Против", "Воздержался")
        words = opening.whole_text(Words(body="", title="Утвердить план?"), options)
        plan = BallotPlan(
            kind="decision", options=options, closes_at=self.now + timedelta(hours=9),
            secrecy="secret" if secret else "open",
        )  # fmt: skip
        with self.town.app.app_context():
            self.ballot, _made = opening.open_ballot(
                self.town["boris"].actor, self.town.community_id, words, plan
            )
            db.session.commit()
            self.options = casting.plan_of(db.session.get_one(Ballot, self.ballot)).options
            db.session.remove()

    def act(self, does):
        with clock.frozen(self.now), self.town.app.app_context():
            try:
                does()
            except (Refused, Conflict):
                return False
            finally:
                db.session.remove()
        return True

    @rule(who=people, answer=answers)
    def vote(self, who, answer):
        chosen = {str(self.options[answer]): 1}
        taken = self.act(lambda: casting.cast(self.town[who].actor, self.ballot, chosen))
        over = self.closed or self.now >= self.start + timedelta(hours=9)
        may = who != "gleb" and not over and not (self.secret and who in self.votes)
        assert taken == may
        if may:
            self.votes[who] = answer

    @rule(who=st.sampled_from(["boris", "anna"]))
    def close(self, who):
        done = self.act(lambda: closing.close(self.town[who].actor, self.ballot))
        assert done == (who == "boris" and not self.closed)
        self.closed = self.closed or done

    @rule(hours=st.integers(-1, 5))
    def let_time_pass(self, hours):
        """The clock may jump back too; what is closed stays closed."""
        self.now += timedelta(hours=hours)
        self.act(lambda: closing.close_in_term(self.ballot))
        self.closed = self.closed or self.now >= self.start + timedelta(hours=9)

    @precondition(lambda self: self.closed)
    @rule()
    def count_again(self):
        assert self.act(lambda: closing.recount(self.town["boris"].actor, self.ballot))

    @invariant()
    def as_the_model_says(self):
        with self.town.app.app_context():
            it = db.session.get_one(Ballot, self.ballot)
            kept = BallotSlip if self.secret else BallotVote
            stored = [
                row.choices for row in db.session.query(kept).filter_by(ballot_id=self.ballot)
            ]
            voted = db.session.query(BallotVoter).filter_by(ballot_id=self.ballot, has_voted=True)
            assert it.state == ("closed" if self.closed else "open")
            assert it.cast == len(self.votes) == len(stored) == voted.count()
            expected = sorted(str(self.options[each]) for each in self.votes.values())
            assert sorted(next(iter(each)) for each in stored) == expected
            if self.closed:
                found = {line["option_id"]: line["votes"] for line in it.result["lines"]}
                for place, option in enumerate(self.options):
                    assert found[option] == list(self.votes.values()).count(place)
            db.session.remove()


def test_a_ballot_is_what_people_made_of_it(town):
    run_state_machine_as_test(
        type("VotingHere", (Voting,), {"town": town}),
        settings=settings(
            max_examples=12, stateful_step_count=15, deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip


@pytest.mark.parametrize("secrecy", ["open", "secret"])
def test_a_hundred_votes_at_once_while_it_closes(town, secrecy):
    """Votes arrive while the ballot closes: each is counted or refused, and the count is what is stored."""
    from concurrent.futures import ThreadPoolExecutor

    options = ("За", "Против", "Воздержался")
    words = opening.whole_text(Words(body="", title="Утвердить план?"), options)
    plan = BallotPlan(
        kind="decision",
        options=options,
        closes_at=clock.now() + timedelta(hours=1),
        secrecy=secrecy,
    )
    with town.app.app_context():
        ballot, _made = opening.open_ballot(town["boris"].actor, town.community_id, words, plan)
        db.session.remove()
        first = casting.plan_of(db.session.get_one(Ballot, ballot)).options[0]
        db.session.remove()

    def one(turn):
        with town.app.app_context():
            try:
                if turn == 12:
                    closing.close(town["boris"].actor, ballot)
                    return "closed"
                casting.cast(town[PEOPLE[turn % 5]].actor, ballot, {str(first): 1})
            except (Refused, Conflict) as error:
                return type(error).__name__
            finally:
                db.session.remove()
            return "taken"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(one, range(40)))
    assert told.count("closed") == 1
    assert set(told) <= {"closed", "taken", "Refused"}
    with town.app.app_context():
        it = db.session.get_one(Ballot, ballot)
        assert it.result["reconciled"] is True
        assert it.result["lines"][0]["votes"] == it.cast <= 5
        if secrecy == "secret":
            assert told.count("taken") == it.cast
