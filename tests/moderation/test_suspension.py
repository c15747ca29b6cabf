"""Strikes lead to a proposal, a person suspends, the member reads and writes again in the end (B10)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from community.core import clock
from community.core.db import db
from community.core.worker import run_duties
from community.publishing import counting
from community.publishing.models import Thanks
from tests.ballots.conftest import Booth
from tests.chats.conftest import Talk
from tests.moderation.acts import grounds, journal, notices, page, proposals, removals, say, topic
from tests.publishing.conftest import put_rules
from tests.surveys.conftest import send as send_survey
from tests.world import SLUG, Person, Town

__all__ = ["put_rules"]

FORM = {
    "article": "4.1-оскорбления",
    "days": "14",
    "reason": "Три предупреждения не помогли ничем.",
}


@pytest.fixture
def place(town: Town, irina: Person) -> int:
    """A topic of Ирина."""
    return topic(town, irina)


def strike(town: Town, place: int, anna: Person, boris: Person, times: int = 1) -> None:
    for number in range(times):
        text = say(town, anna, place, f"Довод {number}: дети скучают на этом уроке.")
        boris.post(f"/e/{text}/remove", grounds("скучают"))
        form = {"act": "warn", "warn-reason": "Просим не писать о детях пренебрежительно."}
        boris.post(f"/decisions/{removals(town)[-1].number}", form)


def strikes(town: Town, anna: Person) -> int:
    with town.app.app_context():
        return counting.strikes_of(anna.id, town.community_id or 0) or 0


def test_strikes_are_counted_while_their_term_runs(
    town: Town, place: int, anna: Person, boris: Person
) -> None:
    strike(town, place, anna, boris, 2)

    assert strikes(town, anna) == 2
    assert "2 предупреждения" in page(boris.get(f"/c/{SLUG}/moderation/members/{anna.id}"))
    early = boris.post(f"/c/{SLUG}/moderation/members/{anna.id}", FORM)
    assert early.status_code == 422
    assert proposals(town) == []
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert strikes(town, anna) == 0
    assert anna.get(f"/c/{SLUG}/moderation/members/{anna.id}").status_code == 404


def test_rules_know_the_warnings_in_force(
    town: Town, place: int, anna: Person, irina: Person, boris: Person, put_rules: Any
) -> None:
    strike(town, place, anna, boris)
    put_rules(
        when="{all: [{lemma: [дело]}, {author: {strikes: {over: 0}}}]}", then="[block]",
        told="{text: Дело, strikes: 1}",
    )  # fmt: skip
    path, said = f"/c/{SLUG}/topics/{place}/reply", {"body": "Дело в том, что урок длинный."}

    assert anna.post(path, said).status_code == 422
    assert irina.post(path, said).status_code == 200
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert anna.post(path, said).status_code == 200, "its term is over"


def test_only_a_person_suspends_and_the_term_ends_by_itself(
    town: Town, place: int, anna: Person, boris: Person, galina: Person
) -> None:
    strike(town, place, anna, boris, 3)
    path = f"/c/{SLUG}/moderation/members/{anna.id}"
    assert boris.post(path, FORM).status_code == 200
    number = proposals(town)[0].number
    assert boris.post(path, FORM).status_code == 409
    assert boris.post(f"/proposals/{number}/sign").status_code == 403
    assert anna.post(f"/c/{SLUG}/topics/{place}/reply", {"body": "Я ещё здесь."}).status_code == 200
    assert "вторая подпись" in page(galina.get(f"/c/{SLUG}/moderation"))

    assert galina.post(f"/proposals/{number}/sign").status_code == 200

    assert journal(town).count("membership.suspended") == 1
    assert "приостановлено до" in notices(town, anna)
    assert page(anna.get(f"/c/{SLUG}/topics/{place}")).count("Дроби") > 0
    stopped = anna.post(f"/c/{SLUG}/topics/{place}/reply", {"body": "А теперь молчу."})
    assert "приостановлено до" in page(stopped)
    assert "А теперь молчу." in page(anna.get("/drafts")), "nothing typed is lost"
    assert (
        anna.post(f"/e/{say_id(town)}/edit", {"body": "Правка", "revision": "1"}).status_code != 500
    )
    with clock.frozen(clock.now() + timedelta(days=15)), town.app.app_context():
        run_duties()

    assert "membership.resumed" in journal(town)
    again = anna.post(f"/c/{SLUG}/topics/{place}/reply", {"body": "Снова с вами, спасибо."})
    assert "Снова с вами" in page(again)


def say_id(town: Town) -> int:
    from community.publishing.models import Entry
    from tests.moderation.acts import newest

    return newest(town, Entry.id)


def test_an_administrator_refuses_with_a_reason_and_may_suspend_alone(
    town: Town, place: int, anna: Person, boris: Person, galina: Person
) -> None:
    strike(town, place, anna, boris, 3)
    boris.post(f"/c/{SLUG}/moderation/members/{anna.id}", FORM)
    number = proposals(town)[0].number
    assert galina.post(f"/proposals/{number}/refuse", {"reason": "нет"}).status_code == 422
    galina.post(f"/proposals/{number}/refuse", {"reason": "Поговорю с ней сначала сама."})
    assert proposals(town)[0].state == "refused"

    base = f"/c/{SLUG}/admin/members/{anna.id}"
    galina.post(f"{base}/suspend", {"reason": "До разговора с администратором.", "days": "7"})
    shown = page(anna.get(f"/c/{SLUG}/?face=1"))
    assert "приостановлено до" in shown
    assert "/decisions/" in shown
    galina.post(f"{base}/resume")
    assert anna.post(f"/c/{SLUG}/topics/{place}/reply", {"body": "Вернулась."}).status_code == 200


def test_a_suspended_member_who_leaves_takes_no_term_along(
    town: Town, anna: Person, galina: Person
) -> None:
    base = f"/c/{SLUG}/admin/members/{anna.id}"
    galina.post(f"{base}/suspend", {"reason": "До разговора с администратором.", "days": "7"})
    assert galina.post(f"{base}/remove", {"reason": "Просит исключить сама."}).status_code == 200
    assert "membership.removed" in journal(town)


def test_a_proposal_that_nobody_answers_lapses(
    town: Town, place: int, anna: Person, boris: Person
) -> None:
    strike(town, place, anna, boris, 3)
    boris.post(f"/c/{SLUG}/moderation/members/{anna.id}", FORM)
    with clock.frozen(clock.now() + timedelta(hours=73)), town.app.app_context():
        run_duties()
    assert proposals(town)[0].state == "lapsed"
    assert "membership.suspended" not in journal(town)


def test_a_suspended_member_only_reads_wherever_words_or_voices_are_taken(
    town: Town, place: int, anna: Person, irina: Person, boris: Person, galina: Person
) -> None:
    """Thanks, votes, lines of a chat, new places for talk: each is refused with the term and the way on."""
    text = say(town, irina, place, "Дети любят задачи про рыбалку.")
    ballot, talk = Booth(town).open(irina), Talk(town, irina)
    base = f"/c/{SLUG}/admin/members/{anna.id}"
    galina.post(f"{base}/suspend", {"reason": "До разговора с администратором.", "days": "7"})

    doors = {
        f"/e/{text}/thanks": {},
        f"/c/{SLUG}/ballots/{ballot}/vote": {"choice": str(Booth(town).options(ballot)["Среда"])},
        talk.path: {"body": "И я здесь."},
        f"/c/{SLUG}/chats/new": {"title": "Свой чат", "body": "О своём", "access": "community"},
    }
    for path, form in doors.items():
        refused = anna.post(path, form)
        assert refused.status_code in (403, 422), path
        assert "приостановлено до" in page(refused), path
    assert "приостановлено до" in page(Booth(town).send(anna))
    assert "приостановлено до" in page(send_survey(anna))
    assert "приостановлено до" in page(anna.get(talk.path)), "said before anything is typed"
    with town.app.app_context():
        assert db.session.scalar(select(func.count(Thanks.entry_id))) == 0
    assert "И я здесь." in page(anna.get("/drafts"))

    galina.post(f"{base}/resume")
    assert anna.post(f"/e/{text}/thanks").status_code == 200
    with town.app.app_context():
        assert db.session.scalar(select(func.count(Thanks.entry_id))) == 1
