"""Minutes grow during the meeting: the secretary writes, the draft is read by the desks alone."""

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from community.ballots import queries as ballots
from community.ballots.services import casting, closing, opening
from community.ballots.services.opening import FOR_AGAINST, BallotPlan
from community.calendar.services import attending
from community.calendar.services.appointing import When
from community.core import clock
from community.core.db import db
from community.core.transactions import transaction
from community.councils import minutes as paper
from community.councils.models import CouncilMinutes, CouncilNote, CouncilTurn, CouncilVote
from community.councils.queries.minutes import minutes_of
from community.councils.services import floor, holding
from community.publishing.facts import Words
from community.publishing.models import Entry
from tests.councils.conftest import HOUR, call


def made(meeting):
    with meeting.town.app.app_context():
        return minutes_of(meeting.id)


def text(answer):
    page = answer.get_data(as_text=True)
    bare = re.sub(r"</?(strong|span|a)[^>]*>", "", page)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


def write(meeting, words, kind="heard", item=1, by=None, **more):
    by = by or meeting.secretary
    query = f"item={meeting.items[item - 1]}&kind={kind}"
    return by.post(f"{meeting.path}/minutes/note?{query}", {"body": words, **more})


def note_ids(meeting):
    with meeting.town.app.app_context():
        found = select(CouncilNote.entry_id).where(CouncilNote.dropped_at.is_(None))
        return list(db.session.scalars(found.order_by(CouncilNote.place)))


def test_minutes_begin_with_the_council(meeting):
    assert meeting.secretary.get(f"{meeting.path}/minutes").status_code == 404
    meeting.come(meeting.secretary)
    meeting.do(holding.begin)
    page = text(meeting.secretary.get(f"{meeting.path}/minutes"))

    assert "ПРОТОКОЛ № 1" in page
    assert "Председатель: Орлова Г. Ю." in page
    assert "Секретарь: Кольцова И. О." in page
    assert "1. Успеваемость по классам" in page


def test_the_secretary_writes_while_the_council_goes_on(opened):
    opened.do(holding.take_item, opened.items[0])
    assert write(opened, "Успеваемость выросла на **три** процента.").status_code == 200
    write(opened, "Нужна помощь пятым классам.", "spoke", speaker_id=str(opened.town["vera"].id))
    write(opened, "Провести консультации до Нового года.", "resolved")

    item = made(opened).items[0]
    assert [note.words for note in item.heard] == ["Успеваемость выросла на **три** процента."]
    assert [(each.name, each.notes[0].words) for each in item.spoke] == [
        ("Ильина\u00a0В.\u00a0П.", "Нужна помощь пятым классам.")
    ]
    assert item.resolved[0].words == "Провести консультации до Нового года."
    page = opened.secretary.get(f"{opened.path}/minutes").get_data(as_text=True)
    assert "<strong>три</strong>" in page
    assert page.index("СЛУШАЛИ") < page.index("ВЫСТУПИЛИ") < page.index("ПОСТАНОВИЛИ")


def test_a_speech_has_a_speaker(opened):
    answer = write(opened, "Нужна помощь пятым классам.", "spoke")
    assert answer.status_code == 422
    assert "Укажите, кто выступил" in text(answer)
    assert "Нужна помощь пятым классам." in text(answer)  # nothing is lost
    gleb = opened.town["gleb"]
    assert write(opened, "Слова.", "spoke", speaker_id=str(gleb.id)).status_code == 422


def test_who_had_the_floor_stands_in_the_minutes(opened):
    """A turn of the queue is named even where nothing was written of it; its notes stand under it."""
    anna, boris = opened.town["anna"], opened.town["boris"]
    opened.do(holding.take_item, opened.items[0])
    with opened.town.app.app_context():
        floor.raise_hand(anna.actor, opened.id, opened.items[0], "speech")
        floor.raise_hand(boris.actor, opened.id, opened.items[0], "remark")
        for _turn in range(2):
            now = db.session.scalar(select(CouncilTurn.id).where(CouncilTurn.state == "speaking"))
            floor.give_next(opened.chair.actor, opened.id, now or 0)
            clock.travel(timedelta(minutes=2))
        anna_turn = db.session.scalar(select(CouncilTurn.id).where(CouncilTurn.user_id == anna.id))
    where = f"{opened.path}/minutes/note?item={opened.items[0]}&kind=spoke&turn={anna_turn}"
    assert opened.secretary.post(where, {"body": "Предлагает консультации."}).status_code == 200
    other = where.replace(f"item={opened.items[0]}", f"item={opened.items[1]}")
    assert opened.secretary.post(other, {"body": "Мимо."}).status_code == 404

    spoke = made(opened).items[0].spoke
    assert [(each.name.split("\u00a0")[0], each.kind, len(each.notes)) for each in spoke] == [
        ("Лунин", "remark", 0), ("Соколова", "speech", 1),
    ]  # fmt: skip


def test_the_draft_is_the_desks_and_the_moderators(opened):
    """``open_beside`` keeps the thread by invitation: its entries are not known of either."""
    write(opened, "Успеваемость выросла.")
    entry = note_ids(opened)[0]
    for reader in ("galina", "irina", "boris"):
        assert "Успеваемость выросла." in text(opened.town[reader].get(f"{opened.path}/minutes"))

    seen = text(opened.town["anna"].get(f"{opened.path}/minutes"))
    assert "Протокол растёт" in seen
    assert "Домашние задания без экрана" in seen
    assert "Успеваемость выросла." not in seen
    assert opened.town["anna"].get(f"/e/{entry}").status_code == 404
    assert opened.town["gleb"].get(f"{opened.path}/minutes").status_code in (403, 404)


def test_only_the_secretary_writes(opened):
    for other in ("galina", "boris", "anna"):
        assert write(opened, "Слова.", by=opened.town[other]).status_code == 403
    assert note_ids(opened) == []


def test_the_rules_read_the_minutes_too(opened):
    answer = write(opened, "Позвоните родителям Пети Иванова: 8 904 111-22-33.")
    assert answer.status_code == 422
    assert note_ids(opened) == []
    assert "8 904 111-22-33" in answer.get_data(as_text=True)


def test_a_note_is_changed_and_taken_out(opened):
    write(opened, "Успеваемость выросла.")
    write(opened, "Качество знаний прежнее.")
    first, second = note_ids(opened)
    path = f"{opened.path}/minutes/notes/{first}"
    assert "Успеваемость выросла." in text(opened.secretary.get(path))
    opened.secretary.post(path, {"body": "Успеваемость упала.", "revision": "1"})
    assert [n.words for n in made(opened).items[0].heard] == [
        "Успеваемость упала.",
        "Качество знаний прежнее.",
    ]
    late = opened.secretary.post(path, {"body": "Успеваемость та же.", "revision": "1"})
    assert late.status_code == 409
    assert "Успеваемость та же." in text(late)

    opened.secretary.post(f"{opened.path}/minutes/notes/{second}/out")
    assert [n.words for n in made(opened).items[0].heard] == ["Успеваемость упала."]
    assert opened.secretary.get(f"{opened.path}/minutes/notes/{second}").status_code == 404


def test_another_secretary_goes_on_with_the_notes(opened):
    write(opened, "Первое.")
    write(opened, "Второе.")
    first = note_ids(opened)[0]
    opened.do(holding.appoint_secretary, opened.town["anna"].id)
    assert write(opened, "Третье.", by=opened.secretary).status_code == 403
    anna = opened.town["anna"]
    anna.post(f"{opened.path}/minutes/notes/{first}", {"body": "Первое, точнее.", "revision": "1"})

    assert [n.words for n in made(opened).items[0].heard] == ["Первое, точнее.", "Второе."]
    assert "Протокол растёт" in text(opened.secretary.get(f"{opened.path}/minutes"))
    with opened.town.app.app_context():  # the words of the one before are not touched
        assert db.session.get_one(Entry, first).body == "Первое."


def put_to_vote(meeting, secrecy, votes, title="Утвердить план?"):
    """A vote under the first item, cast and closed: person -> 0 for, 1 against, 2 abstained."""
    town = meeting.town
    with town.app.app_context():
        words = opening.whole_text(Words(title=title, body="Как решаем?"), FOR_AGAINST)
        plan = BallotPlan(
            kind="decision", options=FOR_AGAINST, closes_at=clock.now() + timedelta(minutes=9),
            secrecy=secrecy, results="after_close", voters=sorted(town[who].id for who in votes),
        )  # fmt: skip
        ballot, _made = opening.open_ballot(
            town["boris"].actor, town.community_id, words, plan, thread_id=meeting.items[0]
        )
        with transaction():
            db.session.add(
                CouncilVote(ballot_id=ballot, item_id=meeting.items[0], base="present", present=4)
            )
        options = list(ballots.options(ballot))
        for who, place in votes.items():
            casting.cast(town[who].actor, ballot, {str(options[place].id): 1})
        closing.close(town["boris"].actor, ballot)
    return ballot


def test_votes_stand_as_they_were_counted(opened):
    put_to_vote(opened, "open", {"anna": 0, "boris": 0, "irina": 1, "galina": 2})
    vote = made(opened).items[0].votes[0]
    assert (vote.counts, vote.outcome) == ((2, 1, 1), "rejected")  # two of four are no majority
    assert {(each.name.split("\u00a0")[0], each.choice) for each in vote.roll} == {
        ("Соколова", "for"), ("Лунин", "for"), ("Кольцова", "against"),
        ("Орлова", "abstained"),
    }  # fmt: skip
    page = text(opened.secretary.get(f"{opened.path}/minutes"))
    assert "за — 2, против — 1, воздержались — 1. Решение не принято." in page
    assert page.index("ВЫСТУПИЛИ") < page.index("ГОЛОСОВАЛИ") < page.index("ПОСТАНОВИЛИ")


def test_a_few_secret_votes_are_not_told_apart(opened):
    put_to_vote(opened, "secret", {"anna": 0, "boris": 0, "irina": 0, "galina": 1})
    vote = made(opened).items[0].votes[0]
    assert (vote.counts, vote.roll, vote.outcome, vote.cast) == ((), (), "accepted", 4)
    page = text(opened.secretary.get(f"{opened.path}/minutes"))
    assert "Решение принято." in page
    assert "за —" not in page


def test_five_secret_votes_are_told_without_names(opened):
    everyone = ("anna", "boris", "irina", "galina", "vera")
    put_to_vote(opened, "secret", dict.fromkeys(everyone, 0))
    vote = made(opened).items[0].votes[0]
    assert (vote.counts, vote.roll) == ((5, 0, 0), ())


def test_who_came_late_and_who_left(opened):
    town = opened.town
    clock.travel(timedelta(minutes=25))
    opened.come(town["vera"])
    clock.travel(timedelta(minutes=15))
    with town.app.app_context():
        attending.leave(town["anna"].actor, opened.row().happening_id)
    clock.travel(timedelta(minutes=10))
    opened.do(holding.close)

    it = made(opened)
    told = {
        each.name.split("\u00a0")[0]: (each.came[11:16], each.left[11:16]) for each in it.attendees
    }
    assert told == {
        "Ильина": ("15:05", ""), "Кольцова": ("", ""), "Лунин": ("", ""), "Орлова": ("", ""),
        "Соколова": ("", "15:20"),
    }  # fmt: skip
    assert (it.expected, it.present, it.needed, it.absent) == (5, 5, 3, ())
    page = text(opened.secretary.get(f"{opened.path}/minutes"))
    assert "с 15:05" in page
    assert "до 15:20" in page


def test_who_did_not_come_is_named(opened):
    opened.do(holding.close)
    it = made(opened)
    assert it.absent == ("Ильина\u00a0В.\u00a0П.",)
    assert "Присутствовали: 4" in text(opened.secretary.get(f"{opened.path}/minutes"))


def test_numbers_begin_anew_with_the_school_year(town, hour):
    numbers = []
    for days in (0, 1, 300):
        with clock.frozen(HOUR + timedelta(days=days, minutes=-20)):
            meeting = call(town, town["galina"], town["irina"], when=later(days))
            meeting.do(holding.begin)
            with town.app.app_context():
                row = db.session.get_one(CouncilMinutes, meeting.id)
                numbers.append((row.school_year, row.number))
    assert numbers == [(2026, 1), (2026, 2), (2027, 1)]


def later(days):
    start = HOUR + timedelta(days=days)
    return When(starts_at=start, ends_at=start + timedelta(hours=2), place="Кабинет 12")


@pytest.mark.parametrize(
    ("day", "year"), [("2026-08-31", 2025), ("2026-09-01", 2026), ("2027-01-15", 2026)]
)
def test_a_school_year_begins_in_september(day, year):
    assert paper.school_year(clock.datetime.fromisoformat(day)) == year


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
notes = st.lists(st.builds(paper.Note, entry_id=st.integers(1, 99), words=words), max_size=2).map(
    tuple
)
speeches = st.builds(
    paper.Speech, turn_id=st.none() | st.integers(1, 9), name=words, kind=words, notes=notes
)
votes = st.builds(
    paper.Vote, ballot_id=st.integers(1, 9), title=words, secrecy=words, base=words, majority=words,
    present=st.integers(0, 150), voters=st.integers(0, 150), cast=st.integers(0, 150), outcome=words,
    counts=st.lists(st.integers(0, 150), max_size=3).map(tuple),
    roll=st.lists(st.builds(paper.RollLine, name=words, choice=words), max_size=2).map(tuple),
)  # fmt: skip
items = st.builds(
    paper.Item, item_id=st.integers(1, 99), number=st.integers(1, 9), title=words, rapporteur=words,
    state=words, documents=st.lists(words, max_size=2).map(tuple), heard=notes,
    spoke=st.lists(speeches, max_size=2).map(tuple), votes=st.lists(votes, max_size=2).map(tuple),
    resolved=notes, charges=st.just(()),
)  # fmt: skip
wholes = st.builds(
    paper.Minutes, form=st.just(1), council_id=st.integers(1, 9), number=st.integers(1, 99),
    community=words, theme=words, mode=words, place=words, opened=words, closed=words, chairman=words,
    secretary=words, expected=st.integers(0, 150), needed=st.integers(0, 150),
    attendees=st.lists(st.builds(paper.Attendee, name=words, came=words), max_size=3).map(tuple),
    absent=st.lists(words, max_size=2).map(tuple), items=st.lists(items, max_size=2).map(tuple),
)  # fmt: skip


@given(wholes)
@settings(max_examples=60, deadline=None)
def test_the_spelling_that_is_hashed_is_stable(whole):
    content = paper.content_of(whole)
    assert paper.of_content(content) == whole
    again = dict(reversed(list(content.items())))
    assert paper.canonical(again) == paper.canonical(content)
    assert paper.fingerprint(paper.content_of(paper.of_content(content))) == paper.fingerprint(
        content
    )


@given(wholes, words)
@settings(max_examples=30, deadline=None)
def test_another_word_is_another_hash(whole, other):
    content = paper.content_of(whole)
    changed = content | {"theme": other}
    same = other == content["theme"]
    assert (paper.fingerprint(changed) == paper.fingerprint(content)) is same
