"""Votes of a council by its pages: a roll fixed at the opening, a voice cast once, results shown together."""

import re
from datetime import timedelta

import pytest

from community.ballots import consumers as terms
from community.ballots.models import Ballot, BallotSlip, BallotVote
from community.calendar.models import HappeningPerson
from community.calendar.services import answering
from community.core import clock
from community.core.db import db
from community.core.outbox import emit
from community.core.transactions import transaction
from community.councils.services import holding
from community.notices.models import Notice
from community.publishing import gate
from community.publishing.events import EntryRemoved
from tests.councils.conftest import call
from tests.councils.test_hall import desk, read

FOR, AGAINST, ABSTAINED = 0, 1, 2


@pytest.fixture
def talked_of(opened):
    """Галина, Борис, Ирина and Анна are here; Вера is expected and has not come."""
    opened.do(holding.take_item, opened.items[0])
    return opened


def put(who, meeting, title="Два дня в неделю без экрана", **more):
    answer = who.post(f"{meeting.path}/vote", {"title": title, "body": "", **more})
    with meeting.town.app.app_context():
        last = db.session.query(Ballot).order_by(Ballot.id.desc()).first()
        return (last.id if last else 0), answer


def cast(who, meeting, ballot_id, choice, **more):
    asked = "".join(f"?{name}={value}" for name, value in more.items())
    path = f"{meeting.path}/votes/{ballot_id}/cast/{choice}{asked}".replace("for_id", "for")
    return who.post(path)


def ballot(meeting, ballot_id):
    with meeting.town.app.app_context():
        return db.session.get_one(Ballot, ballot_id)


def close(who, meeting, ballot_id):
    return who.post(f"{meeting.path}/votes/{ballot_id}/close")


def test_a_question_is_put_voted_on_and_declared(talked_of, galina, irina, anna, boris):
    assert "Открыть голосование" in read(irina, talked_of, "vote")
    vote, _answer = put(irina, talked_of)  # the secretary leads votes too
    page = read(anna, talked_of)
    buttons = re.findall(r'class="booth__button"[^>]*>([^<]+)', page)
    assert buttons == ["За", "Против", "Воздержаться"]
    assert "Проголосовали 0 из 4." in page
    assert "открытое, большинство присутствующих" in page

    page = cast(anna, talked_of, vote, FOR).get_data(as_text=True)
    assert "Ваш голос принят." in page
    assert "Проголосовали 1 из 4." in page
    assert "Решение принято" not in page
    cast(anna, talked_of, vote, AGAINST)  # changed before the closing, and counted once
    cast(boris, talked_of, vote, FOR)
    cast(galina, talked_of, vote, FOR)
    assert ballot(talked_of, vote).cast == 3
    page = read(galina, talked_of, f"votes/{vote}/close")
    assert "Ещё не проголосовал 1 человек." in page
    close(galina, talked_of, vote)

    page = read(anna, talked_of)
    assert "Решение не принято" in page  # two of the four who were here are not more than half
    counted = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page))
    assert counted == {"За": "2", "Против": "1", "Воздержались": "0", "Не голосовали": "1"}
    answer = cast(irina, talked_of, vote, FOR)
    assert answer.status_code == 403
    assert ballot(talked_of, vote).cast == 3


def test_only_the_desks_put_questions_and_close(talked_of, anna, boris, galina):
    _none, answer = put(anna, talked_of)
    assert answer.status_code == 403
    vote, _answer = put(galina, talked_of)
    assert close(boris, talked_of, vote).status_code == 403
    assert anna.post(f"{talked_of.path}/votes/{vote}/cancel").status_code == 403
    assert anna.post(f"{talked_of.path}/votes/{vote}/recount").status_code == 403
    assert ballot(talked_of, vote).state == "open"


def test_a_vote_needs_a_quorum_when_it_is_opened(talked_of, galina, anna, boris):
    for who in (anna, boris):
        who.post(f"{talked_of.path}/leave")
    before, answer = put(galina, talked_of)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Кворума нет: присутствуют 2, нужно 3." in page
    assert "Два дня в неделю" in page  # the words stay
    anna.post(f"{talked_of.path}/come")
    vote, _answer = put(galina, talked_of)
    assert vote > before
    anna.post(f"{talked_of.path}/leave")
    assert cast(galina, talked_of, vote, FOR).status_code == 200  # the quorum was at the opening


def test_who_comes_later_reads_kind_words_and_votes_on_the_next(talked_of, galina, vera):
    vote, _answer = put(galina, talked_of)
    vera.post(f"{talked_of.path}/come")
    assert "открыли до вашего прихода" in read(vera, talked_of)
    answer = cast(vera, talked_of, vote, FOR)
    assert answer.status_code == 403
    assert "открыли до вашего прихода" in answer.get_data(as_text=True)
    close(galina, talked_of, vote)
    later, _answer = put(galina, talked_of, "Проверим в мае")
    assert "Ваш голос принят." in cast(vera, talked_of, later, FOR).get_data(as_text=True)


def test_of_all_members_the_absent_count_and_voting_is_coming(talked_of, galina, vera):
    vote, _answer = put(galina, talked_of, base="all", majority="two_thirds")
    assert ballot(talked_of, vote).voters == 5
    assert "две трети всех членов педсовета" in read(galina, talked_of)
    cast(vera, talked_of, vote, FOR)
    assert "Вы здесь." in read(vera, talked_of)
    assert ballot(talked_of, vote).cast == 1


def test_one_who_went_and_came_back_votes_once(talked_of, galina, anna):
    vote, _answer = put(galina, talked_of, secrecy="secret")
    cast(anna, talked_of, vote, FOR)
    anna.post(f"{talked_of.path}/leave")
    anna.post(f"{talked_of.path}/come")
    page = read(anna, talked_of)
    assert "Ваш голос принят." in page
    assert "booth__button" not in page  # a secret voice is final
    assert cast(anna, talked_of, vote, AGAINST).status_code == 403
    with talked_of.town.app.app_context():
        assert db.session.query(BallotSlip).filter_by(ballot_id=vote).count() == 1
    assert ballot(talked_of, vote).cast == 1


def test_a_secret_vote_of_a_few_shows_no_split(talked_of, galina, anna, boris, irina):
    vote, _answer = put(galina, talked_of, secrecy="secret")
    for who in (galina, anna, boris, irina):
        cast(who, talked_of, vote, FOR)
    close(galina, talked_of, vote)
    page = read(anna, talked_of)
    assert "Решение принято" in page
    assert "Голосов меньше пяти" in page
    assert "<dt>За</dt>" not in page
    with talked_of.town.app.app_context():
        assert db.session.query(BallotVote).filter_by(ballot_id=vote).count() == 0


def test_linked_votes_are_closed_and_shown_together(talked_of, galina, anna, boris, irina):
    first, _answer = put(galina, talked_of, "Вторник")
    second, _answer = put(galina, talked_of, "Четверг", linked=first)
    for who in (galina, anna, boris):
        cast(who, talked_of, first, FOR)
        cast(who, talked_of, second, AGAINST)
    page = read(galina, talked_of, f"votes/{second}/close")
    assert "Эти голосования связаны" in page
    close(irina, talked_of, second)
    assert [ballot(talked_of, each).state for each in (first, second)] == ["closed", "closed"]
    page = read(anna, talked_of)
    assert page.count("vote__verdict") == 2
    assert close(galina, talked_of, first).status_code == 409  # closed already: how it stands now


def test_a_result_waits_for_its_linked_votes(talked_of, galina, anna, boris):
    first, _answer = put(galina, talked_of, "Вторник")
    second, _answer = put(galina, talked_of, "Четверг", linked=first)
    for who in (galina, anna, boris):
        cast(who, talked_of, first, FOR)
    galina.post(f"/c/priozersk/ballots/{first}/close")  # by the ballot's own page, one alone
    page = read(anna, talked_of)
    assert "вместе со связанными" in page
    assert "vote__verdict" not in page
    close(galina, talked_of, second)
    assert read(anna, talked_of).count("vote__verdict") == 2


def test_voices_by_proxy_have_cards_of_their_own(town, hour, galina, irina, anna, boris, vera):
    meeting = call(town, galina, irina, takes_proxies=True)
    with town.app.app_context():
        happening = meeting.row().happening_id
        answering.answer(vera.actor, happening, "proxy", anna.id)
        assert db.session.get_one(HappeningPerson, (happening, vera.id)).proxy_id == anna.id
    meeting.come(galina, anna)
    meeting.do(holding.begin)
    meeting.do(holding.take_item, meeting.items[0])
    page = read(anna, meeting)
    assert "3 из 5, нужно 3" in page  # two people and a voice
    assert "из них 1 по доверенности" in page
    vote, _answer = put(galina, meeting)
    page = read(anna, meeting)
    assert "По доверенности: Ильина В. П." in page
    cast(anna, meeting, vote, FOR)
    page = cast(anna, meeting, vote, AGAINST, for_id=vera.id).get_data(as_text=True)
    assert "Голос по доверенности принят." in page
    assert cast(boris, meeting, vote, FOR, for_id=vera.id).status_code == 403
    assert ballot(meeting, vote).cast == 2


def test_the_council_waits_for_its_votes(talked_of, galina):
    vote, _answer = put(galina, talked_of)
    for move in (f"items/{talked_of.items[1]}/take", "close"):
        answer = desk(galina, talked_of, move)
        assert answer.status_code == 409
        assert "Сначала закройте" in answer.get_data(as_text=True)
    assert galina.post(f"{talked_of.path}/votes/{vote}/cancel").status_code == 200
    assert "Голосование отменено" in read(galina, talked_of)
    desk(galina, talked_of, f"items/{talked_of.items[1]}/take")
    assert talked_of.item(2).state == "current"


def test_counted_again_and_voted_once_more(talked_of, galina, anna, boris, irina):
    vote, _answer = put(galina, talked_of)
    for who in (galina, anna, boris):
        cast(who, talked_of, vote, FOR)
    close(galina, talked_of, vote)
    answer = galina.post(f"{talked_of.path}/votes/{vote}/recount")
    assert "Голоса пересчитаны" in answer.get_data(as_text=True)
    page = read(galina, talked_of, f"vote?again={vote}")
    assert 'value="Два дня в неделю без экрана"' in page
    again, _answer = put(galina, talked_of)
    assert again != vote


def test_rough_words_are_not_put_to_the_vote(talked_of, galina):
    rough = "Вера Павловна — дура, и её надо гнать?"
    before, answer = put(galina, talked_of, rough)
    assert answer.status_code == 422
    assert "decision__title" in answer.get_data(as_text=True)
    after, _answer = put(galina, talked_of, rough)
    assert after == before


def test_nobody_is_asked_to_write_an_outcome(talked_of, galina, anna, irina):
    vote, _answer = put(irina, talked_of)
    cast(anna, talked_of, vote, FOR)
    close(galina, talked_of, vote)
    talked_of.town.drain()
    with talked_of.town.app.app_context():
        told = db.session.query(Notice).filter(Notice.code.startswith("ballot.")).count()
    assert told == 0
    page = irina.get(f"/c/priozersk/ballots/{vote}").get_data(as_text=True)
    assert "протоколе педсовета" in page
    assert f"/ballots/{vote}/outcome" not in page


def test_a_council_over_days_tells_its_voters(town, hour, galina, irina, anna, boris):
    meeting = call(town, galina, irina, mode="stretched")
    meeting.come(galina, anna, boris)
    meeting.do(holding.begin)
    meeting.do(holding.take_item, meeting.items[0])
    vote, _answer = put(galina, meeting, base="all")
    with town.app.app_context():
        told = db.session.query(Notice).filter_by(code="council.vote_opened")
        assert {each.user_id for each in told} == {irina.id, anna.id, boris.id, town["vera"].id}
        assert told[0].url.endswith(f"/hall#vote-{vote}")
    clock.travel(timedelta(hours=30))
    assert ballot(meeting, vote).closes_at < clock.now()  # a forgotten vote is closed by its term
    with town.app.app_context():
        terms.keep_terms()
    assert ballot(meeting, vote).state == "closed"


def test_a_question_that_a_moderator_hid_holds_nobody(talked_of, galina, boris, anna):
    vote, _answer = put(galina, talked_of)
    entry = ballot(talked_of, vote).entry_id
    with talked_of.town.app.app_context(), transaction():
        gate.mark(entry, state="withdrawn")
        emit(EntryRemoved(entry_id=entry, thread_id=talked_of.items[0]))
    talked_of.town.drain()
    assert "booth__button" not in read(anna, talked_of)
    assert desk(galina, talked_of, f"items/{talked_of.items[1]}/take").status_code == 200
    assert talked_of.item(2).state == "current"


@pytest.mark.parametrize("path", ["votes/999999/cast/0", "votes/999999/close", "votes/1/cast/7"])
def test_unknown_votes_are_not_there(talked_of, anna, galina, path):
    assert galina.post(f"{talked_of.path}/{path}").status_code == 404
