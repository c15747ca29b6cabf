"""The meeting as a machine of states: what the desk may do from where, and only once."""

from datetime import timedelta

import pytest

from community.calendar import queries as calendar
from community.core import clock
from community.core.db import db
from community.core.errors import Conflict, Refused
from community.councils.policies import holding as policies
from community.councils.services import holding
from community.publishing.models import Thread
from tests.councils.conftest import call


def refused(code):
    return pytest.raises((Refused, Conflict), check=lambda error: error.code == code)


def test_a_council_goes_from_its_first_item_to_its_end(opened):
    opened.do(holding.take_item, opened.items[0])
    clock.travel(timedelta(minutes=7))
    opened.do(holding.pause)
    clock.travel(timedelta(minutes=15))
    opened.do(holding.resume)
    clock.travel(timedelta(minutes=1))
    opened.do(holding.take_item, opened.items[1])

    assert (opened.item(1).state, opened.item(1).spent) == ("done", 8 * 60)  # the break is not talk
    opened.do(holding.put_off, opened.items[1])
    opened.do(holding.take_item, opened.items[1])
    opened.do(holding.finish_item, opened.items[1])
    opened.do(holding.close)

    assert opened.row().state == "closed"
    with opened.town.app.app_context():
        assert not calendar.presence(opened.row().happening_id).here


def test_of_two_moves_from_one_page_the_first_counts(opened):
    page = opened.row().version
    opened.do(holding.take_item, opened.items[0], version=page)

    with refused("council.moved_on"):
        opened.do(holding.take_item, opened.items[1], version=page)
    assert [opened.item(1).state, opened.item(2).state] == ["current", "listed"]


def test_open_pages_hear_of_each_move(opened):
    """``stir`` raises the seq of the council's thread, by which pages and polls follow it."""
    with opened.town.app.app_context():
        before = db.session.get_one(Thread, opened.id).seq
    opened.do(holding.take_item, opened.items[0])
    with opened.town.app.app_context():
        assert db.session.get_one(Thread, opened.id).seq == before + 1


def test_only_the_chair_moves_the_council(opened):
    for other in (opened.secretary, opened.town["boris"], opened.town["anna"]):
        with refused("council.for_the_chair"):
            opened.do(holding.take_item, opened.items[0], by=other)


def test_doors_open_half_an_hour_before(town, hour):
    meeting = call(town, town["galina"], town["irina"])
    clock.travel(timedelta(minutes=-11))
    with refused("council.too_early"):
        meeting.do(holding.begin)
    clock.travel(timedelta(minutes=1))
    meeting.do(holding.begin)
    assert meeting.row().state == "open"


def test_the_chair_of_one_who_dropped_out_is_taken(opened):
    with refused("council.chair_is_here"):
        opened.do(holding.take_chair, by=opened.secretary)
    clock.travel(policies.SILENT_CHAIR)

    with refused("council.for_the_heir"):
        opened.do(holding.take_chair, by=opened.town["anna"])
    opened.do(holding.take_chair, by=opened.secretary)

    assert opened.row().chairman_id == opened.secretary.id
    assert opened.row().secretary_id == opened.chair.id  # the desks changed places
    with refused("council.for_the_chair"):
        opened.do(holding.take_item, opened.items[0])
    opened.do(holding.pass_chair, opened.town["anna"].id, by=opened.secretary)
    opened.do(holding.appoint_secretary, opened.town["boris"].id, by=opened.town["anna"])
    assert (opened.row().chairman_id, opened.row().secretary_id) == (
        opened.town["anna"].id,
        opened.town["boris"].id,
    )


def test_a_clock_set_back_takes_no_time_away(opened):
    opened.do(holding.take_item, opened.items[0])
    clock.travel(timedelta(minutes=5))
    opened.do(holding.pause)
    opened.do(holding.resume)
    clock.travel(timedelta(hours=-1))
    opened.do(holding.finish_item, opened.items[0])
    assert opened.item(1).spent == 5 * 60


def test_a_planned_council_is_called_off(meeting):
    meeting.do(holding.cancel, by=meeting.town["boris"])
    assert meeting.row().state == "cancelled"
    with refused("council.not_now"):
        meeting.do(holding.begin)


@pytest.mark.parametrize(
    ("quorum", "expected", "need"),
    [
        ("half", 1, 1),
        ("half", 2, 2),
        ("half", 62, 32),
        ("two_thirds", 62, 42),
        ("two_thirds", 3, 2),
    ],
)
def test_how_many_make_a_quorum(quorum, expected, need):
    assert policies.needed(quorum, expected) == need
