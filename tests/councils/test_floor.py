"""Hands, the floor and questions: remarks before speeches, once a person, by plain forms."""

import re
from datetime import timedelta

import pytest

from community.core import clock
from community.core.db import db
from community.councils.models import CouncilQuestion, CouncilTurn
from community.councils.policies import floor as policies
from community.councils.queries import queue
from community.councils.services import holding
from tests.councils.test_hall import desk, read


@pytest.fixture
def talked_of(opened):
    opened.do(holding.take_item, opened.items[0])
    return opened


def hand(who, meeting, kind="remark", item=1):
    clock.travel(timedelta(seconds=1))
    return who.post(f"{meeting.path}/items/{meeting.items[item - 1]}/hand/{kind}")


def turns(meeting, item=1):
    with meeting.town.app.app_context():
        return queue.turns(meeting.items[item - 1])


def waiting(meeting):
    return [each.user_id for each in turns(meeting) if each.state == "waiting"]


def speaker(meeting):
    return next((each for each in turns(meeting) if each.state == "speaking"), None)


def give_next(who, meeting, after=None):
    now = speaker(meeting)
    known = (now.id if now else 0) if after is None else after
    return who.post(f"{meeting.path}/turns/next", {"after": known})


def test_remarks_go_before_speeches_and_each_in_the_order_of_asking(
    talked_of, galina, anna, irina, boris
):
    hand(anna, talked_of, "speech")
    hand(irina, talked_of, "speech")
    hand(boris, talked_of, "remark")
    page = read(anna, talked_of)
    assert "Вы подняли руку для выступления." in page
    said = page.split('data-piece="queue"')[1].split("</ol>")[0]
    names = re.findall(r"\d\. <strong>([^<]+)", said)
    assert names == ["Борис Лунин", "Анна Соколова", "Ирина Кольцова"]

    give_next(galina, talked_of)
    assert speaker(talked_of).user_id == boris.id
    clock.travel(timedelta(minutes=2))
    give_next(irina, talked_of)  # the secretary gives the floor too
    assert speaker(talked_of).user_id == anna.id
    with talked_of.town.app.app_context():
        ended = db.session.query(CouncilTurn).filter_by(user_id=boris.id).one()
        assert (ended.state, (ended.ended_at - ended.began_at).seconds) == ("done", 120)
    assert "Говорит:" in read(boris, talked_of)
    assert "Слово у вас." in read(anna, talked_of)


def test_a_hand_is_raised_once_and_lowered(talked_of, anna, irina):
    hand(anna, talked_of, "speech")
    hand(anna, talked_of, "speech")
    hand(irina, talked_of, "speech")
    assert waiting(talked_of) == [anna.id, irina.id]
    hand(anna, talked_of, "remark")  # a remark instead: one hand, another kind
    assert [each.kind for each in turns(talked_of)] == ["remark", "speech"]
    mine = turns(talked_of)[0].id
    answer = irina.post(f"{talked_of.path}/turns/{mine}/withdraw")
    assert answer.status_code == 403
    anna.post(f"{talked_of.path}/turns/{mine}/withdraw")
    anna.post(f"{talked_of.path}/turns/{mine}/withdraw")
    assert waiting(talked_of) == [irina.id]


def test_the_floor_is_asked_by_those_who_are_here_on_the_current_item(talked_of, vera, anna):
    answer = hand(vera, talked_of)
    assert answer.status_code == 403
    assert "«Я здесь»" in answer.get_data(as_text=True)
    answer = hand(anna, talked_of, item=2)
    assert answer.status_code == 409
    assert turns(talked_of) == []


def test_two_desks_give_the_floor_once(talked_of, galina, irina, anna, boris, vera):
    for who in (anna, boris):
        hand(who, talked_of)
    give_next(galina, talked_of, after=0)
    answer = give_next(irina, talked_of, after=0)  # pressed from the same page
    assert answer.status_code == 409
    assert "только что дали другому" in answer.get_data(as_text=True)
    assert speaker(talked_of).user_id == anna.id
    chosen = next(each.id for each in turns(talked_of) if each.user_id == boris.id)
    after = {"after": speaker(talked_of).id}
    galina.post(f"{talked_of.path}/turns/{chosen}/give", after)
    assert speaker(talked_of).user_id == boris.id
    assert galina.post(f"{talked_of.path}/turns/{chosen}/give", after).status_code == 409
    assert anna.post(f"{talked_of.path}/turns/{chosen}/end").status_code == 403
    boris.post(f"{talked_of.path}/turns/{chosen}/end")  # the speaker has finished
    assert speaker(talked_of) is None
    assert give_next(galina, talked_of).status_code == 409  # nobody asks
    assert anna.post(f"{talked_of.path}/turns/next", {"after": 0}).status_code == 403


def test_the_next_item_begins_with_an_empty_queue(talked_of, galina, anna):
    hand(anna, talked_of)
    desk(galina, talked_of, f"items/{talked_of.items[1]}/take")
    assert turns(talked_of) == []
    assert "Слова никто не просит." in read(anna, talked_of)
    assert "Вы подняли руку" not in read(anna, talked_of)


def ask(who, meeting, words, **more):
    path = f"{meeting.path}/items/{meeting.items[0]}?from=hall"
    who.post(path, {"body": words, "question": "y", **more})
    with meeting.town.app.app_context():
        return db.session.query(CouncilQuestion).order_by(CouncilQuestion.entry_id.desc()).first()


def asked(meeting):
    with meeting.town.app.app_context():
        return [(each.words, each.votes) for each in queue.questions(meeting.items[0])]


def test_what_most_ask_stands_first(talked_of, anna, irina, boris, galina):
    first = ask(irina, talked_of, "Что делать на больничном?").entry_id
    second = ask(boris, talked_of, "Кто проверяет, что задали?").entry_id
    anna.post(f"{talked_of.path}/questions/{second}/too")
    galina.post(f"{talked_of.path}/questions/{second}/too")
    assert asked(talked_of) == [
        ("Кто проверяет, что задали?", 2), ("Что делать на больничном?", 0),
    ]  # fmt: skip
    page = read(anna, talked_of)
    assert f'data-asks="{second}" data-author-id="{boris.id}" aria-pressed="true"' in page
    assert f'data-asks="{first}" data-author-id="{irina.id}" aria-pressed="false"' in page

    anna.post(f"{talked_of.path}/questions/{second}/too")  # taken back
    assert asked(talked_of)[0][1] == 1
    answer = irina.post(f"{talked_of.path}/questions/{first}/too")
    assert answer.status_code == 403  # one's own counts already


def test_the_desk_marks_questions_and_answers(talked_of, anna, irina, boris):
    path = f"{talked_of.path}/items/{talked_of.items[0]}"
    boris.post(path, {"body": "А шестые классы?"})
    line = re.search(r'data-line="(\d+)"', read(boris, talked_of)).group(1)
    assert anna.post(f"/councils/lines/{line}/question").status_code == 403
    irina.post(f"/councils/lines/{line}/question")
    assert asked(talked_of) == [("А шестые классы?", 0)]
    assert anna.post(f"{talked_of.path}/questions/{line}/answered").status_code == 403
    irina.post(f"{talked_of.path}/questions/{line}/answered")
    assert "ответ дан" in read(anna, talked_of)
    irina.post(f"/councils/lines/{line}/question")
    assert asked(talked_of) == []
    assert irina.post("/councils/lines/1/question").status_code == 404  # no line of a council


def test_a_question_that_is_taken_back_is_asked_no_more(talked_of, irina):
    entry = ask(irina, talked_of, "Что делать на больничном?").entry_id
    irina.post(f"/e/{entry}/withdraw")
    assert asked(talked_of) == []


def test_a_line_is_changed_within_a_quarter_of_an_hour(talked_of, irina):
    path = f"{talked_of.path}/items/{talked_of.items[0]}"
    irina.post(path, {"body": "Во вторник."})
    line = re.search(r'data-line="(\d+)"', read(irina, talked_of)).group(1)
    clock.travel(timedelta(minutes=14))
    irina.post(f"/e/{line}/edit", {"body": "Во вторник и в четверг.", "revision": 1})
    assert "Во вторник и в четверг." in read(irina, talked_of)
    clock.travel(policies.EDITED_WITHIN)
    irina.post(f"/e/{line}/edit", {"body": "Никогда.", "revision": 2})
    assert "Никогда." not in read(irina, talked_of)
