"""A ballot from the question to the outcome, as people meet it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from community.audit.models import AuditEntry
from community.ballots import queries
from community.ballots.models import BallotVoter
from community.ballots.services import closing, opening
from community.communities.services import applications
from community.core import clock, outbox, worker
from community.core.db import db
from community.core.errors import Refused
from community.publishing import access
from community.publishing import services as publishing
from community.publishing.facts import Words
from tests.ballots.conftest import BASE, cells
from tests.world import AGREED, SLUG, WHY


def journal(town, kind):
    with town.app.app_context():
        return db.session.scalars(select(AuditEntry.body).where(AuditEntry.kind == kind)).all()


def test_an_opinion_is_asked_and_given(town, booth, anna, irina, boris):
    ballot = booth.open(anna, body="В школе № 4, кабинет 12")
    town.drain()
    assert "Когда соберёмся?" in irina.get("/notices").get_data(as_text=True)
    assert "Голосования, где нет вашего голоса" in irina.get(f"/c/{SLUG}/news").get_data(
        as_text=True
    )

    assert cells(booth.page(irina, ballot)) == {}  # results come after one's own vote
    page = booth.vote(irina, ballot, "Среда", body="Во вторник у нас совещание").get_data(
        as_text=True
    )
    assert "Ваш голос принят" in page
    assert cells(page) == {"Вторник": ["0"], "Среда": ["1"]}
    assert "Во вторник у нас совещание" in page
    assert "Ирина Кольцова" in page
    assert "Голосования, где нет вашего голоса" not in irina.get(f"/c/{SLUG}/news").get_data(
        as_text=True
    )

    booth.vote(irina, ballot, "Вторник")
    booth.vote(boris, ballot, "Вторник")
    assert cells(booth.page(boris, ballot)) == {"Вторник": ["2"], "Среда": ["0"]}

    closed = booth.close(anna, ballot).get_data(as_text=True)
    assert "Выбрано: Вторник" in closed
    assert '"outcome":"chosen"' in journal(town, "ballot.closed")[0]
    late = booth.vote(booth.town["vera"], ballot, "Среда")
    assert late.status_code == 403
    assert "пришёл уже после закрытия" in late.get_data(as_text=True)


def test_the_words_of_a_ballot_pass_the_gate(booth, anna):
    phone = booth.send(anna, options="Звоните 8 904 111-22-33\nНе звоните")
    assert phone.status_code == 422
    assert "8 904 111-22-33" in phone.get_data(as_text=True)  # nothing typed is lost
    hidden = booth.send(anna, options="Звоните 8 904 111-22-33\nНе звоните", accept="mask")
    assert hidden.status_code == 200
    page = booth.page(anna, 1)
    assert "8 904" not in page
    assert "▒▒▒" in page


def test_a_reason_passes_the_gate_and_the_vote_waits_for_it(booth, anna, irina):
    ballot = booth.open(anna)
    refused = booth.vote(irina, ballot, "Среда", body="Пишите на 8 904 111-22-33")
    assert refused.status_code == 422
    assert "checked" in refused.get_data(as_text=True)  # the choice is kept in the form
    assert booth.row(ballot).cast == 0


def test_the_roll_is_fixed_at_the_opening(town, booth, anna, gleb):
    ballot = booth.open(anna)
    with town.app.app_context():
        applied = applications.apply(gleb.actor, town.community_id, why=WHY, agreed=AGREED)
        applications.approve(town["galina"].actor, applied)
    page = booth.page(gleb, ballot)
    assert "вы можете читать, но не голосовать" in page
    assert booth.vote(gleb, ballot, "Среда").status_code == 403
    assert booth.row(ballot).voters == 5


def test_strangers_know_nothing(booth, anna, gleb):
    ballot = booth.open(anna)
    assert gleb.get(f"{BASE}/{ballot}").status_code in (403, 404)
    assert booth.vote(gleb, ballot, "Среда").status_code in (403, 404)


def test_a_decision_needs_quorum_majority_and_an_outcome(booth, boris, galina, anna, irina):
    refused = booth.send(anna, kind="decision")
    assert refused.status_code == 403
    ballot = booth.open(boris, kind="decision", options="", quorum="50", title="Утвердить план")
    for who, said in ((galina, "За"), (anna, "За")):
        booth.vote(who, ballot, said)
    asked = boris.get(f"{BASE}/{ballot}/close").get_data(as_text=True)
    assert "Пока проголосовали 2 из 5." in asked
    assert "Кворума пока нет" in asked
    booth.vote(irina, ballot, "Против")
    page = booth.close(boris, ballot).get_data(as_text=True)
    assert "Решение принято" in page
    assert "Пересчитать" in page
    assert "Итог ещё не записан" in page
    seen = booth.page(anna, ballot)  # a member reads the result; counting again is not theirs
    assert "Пересчитать" not in seen
    assert "Записать итог" not in seen
    written = boris.post(
        f"{BASE}/{ballot}/outcome", {"body": "План утверждён, отвечает Орлова, до 1 декабря"}
    )
    assert "Итог записан" in written.get_data(as_text=True)
    assert booth.row(ballot).outcome_id is not None
    again = boris.post(f"{BASE}/{ballot}/outcome", {"body": "Ещё раз"})
    assert again.status_code == 409


def test_without_quorum_nothing_is_decided(booth, boris, anna):
    ballot = booth.open(boris, kind="decision", options="", quorum="67")
    booth.vote(anna, ballot, "За")
    assert "Кворума нет" in booth.close(boris, ballot).get_data(as_text=True)


def test_two_thirds_of_the_whole_roll(booth, boris, galina, anna, irina, vera):
    ballot = booth.open(boris, kind="decision", options="", majority="two_thirds", base="roll")
    for who in (galina, anna, irina):
        booth.vote(who, ballot, "За")
    assert "Решение не принято" in booth.close(boris, ballot).get_data(as_text=True)  # 3 of 5


def test_a_time_is_found(booth, anna, irina):
    ballot = booth.open(anna, kind="time", options="1 декабря, 15:00\n2 декабря, 16:00")
    first, second = booth.options(ballot).values()
    booth.vote(irina, ballot, **{f"option-{first}": "1", f"option-{second}": "2"})
    booth.vote(anna, ballot, **{f"option-{first}": "2", f"option-{second}": "2"})
    page = booth.close(anna, ballot).get_data(as_text=True)
    assert "Выбрано: 2 декабря, 16:00" in page
    assert cells(page) == {"1 декабря, 15:00": ["1", "3"], "2 декабря, 16:00": ["2", "4"]}


def test_a_ranking_takes_each_place_once(booth, anna, irina):
    ballot = booth.open(anna, kind="ranking", options="Музей\nТеатр\nЛес")
    museum, theatre, wood = booth.options(ballot).values()
    twice = booth.vote(
        irina, ballot, **{f"option-{museum}": "1", f"option-{theatre}": "1", f"option-{wood}": "3"}
    )
    assert twice.status_code == 422
    assert "своё место" in twice.get_data(as_text=True)
    booth.vote(
        irina, ballot, **{f"option-{museum}": "2", f"option-{theatre}": "1", f"option-{wood}": "3"}
    )
    assert "Выбрано: Театр" in booth.close(anna, ballot).get_data(as_text=True)


def test_several_answers_within_the_limit(booth, anna, irina):
    ballot = booth.open(anna, kind="several", options="Раз\nДва\nТри", most="2")
    assert booth.vote(irina, ballot, "Раз", "Два", "Три").status_code == 422
    assert booth.vote(irina, ballot, "Раз", "Три").status_code == 200
    assert booth.vote(anna, ballot).status_code == 422


def test_in_a_topic_the_question_stands_among_the_answers(town, booth, forum, anna, irina):
    topic = forum.open(anna)
    with town.app.app_context():
        from community.topics.models import Topic

        thread = db.session.get_one(Topic, topic).thread_id
    assert f"/ballots/new?topic={thread}" in forum.page(anna, topic)
    ballot = booth.open(anna, path=f"{BASE}/new?topic={thread}")
    page = forum.page(irina, topic)
    assert "Голоса принимаются" in page or "голоса принимаются" in page
    assert f"{BASE}/{ballot}" in page
    booth.vote(irina, ballot, "Среда", body="Так удобнее всем")
    page = forum.page(irina, topic)
    assert cells(page) == {"Вторник": ["0"], "Среда": ["1"]}
    assert "Так удобнее всем" in page


def test_the_question_cannot_be_changed_under_the_voters(booth, anna):
    ballot = booth.open(anna)
    entry = booth.row(ballot).entry_id
    changed = anna.post(
        f"/e/{entry}/edit", {"title": "Другой вопрос?", "body": "Иначе", "revision": "1"}
    )
    assert changed.status_code == 403
    assert "Голосуют именно за эти слова" in changed.get_data(as_text=True)


def test_the_rail_counts_every_ballot_that_waits(town, booth, anna, irina):
    for number in range(7):
        booth.open(anna, title=f"Вопрос {number}")
    with town.app.app_context():
        reader = access.viewer(irina.actor)
        assert queries.missing_count(reader, town.community_id) == 7
        assert (
            len(queries.missing(reader, town.community_id)) == 5
        )  # the nearest ones, on «Что нового»


def test_a_page_asks_for_its_options_and_names_once(town, booth, anna):
    ballot = booth.open(anna, results="at_once")
    booth.vote(anna, ballot, "Среда")
    with town.app.app_context():
        engine = db.engine
    said: list[str] = []

    def heard(_conn, _cursor, statement, *_more):
        said.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", heard)
    try:
        anna.get(f"{BASE}/{ballot}")
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    assert len([each for each in said if "FROM ballot_options" in each]) == 1
    assert len([each for each in said if "FROM ballot_votes" in each]) == 1


def test_nobody_renames_the_question_under_the_voters(town, booth, anna, boris):
    entry = booth.row(booth.open(anna)).entry_id
    with town.app.app_context(), pytest.raises(Refused, match=r"ballot\.fixed_words"):
        publishing.retitle(boris.actor, entry, "Совсем другой вопрос?")


def test_terms_are_kept_by_the_worker(town, booth, anna, irina, boris):
    ballot = booth.open(anna)
    booth.vote(irina, ballot, "Среда")
    with clock.frozen(clock.now() + timedelta(days=2, hours=1)), town.app.app_context():
        worker.run_duties()
    told = "Голосование скоро закроется"
    assert told in boris.get("/notices").get_data(as_text=True)
    assert told not in irina.get("/notices").get_data(as_text=True)  # has voted
    with clock.frozen(clock.now() + timedelta(days=4)), town.app.app_context():
        worker.run_duties()
        worker.run_duties()
        outbox.drain()
    assert booth.row(ballot).state == "closed"
    assert len(journal(town, "ballot.closed")) == 1
    assert "Голосование завершено" in irina.get("/notices").get_data(as_text=True)


def test_a_cancelled_ballot_shows_nothing(booth, anna, irina):
    ballot = booth.open(anna)
    booth.vote(irina, ballot, "Среда")
    assert irina.post(f"{BASE}/{ballot}/cancel").status_code == 403
    page = anna.post(f"{BASE}/{ballot}/cancel").get_data(as_text=True)
    assert "Голосование отменено" in page
    assert cells(page) == {}


def test_linked_ballots_show_their_results_together(town, booth, boris, anna):
    first = booth.open(boris, title="Первый вопрос")
    second = booth.open(boris, title="Второй вопрос")
    with town.app.app_context():
        opening.link(boris.actor, [first, second])
    for each in (first, second):
        booth.vote(anna, each, "Среда")
    booth.close(boris, first)
    page = booth.page(anna, first)
    assert cells(page) == {}
    assert "связанные с этим" in page
    booth.close(boris, second)
    assert cells(booth.page(anna, first)) != {}


def test_linked_ballots_are_closed_in_one_act(town, booth, boris, anna):
    both = [booth.open(boris, title=each) for each in ("Председатель", "Секретарь")]
    with town.app.app_context():
        opening.link(boris.actor, both)
        closing.close_together(boris.actor, both)
        made = closing.write_outcome(boris.actor, both[0], Words(body="Выборы перенесены на среду"))
        db.session.remove()
    assert [booth.row(each).state for each in both] == ["closed", "closed"]
    assert booth.row(both[0]).outcome_id == made.entry_id
    assert "Выборы перенесены на среду" in booth.page(anna, both[0])


def test_votes_of_strange_shapes_are_refused_in_words(booth, anna, irina):
    ballot = booth.open(anna)
    for data in (
        {},
        {"choice": "999999"},
        {"choice": "а"},
        {"choice": ["1", "2"]},
        {"choice": "9" * 40},
    ):
        answer = irina.post(f"{BASE}/{ballot}/vote", data)
        assert answer.status_code == 422, data
    assert booth.row(ballot).cast == 0
    with booth.town.app.app_context():
        voted = select(BallotVoter).where(BallotVoter.has_voted.is_(True))
        assert db.session.scalars(voted).all() == []
