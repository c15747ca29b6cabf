"""The secretary drops out for ten minutes: the council goes on, nothing that she wrote is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.calendar import queries as calendar
from community.calendar.services import attending
from community.core import clock
from community.core.db import db
from community.councils.models import CouncilNote
from community.councils.services import holding
from community.publishing.models import Draft, Entry
from tests.councils.test_hall import desk, read
from tests.councils.test_minutes import write


@pytest.fixture
def talked_of(opened):
    opened.do(holding.take_item, opened.items[0])
    return opened


def let_pass(meeting, minutes, *here):
    """Let minutes go by, in which only ``here`` are heard of."""
    for _each in range(minutes):
        clock.travel(timedelta(minutes=1))
        with meeting.town.app.app_context():
            happening = meeting.row().happening_id
            for who in here:
                attending.still_here(who.actor, happening)
            attending.miss_the_silent()


def notes(meeting):
    with meeting.town.app.app_context():
        found = select(Entry.body).join(CouncilNote, CouncilNote.entry_id == Entry.id)
        return list(db.session.scalars(found.order_by(Entry.id)))


def test_the_council_goes_on_and_what_she_wrote_offline_is_taken(talked_of, galina, irina, anna):
    write(talked_of, "Заслушали справку завуча.")
    let_pass(talked_of, 9, galina, anna)
    with talked_of.town.app.app_context():
        presence = calendar.presence(talked_of.row().happening_id)
    assert irina.id not in presence.here, "after three minutes of silence she does not count"
    desk(galina, talked_of, f"items/{talked_of.items[1]}/take")

    answer = write(
        talked_of, "Написано без связи, о первом вопросе.", "spoke", speaker_id=str(anna.id)
    )
    assert answer.status_code == 200
    read(irina, talked_of)  # her page comes back and finds her where she was

    assert notes(talked_of) == [
        "Заслушали справку завуча.",
        "Написано без связи, о первом вопросе.",
    ]
    with talked_of.town.app.app_context():
        stays = [
            each
            for each in calendar.stays(talked_of.row().happening_id)
            if each.user_id == irina.id
        ]
    assert len(stays) == 1, "a cut of the line is one stay"
    assert stays[0].left_at is None


def test_another_writes_meanwhile_and_her_words_come_back_to_her(talked_of, galina, irina, boris):
    let_pass(talked_of, 5, galina, boris)
    answer = galina.post(
        f"{talked_of.path}/desk/secretary",
        {"version": talked_of.row().version, "user_id": boris.id},
    )
    assert answer.status_code == 200
    assert talked_of.row().secretary_id == boris.id
    write(talked_of, "Записал Борис.", by=boris)

    let_pass(talked_of, 5, galina, boris)
    late = "Записала Ирина, пока не было связи."
    answer = write(talked_of, late, by=irina)

    assert answer.status_code == 403
    assert "секретарь" in answer.get_data(as_text=True).lower()
    assert notes(talked_of) == ["Записал Борис."]
    with talked_of.town.app.app_context():
        kept = db.session.scalars(select(Draft.body).where(Draft.user_id == irina.id)).all()
    assert late in kept, "nothing that was typed is lost"


def test_the_chair_is_not_left_empty_with_her(talked_of, galina, irina, boris):
    """The chairman drops out and the secretary is silent too: the council waits, and says so."""
    let_pass(talked_of, 5, boris)
    answer = boris.post(f"{talked_of.path}/desk/chair/take", {"version": talked_of.row().version})
    assert answer.status_code in (403, 404)
    assert talked_of.row().chairman_id == galina.id

    answer = irina.post(f"{talked_of.path}/desk/chair/take", {"version": talked_of.row().version})
    assert answer.status_code == 200
    assert talked_of.row().chairman_id == irina.id
    assert "Пульт председателя" in read(irina, talked_of, "desk")
