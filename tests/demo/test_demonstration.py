"""The demonstration is made by people's acts, at their moments, and ends as its content says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from community.accounts.models import Consent, User
from community.audit import verify
from community.communities.models import Application, Community, Membership
from community.core import clock, outbox
from community.core.actor import Actor
from community.core.db import db
from community.councils import minutes as paper
from community.councils.models import CouncilItem, CouncilMinutes
from community.councils.queries import objections as reading
from community.councils.queries import tasks
from community.demo import content, councils, seed
from community.demo.content import Calendar, Content
from community.demo.meeting import named
from community.demo.people import PASSWORD
from community.moderation.models import Appeal, Removal, Report
from community.notices.models import Notice
from community.publishing import access
from community.publishing.models import Draft, Entry, EntryRevision, ReadMark, Thread
from community.topics.models import Board, Topic
from tests import conftest

TOPICS = {
    "homework", "journal", "polya", "whyheld", "calligraphy", "speaking", "copying", "bayan",
    "modtopic", "lesspaper", "fair", "fractest",
}  # fmt: skip
"""One of everything: removals, appeals, holds, a block, a move, a former version, an initiative."""


@pytest.fixture
def empty(database_url, tmp_path):
    """A site with nobody in it."""
    made = conftest.site(database_url, tmp_path / "data")
    yield made
    conftest._close(made)


@pytest.fixture
def nobody(empty):
    """The same, inside an application context."""
    with empty.app_context():
        yield empty


@pytest.fixture
def small() -> Content:
    known = content.load()
    topics = {key: each for key, each in known.topics.items() if key in TOPICS}
    quiet = known.quiet[:3]
    people = {
        k: each for k, each in known.people.items() if k in quiet or not k.startswith("quiet")
    }
    return replace(known, topics=topics, quiet=quiet, people=people)


def test_everything_comes_out_as_the_content_says(nobody, small):
    surprises = seed.build(small, lambda _count: lambda _done: None)
    assert surprises == []

    first = db.session.scalars(select(Community).where(Community.slug == "priozerny")).one()
    small_one = db.session.scalars(select(Community).where(Community.slug == "matematika")).one()
    assert (first.members, first.cap) == (45, 150)
    assert (small_one.members, small_one.cap, small_one.parent_id) == (12, 12, first.id)
    states = dict(
        db.session.execute(
            select(Application.state, func.count())
            .where(Application.state.in_(("new", "waitlisted", "refused")))
            .group_by(Application.state)
        ).all()
    )
    assert states == {"new": 5, "waitlisted": 3, "refused": 1}
    everybody = db.session.scalar(select(func.count()).select_from(User))
    assert db.session.scalar(select(func.count()).select_from(Consent)) == everybody

    boards = db.session.scalars(
        select(Board.name)
        .where(Board.community_id == first.id, Board.archived_at.is_(None))
        .order_by(Board.place)
    ).all()
    assert boards == [each["name"] for each in small.communities["priozerny"]["boards"]]

    removed = db.session.scalars(select(Removal).order_by(Removal.number)).all()
    assert [each.restored_at is not None for each in removed].count(True) == 1
    assert len(removed) == 2
    outcomes = db.session.scalars(select(Appeal.state)).all()
    assert sorted(outcomes) == ["overturned", "upheld"]
    assert "new" in db.session.scalars(select(Report.state)).all()
    waiting = db.session.scalars(select(Entry).where(Entry.state == "held")).all()
    assert len(waiting) == 1, "the queue of the moderators is not empty, and not long"
    assert db.session.scalar(select(func.count()).select_from(EntryRevision))
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 3
    stage = select(Topic.stage).where(Topic.kind == "initiative")
    assert db.session.scalar(stage) == "taken"
    _a_council_was_held()
    _anna_has_something_to_read()
    _no_one_acts_at_night_or_ahead(nobody)
    assert outbox.waiting() == 0
    assert not outbox.dead_letters()
    with verify.snapshot(db.engine) as connection:
        assert verify.verify(connection) is None


def _a_council_was_held() -> None:
    """Its minutes are what the two signed; its decisions are on their way to the next council."""
    held = named(content.council_held()["theme"])
    kept = db.session.get_one(CouncilMinutes, held.thread_id)
    assert (held.state, kept.state) == ("closed", "sealed")
    assert [reading.is_whole(each) for each in reading.sealed()] == [True]
    told = paper.of_content(kept.content)
    assert told.needed <= told.present < told.expected
    assert [told.by_proxy, *_came_late_left_early(told)] == [2, 1, 1]
    assert "до 14:00" in str(told.items[0].spoke), "the accepted objection mended the note"
    assert all(each.notes for item in told.items for each in item.spoke)
    votes = [each for item in told.items for each in item.votes]
    assert [(each.secrecy, each.outcome) for each in votes] == [
        ("open", "accepted"),
        ("secret", "accepted"),
    ]
    assert all(min(each.counts) > 0 and sum(each.counts) >= 7 for each in votes)
    lines = select(func.count()).where(Entry.thread_id.in_([each.item_id for each in told.items]))
    assert 12 <= (db.session.scalar(lines) or 0) - len(told.items) <= 20

    coming = named(councils.THEME)
    anna = db.session.scalar(select(User.id).where(User.email == "sokolova@example.org"))
    first = select(CouncilItem.thread_id).where(
        CouncilItem.council_id == coming.thread_id, CouncilItem.place == 1
    )
    review = tasks.review_of(
        access.viewer(Actor(anna, "")), coming.thread_id, db.session.scalars(first).one()
    )
    assert coming.follows_id == held.thread_id
    talked = db.session.get_one(Thread, told.items[0].item_id)
    read = db.session.get_one(ReadMark, (anna, talked.id))
    assert read.position >= talked.entry_count, "what she sat through is not new for her"
    assert review is not None
    states = {each.state: each for each in review}
    assert sorted(states) == ["done", "offered", "taken"]
    assert states["taken"].owner_id == anna
    assert states["taken"].due_on > tasks.today()
    assert states["offered"].owner_id is None
    assert states["done"].report is not None


def _came_late_left_early(told: paper.Minutes) -> tuple[int, int]:
    came = sum(bool(each.came) for each in told.attendees)
    return came, sum(bool(each.left) for each in told.attendees)


def _anna_has_something_to_read() -> None:
    anna = db.session.scalar(select(User.id).where(User.email == "sokolova@example.org"))
    unread = select(func.count()).where(Notice.user_id == anna, Notice.read_at.is_(None))
    read = select(func.count()).where(Notice.user_id == anna, Notice.read_at.is_not(None))
    assert 1 <= (db.session.scalar(unread) or 0) <= 9
    assert (db.session.scalar(read) or 0) > 5


def _no_one_acts_at_night_or_ahead(empty) -> None:
    zone = ZoneInfo(empty.extensions["community"].timezone)
    moments = [
        *db.session.scalars(select(Entry.created_at)),
        *db.session.scalars(select(Thread.created_at)),
        *db.session.scalars(select(Application.created_at)),
        *db.session.scalars(select(Membership.joined_at)),
    ]
    assert max(moments) <= clock.now()
    assert {moment.astimezone(zone).hour for moment in moments} <= set(range(5, 24))


def test_it_is_made_once_and_its_people_sign_in(empty, small, monkeypatch):
    tiny = replace(small, topics={k: small.topics[k] for k in ("fair", "speaking", "fractest")})
    monkeypatch.setattr(content, "load", lambda: tiny)
    with empty.app_context():
        people = seed.demonstration()
        counted = db.session.scalar(select(func.count()).select_from(Entry))
        assert seed.demonstration() == people
        assert db.session.scalar(select(func.count()).select_from(Entry)) == counted
    assert [each.role for each in people] == ["администратор", "модератор", "эксперт", "участник"]

    for person in people:
        client = empty.test_client()
        page = client.get("/login").get_data(as_text=True)
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        form = {"csrf_token": token, "email": person.email, "password": PASSWORD}
        assert client.post("/login", data=form, follow_redirects=True).status_code == 200
        inside = client.get("/c/priozerny/forum", follow_redirects=True)
        assert (inside.status_code, inside.request.path) == (200, "/c/priozerny/forum")


def test_it_is_not_mixed_with_people_who_live_here(ctx):
    with pytest.raises(seed.NotHere, match="уже есть свои люди"):
        seed.demonstration()


def test_a_broken_off_building_is_told(nobody, small, monkeypatch):
    monkeypatch.setattr(content, "load", lambda: small)
    acts = iter(range(60))

    def told(_done: int) -> None:
        if next(acts, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed.demonstration(started=lambda _count: told)
    db.session.remove()
    with pytest.raises(seed.NotHere, match="не до конца"):
        seed.demonstration()


def test_nights_become_evenings():
    zone = ZoneInfo("Europe/Moscow")
    noon = clock.now().astimezone(zone).replace(hour=12, minute=0)
    calendar = Calendar(noon, zone)
    assert calendar.hours_ago(3) == noon - timedelta(hours=3)
    night = calendar.hours_ago(9).astimezone(zone)
    assert night.hour == 21
    assert night < noon - timedelta(hours=9)
