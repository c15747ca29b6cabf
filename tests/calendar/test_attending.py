"""Who was there from when till when: cuts of the line, silence, leave taken, voices by proxy."""

from datetime import timedelta

import pytest

from community.calendar import queries
from community.calendar.models import Happening, HappeningPerson
from community.calendar.services import appointing, attending
from community.calendar.services.appointing import When
from community.core import clock
from community.core.db import db
from community.core.errors import Invalid, Refused
from community.core.transactions import transaction
from tests.councils.conftest import HOUR, hour, meeting  # noqa: F401


@pytest.fixture
def there(meeting):  # noqa: F811
    """The happening of a council, and its site."""
    with meeting.town.app.app_context():
        yield meeting.row().happening_id, meeting.town


def stays(happening):
    minute = [
        (each.name.split()[0], each.came_at, each.left_at, each.left_by)
        for each in queries.stays(happening)
    ]
    return [
        (
            name,
            (came - HOUR).total_seconds() // 60,
            left and (left - HOUR).total_seconds() // 60,
            by,
        )
        for name, came, left, by in minute
    ]


def test_a_short_cut_is_one_stay_a_long_one_two(there):
    happening, town = there
    attending.come(town["anna"].actor, happening)
    clock.travel(timedelta(minutes=4))
    assert attending.miss_the_silent() == [happening]
    assert queries.presence(happening).here == frozenset()

    attending.come(town["anna"].actor, happening)  # four minutes of silence: a cut
    assert len(stays(happening)) == 1
    clock.travel(timedelta(minutes=11))
    attending.miss_the_silent()
    assert not attending.still_here(town["anna"].actor, happening)
    attending.come(town["anna"].actor, happening)

    assert stays(happening) == [("Анна", -20, -16, "silence"), ("Анна", -5, None, "")]


def test_who_takes_leave_is_not_brought_back_by_an_open_page(there):
    happening, town = there
    attending.come(town["anna"].actor, happening)
    attending.leave(town["anna"].actor, happening)
    assert not attending.still_here(town["anna"].actor, happening)
    assert queries.presence(happening).here == frozenset()


def test_an_outsider_does_not_come(there):
    happening, town = there
    with pytest.raises(Refused, check=lambda error: error.code == "calendar.not_expected"):
        attending.come(town["gleb"].actor, happening)


def test_a_voice_by_proxy_counts_while_its_holder_is_here(there):
    happening, town = there
    with transaction():
        db.session.get_one(Happening, happening).takes_proxies = True
        absent = db.session.get_one(HappeningPerson, (happening, town["vera"].id))
        absent.answer, absent.proxy_id = "proxy", town["anna"].id
    assert queries.presence(happening).counted == frozenset()
    attending.come(town["anna"].actor, happening)
    assert queries.presence(happening).counted == {town["anna"].id, town["vera"].id}

    attending.come(town["vera"].actor, happening)  # she came after all
    assert queries.presence(happening).proxies == {}
    assert queries.presence(happening).counted == {town["anna"].id, town["vera"].id}


def test_more_people_may_be_expected_and_a_thing_that_is_over_stays_in_the_book(there):
    happening, town = there
    appointing.expect(happening, [town["gleb"].id, town["anna"].id])
    attending.come(town["gleb"].actor, happening)
    assert town["gleb"].id in queries.presence(happening).here

    appointing.move(
        happening, When(starts_at=HOUR + timedelta(days=1), ends_at=HOUR + timedelta(days=2))
    )
    appointing.settle(happening, "over")
    row = db.session.get_one(Happening, happening, populate_existing=True)
    assert (row.state, row.sequence, row.place) == ("over", 1, "")


def test_an_end_before_the_beginning_is_told(there):
    happening, _town = there
    with pytest.raises(Invalid, check=lambda error: "ends_at" in error.fields):
        appointing.move(happening, When(starts_at=HOUR, ends_at=HOUR))
