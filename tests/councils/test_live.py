"""The hall follows by itself: what is told, how often, and the same in real browsers."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from community.ballots.models import Ballot, BallotVote
from community.calendar.services.appointing import When
from community.core import clock
from community.core.db import db
from community.councils import panels
from community.councils.services import holding
from community.live import lines
from community.publishing.models import Thread
from tests.councils.conftest import call
from tests.councils.test_votes import cast, put

pytest_plugins = ["tests.browser.live"]


def told(who, meeting, after=0):
    answer = who.client.get(
        f"/live/threads/{meeting.id}?after={after}", headers={"Accept": "application/json"}
    )
    return answer.get_json()


def seq(meeting):
    with meeting.town.app.app_context():
        return db.session.get_one(Thread, meeting.id).seq


def beat(meeting):
    with meeting.town.app.app_context():
        return lines.beats([meeting.id]).get(meeting.id)


@pytest.fixture
def talked_of(opened):
    opened.do(holding.take_item, opened.items[0])
    return opened


def test_all_are_told_the_same_pieces(talked_of, anna, irina, galina):
    vote, _answer = put(galina, talked_of)
    heard = {who.id: told(who, talked_of)["panels"]["pieces"] for who in (anna, irina, galina)}
    assert heard[anna.id] == heard[irina.id] == heard[galina.id]
    html = heard[anna.id]["votes"]["h"]
    assert f"/votes/{vote}/cast/0" in html
    assert "Ваш голос принят" not in html
    cast(anna, talked_of, vote, 0)
    assert "Ваш голос принят" not in told(anna, talked_of)["panels"]["pieces"]["votes"]["h"]


def test_the_pieces_are_drawn_once_for_all(talked_of, anna, irina, monkeypatch):
    drawn = []
    made = panels._made
    monkeypatch.setattr(panels, "_made", lambda stand: drawn.append(1) or made(stand))
    for who in (anna, irina, anna, irina):
        told(who, talked_of)
        who.get(f"{talked_of.path}/hall")
    assert len(drawn) <= 1
    talked_of.do(holding.pause)
    told(anna, talked_of)
    assert len(drawn) <= 2


def test_who_votes_or_comes_raises_no_number_and_is_told_by_the_beat(
    talked_of, galina, anna, boris, vera
):
    vote, _answer = put(galina, talked_of)
    before, first = seq(talked_of), beat(talked_of)
    cast(anna, talked_of, vote, 0)
    second = beat(talked_of)
    cast(boris, talked_of, vote, 1)
    assert seq(talked_of) == before
    assert len({first, second, beat(talked_of)}) == 3
    third = beat(talked_of)
    vera.post(f"{talked_of.path}/come")
    assert beat(talked_of) != third
    assert seq(talked_of) == before
    assert (
        "Проголосовали 2 из 4." in told(anna, talked_of, before)["panels"]["pieces"]["votes"]["h"]
    )


def test_a_piece_that_stays_as_it_is_is_told_by_its_sign_alone(talked_of, anna, monkeypatch):
    monkeypatch.setattr(panels, "FRESH", -1.0)
    first = told(anna, talked_of)
    again = told(anna, talked_of, first["seq"])["panels"]["pieces"]
    assert {name for name, piece in again.items() if "h" in piece} == set()
    assert {name: piece["d"] for name, piece in again.items()} == {
        name: piece["d"] for name, piece in first["panels"]["pieces"].items()
    }
    talked_of.do(holding.pause)
    later = told(anna, talked_of, first["seq"])["panels"]["pieces"]
    assert "h" in later["now"]
    assert "h" not in later["quorum"]
    whole = anna.get(f"{talked_of.path}/pieces").get_json()["pieces"]
    assert set(whole) == set(panels.NAMES)
    assert all("h" in piece for piece in whole.values())


def test_a_script_is_told_what_is_its_reader_s_own(talked_of, galina, anna, vera):
    vote, _answer = put(galina, talked_of, secrecy="secret")
    answer = anna.client.get(f"{talked_of.path}/mine").get_json()
    assert "booth__button" in answer["mine"][f"vote-{vote}"]
    headers = {"Accept": "application/json"}
    answer = anna.post(f"{talked_of.path}/votes/{vote}/cast/0", headers=headers)
    assert "Ваш голос принят." in answer.get_json()["mine"][f"vote-{vote}"]
    answer = anna.post(f"{talked_of.path}/votes/{vote}/cast/1", headers=headers)
    assert answer.status_code == 403
    assert "изменить" in answer.get_json()["error"]
    assert (
        "до вашего прихода"
        in vera.client.get(f"{talked_of.path}/mine").get_json()["mine"][f"vote-{vote}"]
    )
    item = talked_of.items[0]
    answer = anna.post(f"{talked_of.path}/items/{item}/hand/speech", headers=headers).get_json()
    assert "Опустить руку" in answer["mine"]["hand"]


def questions(town, act):
    """Count what an act asks of the database."""
    asked = []

    def note(*args):
        asked.append(args[2])

    with town.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    act()
    event.remove(engine, "before_cursor_execute", note)
    return asked


def test_the_hall_asks_few_questions_however_many_vote(talked_of, galina, anna, boris, town):
    put(galina, talked_of)
    vote, _answer = put(galina, talked_of, "И в мае")
    for who in (anna, boris):
        cast(who, talked_of, vote, 0)
    for page, most in (("hall", 24), ("mine", 13), ("projector", 14)):
        anna.get(f"{talked_of.path}/{page}")
        asked = questions(town, lambda page=page: anna.get(f"{talked_of.path}/{page}"))
        assert len(asked) <= most, (page, len(asked), asked)
    known = seq(talked_of)
    assert len(questions(town, lambda: told(anna, talked_of, known))) <= 8


def test_many_vote_speak_and_come_while_the_desk_moves(talked_of, galina, irina, anna, boris, vera):
    """Whatever comes between, nobody is answered 500, and each voice is counted once."""
    vote, _answer = put(galina, talked_of, base="all")
    item = f"{talked_of.path}/items/{talked_of.items[0]}"
    answers = []

    def often(act):
        def run():
            answers.extend(act(number).status_code for number in range(6))

        return threading.Thread(target=run)

    for who in (galina, irina, anna, boris, vera):
        _ = who.client
    crowd = [
        often(lambda number: cast(anna, talked_of, vote, number % 3)),
        often(lambda number: cast(boris, talked_of, vote, number % 3)),
        often(lambda number: irina.post(item, {"body": f"Реплика номер {number} по делу."})),
        often(lambda number: vera.post(f"{talked_of.path}/{'leave' if number % 2 else 'come'}")),
        often(lambda number: galina.post(f"{talked_of.path}/votes/{vote}/close")),
    ]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join(60)
    assert not [code for code in answers if code >= 500], answers
    assert len(answers) == 30
    with talked_of.town.app.app_context():
        found = db.session.get_one(Ballot, vote)
        votes = db.session.query(BallotVote).filter_by(ballot_id=vote).count()
        assert found.state == "closed"
        assert found.cast == votes == found.result["cast"]
        assert found.result["reconciled"]


# In real browsers -----------------------------------------------------------------------------


@pytest.fixture
def held(house, town, galina, irina):
    """A council of this very hour, opened, with its first item; nobody but the chair has come."""
    now = clock.now()
    when = When(starts_at=now + timedelta(minutes=5), ends_at=now + timedelta(hours=2))
    meeting = call(town, galina, irina, when=when)
    meeting.do(holding.begin)
    meeting.come(irina, town["boris"])
    meeting.do(holding.take_item, meeting.items[0])
    return meeting


def sit(house, who, path, **look):
    desk = house.desk(**look).sign_in(who)
    desk.go(path)
    return desk


@pytest.mark.browser
def test_a_council_is_held_without_reloading(house, held, galina):
    chair = sit(house, "galina", f"{held.path}/desk")
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    member = sit(house, "anna", f"{held.path}/hall", **phone)
    wall = sit(house, "irina", f"{held.path}/projector")
    member.page.get_by_role("button", name="Я здесь").click()
    chair.page.get_by_text("4 из 5, нужно 3").wait_for()
    for each in (chair, member, wall):
        each.page.evaluate("window.stayed = true")
    member.picture("hall-talk")

    member.page.get_by_role("button", name="Реплика").click()
    chair.page.get_by_role("button", name="Дать слово").click()
    member.page.get_by_text("Слово у вас.").first.wait_for()
    wall.page.get_by_text("Говорит:").wait_for()
    member.page.get_by_role("button", name="Я закончил(а)").click()
    chair.page.locator("#desk-queue ~ .hush").wait_for()

    vote, _answer = put(galina, held)
    member.page.get_by_role("button", name="За", exact=True).wait_for()
    member.picture("hall-vote")
    wall.page.get_by_text("Проголосовали 0 из 4.").wait_for()
    member.page.get_by_role("button", name="За", exact=True).click()
    member.page.get_by_text("Ваш голос принят.").wait_for()
    wall.page.get_by_text("Проголосовали 1 из 4.").wait_for()
    chair.picture("desk")
    wall.picture("wall-vote")
    galina.post(f"{held.path}/votes/{vote}/close")
    member.page.get_by_text("Решение не принято", exact=True).wait_for()
    wall.page.get_by_text("Решение не принято", exact=True).wait_for()

    member.page.locator(".composer__text").fill("Тогда в следующий раз.")
    member.page.keyboard.press("Control+Enter")
    chair.page.get_by_text("Тогда в следующий раз.").wait_for()
    chair.page.locator("h1").click()
    chair.page.keyboard.press("y")  # by its place on the keyboard: «Н», the next item
    member.page.get_by_role("heading", name="Домашние задания без экрана").wait_for()
    member.page.locator(f'[data-talk="{held.items[1]}"]').wait_for()
    chair.page.keyboard.press("g")
    wall.page.get_by_text("Перерыв. Председатель").wait_for()
    for each in (chair, member, wall):
        assert each.page.evaluate("window.stayed"), "nothing was loaded anew"
    wall.picture("wall")
    member.picture("hall")


@pytest.mark.browser
def test_words_on_their_way_stay_when_the_council_goes_on(house, held):
    member = sit(house, "anna", f"{held.path}/hall")
    member.page.locator(".composer__text").press_sequentially("Ещё о первом вопросе")
    held.do(holding.take_item, held.items[1])
    member.page.get_by_role("link", name="Перейти к обсуждению этого вопроса").wait_for()
    assert member.page.locator(".composer__text").input_value() == "Ещё о первом вопросе"


@pytest.mark.browser
def test_a_hall_without_a_socket_follows_too(house, held, galina):
    member = house.desk().sign_in("anna")
    member.page.route("**/socket.io/**", lambda route: route.abort())
    member.page.add_init_script(
        "window.WebSocket = class { static OPEN = 1; readyState = 0; close() {}"
        " constructor() { setTimeout(() => this.onclose?.({}), 50); } }"
    )
    member.go(f"{held.path}/hall")
    held.do(holding.pause)
    member.page.get_by_text("Перерыв. Председатель").wait_for(timeout=15_000)


@pytest.mark.browser
def test_keys_of_the_desk_are_switched_off_and_never_act_while_one_writes(house, held):
    chair = sit(house, "galina", f"{held.path}/desk")
    chair.page.locator(".composer__text").press_sequentially("yug")
    assert held.item(1).state == "current"
    chair.page.get_by_label("Клавиши включены").uncheck()
    chair.page.locator("h1").click()
    chair.page.keyboard.press("y")
    chair.page.wait_for_timeout(500)
    assert held.item(1).state == "current"


@pytest.mark.browser
def test_nothing_stands_in_the_way(house, held, galina):
    from axe_playwright_python.sync_playwright import Axe

    from tests.browser.live import AA

    put(galina, held)
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
    member = sit(house, "anna", f"{held.path}/hall", **phone)
    chair = sit(house, "galina", f"{held.path}/desk")
    for desk, page in ((member, "hall"), (chair, "desk"), (chair, "projector"), (member, "desk")):
        if (desk, page) == (member, "desk"):
            continue
        desk.go(f"{held.path}/{page}")
        desk.page.wait_for_timeout(800)
        found = Axe().run(desk.page, options=AA).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], page
    assert member.page.evaluate("document.documentElement.scrollWidth") <= 390
