"""Voices by proxy: the one who is trusted casts them, the one who comes in person goes first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.audit.models import AuditEntry
from community.ballots import chairs, queries
from community.ballots.models import BallotSlip, BallotVote, BallotVoter
from community.ballots.services import casting, opening
from community.ballots.services.opening import BallotPlan
from community.communities.services import members
from community.core import clock, worker
from community.core.db import db
from community.core.errors import Refused
from community.publishing.facts import Words
from tests.ballots.conftest import BASE, cells
from tests.world import SLUG

OPTIONS = ("За", "Против", "Воздержался")


@pytest.fixture
def trusted(town, booth):
    """Open a decision in which Anna has trusted Boris with her vote; return its id."""

    def open_one(secrecy="open", **more):
        voters = [town[who].id for who in ("galina", "boris", "anna", "irina")]
        plan = BallotPlan(
            kind="decision", options=OPTIONS, closes_at=clock.now() + timedelta(days=3),
            secrecy=secrecy, voters=more.pop("voters", voters),
            proxies=more.pop("proxies", {town["anna"].id: town["boris"].id}), **more,
        )  # fmt: skip
        words = opening.whole_text(Words(body="", title="Утвердить план?"), OPTIONS)
        with town.app.app_context():
            ballot, _made = opening.open_ballot(
                town["galina"].actor, town.community_id, words, plan
            )
            db.session.remove()
        return ballot

    return open_one


def kept(town, model, ballot):
    with town.app.app_context():
        return db.session.scalars(select(model).where(model.ballot_id == ballot)).all()


def refusal(answer):
    return answer.status_code, answer.get_data(as_text=True)


def test_the_one_who_is_trusted_votes_for_both(town, booth, trusted, boris, anna, irina):
    ballot = trusted()
    page = booth.page(boris, ballot)
    assert "За себя" in page
    assert "По доверенности: Соколова\u00a0А.\u00a0С." in page
    booth.vote(boris, ballot, "Против")
    assert (
        cells(booth.page(boris, ballot)) == {}
    )  # the results wait till the entrusted vote is cast
    said = booth.vote(boris, ballot, "За", **{"for": anna.id}).get_data(as_text=True)
    assert "Голос по доверенности принят" in said
    assert cells(said) == {"За": ["1"], "Против": ["1"], "Воздержался": ["0"]}
    assert "Анна Соколова (по доверенности — Лунин\u00a0Б.\u00a0А.)" in said
    assert "Борис Лунин (по доверенности" not in said
    with town.app.app_context():
        assert queries.my_voices(ballot, boris.id) == [
            (boris.id, "Лунин\u00a0Б.\u00a0А.", True),
            (anna.id, "Соколова\u00a0А.\u00a0С.", True),
        ]
        assert queries.my_voices(ballot, irina.id) == [
            (irina.id, "Кольцова\u00a0И.\u00a0О.", False)
        ]

    booth.vote(boris, ballot, "Против", **{"for": anna.id})  # an open vote may be changed
    assert cells(booth.page(boris, ballot))["Против"] == ["2"]
    status, words = refusal(booth.vote(anna, ballot, "За"))
    assert status == 403
    assert "уже проголосовал за вас" in words
    assert "За вас уже проголосовали по доверенности (Лунин" in booth.page(anna, ballot)
    assert booth.row(ballot).cast == 2


def test_who_comes_in_person_goes_first(town, booth, trusted, boris, anna):
    ballot = trusted()
    assert "Если проголосуете сами" in booth.page(anna, ballot)
    booth.vote(anna, ballot, "За")
    status, words = refusal(booth.vote(boris, ballot, "Против", **{"for": anna.id}))
    assert status == 403
    assert "Доверитель пришёл и проголосовал сам" in words
    assert "голос уже отдан лично" in booth.page(boris, ballot)
    booth.vote(anna, ballot, "Воздержался")  # her own vote stays hers to change
    votes = kept(town, BallotVote, ballot)
    assert [(each.user_id, each.by_id) for each in votes] == [(anna.id, None)]


def test_a_vote_that_nobody_entrusted_is_not_taken(town, booth, trusted, boris, irina, anna, vera):
    ballot = trusted()
    for by, whom in ((irina, anna), (boris, irina), (boris, vera)):
        status, words = refusal(booth.vote(by, ballot, "За", **{"for": whom.id}))
        assert status == 403
        assert "не доверял вам свой голос" in words
    for odd in ("0", "999999999", "а", "9" * 30):
        assert booth.vote(vera, ballot, "За", **{"for": odd}).status_code == 403
    assert kept(town, BallotVote, ballot) == []
    assert booth.row(ballot).cast == 0


def test_a_secret_vote_by_proxy_leaves_no_trace_of_who_cast_it(town, booth, trusted, boris, anna):
    ballot = trusted(secrecy="secret")
    with town.app.app_context():
        before = db.session.scalar(
            select(AuditEntry.number).order_by(AuditEntry.number.desc()).limit(1)
        )
    booth.vote(boris, ballot, "За", **{"for": anna.id})
    again = booth.vote(boris, ballot, "Против", **{"for": anna.id})
    late = booth.vote(anna, ballot, "Против")
    for answer in (again, late):
        status, words = refusal(answer)
        assert status == 403
        assert "лично или по доверенности" in words
    assert "вами или по доверенности" in booth.page(anna, ballot)
    booth.vote(boris, ballot, "За")
    assert kept(town, BallotVote, ballot) == []
    assert len(kept(town, BallotSlip, ballot)) == booth.row(ballot).cast == 2
    with town.app.app_context():
        newest = db.session.scalar(
            select(AuditEntry.number).order_by(AuditEntry.number.desc()).limit(1)
        )
    assert newest == before, "the journal knows nothing of votes"


def test_in_person_and_by_proxy_leave_the_same_rows(town, booth, trusted, boris, anna):
    """Of a secret vote the roll tells «cast», whichever of the two has cast it."""
    rows = []
    for by, fields in ((boris, {"for": anna.id}), (anna, {})):
        ballot = trusted(secrecy="secret")
        booth.vote(by, ballot, "За", **fields)
        rows.append(
            [
                (each.user_id, each.proxy_id, each.has_voted)
                for each in kept(town, BallotVoter, ballot)
            ]
        )
    assert rows[0] == rows[1]


def test_a_voice_waits_for_the_one_who_holds_it(town, booth, trusted, boris, anna):
    ballot = trusted()
    booth.vote(boris, ballot, "За")
    waits = "Голосования, где нет вашего голоса"
    assert waits in boris.get(f"/c/{SLUG}/news").get_data(as_text=True)  # Anna's is not cast
    assert waits not in anna.get(f"/c/{SLUG}/news").get_data(as_text=True)
    with clock.frozen(clock.now() + timedelta(days=2, hours=1)), town.app.app_context():
        worker.run_duties()
    for who in (boris, anna):
        assert "Голосование скоро закроется" in who.get("/notices").get_data(as_text=True)
    booth.vote(boris, ballot, "За", **{"for": anna.id})
    assert waits not in boris.get(f"/c/{SLUG}/news").get_data(as_text=True)


def test_one_outside_the_roll_may_hold_a_voice(town, booth, trusted, vera, anna):
    ballot = trusted(proxies={anna.id: vera.id})
    page = booth.page(vera, ballot)
    assert "вы можете читать, но не голосовать" not in page
    assert "По доверенности" in page
    booth.vote(vera, ballot, "За", **{"for": anna.id})
    assert booth.vote(vera, ballot, "За").status_code == 403
    assert booth.row(ballot).cast == 1


def test_a_suspended_member_neither_votes_nor_is_voted_for(
    town, booth, trusted, galina, boris, anna
):
    ballot = trusted()
    with town.app.app_context():
        members.suspend(galina.actor, town.community_id, anna.id, reason="Трижды нарушены правила.")
        db.session.remove()
    status, words = refusal(booth.vote(anna, ballot, "За"))
    assert status == 403
    assert "приостановлено" in words
    status, words = refusal(booth.vote(boris, ballot, "За", **{"for": anna.id}))
    assert status == 403
    assert "участие приостановлено" in words
    assert kept(town, BallotVote, ballot) == []


def test_a_proxy_is_given_by_a_voter_to_another(trusted, anna, vera, boris):
    for proxies in ({vera.id: boris.id}, {anna.id: anna.id}):
        with pytest.raises(ValueError, match="by a voter of the roll to another"):
            trusted(proxies=proxies)


def test_the_chair_leads_the_votes_of_a_thread(town, booth, forum, anna, irina, monkeypatch):
    """A plain member who leads a thread puts a decision to the vote there and closes it."""
    monkeypatch.setattr(chairs, "_providers", [])
    topic = forum.open(anna)
    with town.app.app_context():
        from community.topics.models import Topic

        thread = db.session.get_one(Topic, topic).thread_id
    path = f"{BASE}/new?topic={thread}"
    assert booth.send(irina, path=path, kind="decision", options="").status_code == 403
    asked = []

    @chairs.provide
    def irina_leads(kind: str, thread_id: int, user_id: int) -> bool:
        asked.append(kind)
        return (thread_id, user_id) == (thread, irina.id)

    ballot = booth.open(irina, path=path, kind="decision", options="")
    assert set(asked) == {"topic"}
    assert booth.send(anna, path=path, kind="decision", options="").status_code == 403
    assert (
        booth.send(irina, kind="decision", options="").status_code == 403
    )  # elsewhere nobody leads
    others = booth.open(anna, path=path)
    assert anna.post(f"{BASE}/{ballot}/close").status_code == 403
    booth.close(irina, others)
    assert booth.row(others).state == "closed"
    with town.app.app_context(), pytest.raises(Refused):
        opening.link(anna.actor, [ballot])


def test_a_vote_by_proxy_after_the_closing_is_refused(town, booth, trusted, galina, boris, anna):
    ballot = trusted()
    booth.close(galina, ballot)
    with town.app.app_context(), pytest.raises(Refused, match=r"ballot\.closed"):
        casting.cast(boris.actor, ballot, {"1": 1}, for_id=anna.id)
