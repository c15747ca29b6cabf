"""Whatever happens to texts, places stay 1…n without gaps, counters true, marks within the thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from community.communities.standing import Standing
from community.core import clock
from community.core.db import db
from community.core.errors import Conflict, NotFound, Refused
from community.core.transactions import transaction
from community.publishing import marks, moves, threads
from community.publishing import services as publishing
from community.publishing.facts import Words
from community.publishing.models import Entry, Follow, ReadMark, Thanks, Thread
from tests.world import Person, Town

HELD = "Вера Павловна, ну ты и дура, раз не понимаешь таких вещей."
FINE = "Спасибо, попробую на уроке."
ACTS = (
    "publish", "publish", "hold", "release", "remove", "restore", "withdraw", "split", "merge",
    "read", "thank", "follow", "mute", "none",
)  # fmt: skip
steps = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 10**6), st.integers(0, 10**6)),
    min_size=4, max_size=22,
)  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """Run in one transaction that is taken back: each example begins from the same world."""

    class Enough(Exception):
        pass

    try:
        with transaction():
            yield
            raise Enough  # noqa: TRY301
    except Enough:
        pass


class Forum:
    """Two people's talk in a few threads, told what to do by numbers."""

    def __init__(self, town: Town) -> None:
        self.people = [town["anna"], town["vera"], town["irina"]]
        self.community_id = town.community_id or 0
        self.seen = frozenset({"ОСК-1"})
        self.threads = [self.open(self.people[0]) for _ in range(2)]

    def open(self, person: Person) -> int:
        words = Words(title="Тема", body="О чём говорим.")
        made = publishing.open_thread(
            person.actor, words, community_id=self.community_id, kind="topic", shelf_id=1
        )
        return made.thread_id

    def act(self, name: str, one: int, two: int) -> None:
        person, thread = self.people[one % 3], self.threads[two % len(self.threads)]
        entries = db.session.scalars(
            select(Entry.id).where(Entry.thread_id == thread).order_by(Entry.id)
        ).all()
        chosen = entries[one % len(entries)] if entries else 0
        try:
            with db.session.begin_nested():
                getattr(self, name)(person, thread, chosen)
        except (Refused, Conflict, NotFound):
            pass  # a refusal changes nothing: the invariants are looked at below

    def publish(self, person: Person, thread: int, _entry: int) -> None:
        publishing.publish(person.actor, thread, Words(body=FINE))

    def hold(self, person: Person, thread: int, _entry: int) -> None:
        rules = frozenset(self._asking(person, thread))
        made = publishing.publish(person.actor, thread, Words(body=HELD), seen=rules)
        assert (made.state, made.position) == ("held", None)

    def _asking(self, person: Person, thread: int) -> set[str]:
        from community.publishing import gate
        from community.publishing.facts import Circumstances

        who = Standing(person.id, self.community_id, is_member=True)
        at = Circumstances("comment", community_id=self.community_id)
        return {each.rule for each in gate.check(person.actor, who, Words(body=HELD), at).marks}

    def release(self, _person: Person, _thread: int, entry: int) -> None:
        publishing.release(entry)

    def remove(self, _person: Person, _thread: int, entry: int) -> None:
        publishing.mark_removed(entry, number=1, article="4.1")

    def restore(self, _person: Person, _thread: int, entry: int) -> None:
        publishing.restore(entry)

    def withdraw(self, person: Person, _thread: int, entry: int) -> None:
        publishing.withdraw(person.actor, entry)

    def split(self, person: Person, thread: int, entry: int) -> None:
        fresh = self.open(person)
        moves.move_entries([entry], thread, fresh)
        self.threads.append(fresh)

    def merge(self, _person: Person, thread: int, _entry: int) -> None:
        target = self.threads[(self.threads.index(thread) + 1) % len(self.threads)]
        if target != thread:
            moves.merge(thread, target)

    def read(self, person: Person, thread: int, entry: int) -> None:
        mine = select(ReadMark.position).where(
            ReadMark.thread_id == thread, ReadMark.user_id == person.id
        )
        before = db.session.scalar(mine) or 0
        marks.read_to(person.actor, thread, entry % 7)
        assert (db.session.scalar(mine) or 0) >= before, "a mark never goes back by reading"

    def thank(self, person: Person, _thread: int, entry: int) -> None:
        marks.thank(person.actor, entry)

    def follow(self, person: Person, thread: int, _entry: int) -> None:
        marks.follow(person.actor, thread)

    def mute(self, person: Person, thread: int, _entry: int) -> None:
        marks.follow(person.actor, thread, level="mute")

    def none(self, person: Person, thread: int, _entry: int) -> None:
        marks.follow(person.actor, thread, level="none")


def look(community_id: int) -> None:
    """Look at every invariant of every thread of the community."""
    db.session.flush()
    db.session.expire_all()
    for thread in db.session.scalars(select(Thread).where(Thread.community_id == community_id)):
        rows = db.session.scalars(select(Entry).where(Entry.thread_id == thread.id)).all()
        places = sorted(each.position for each in rows if each.position is not None)
        assert places == list(range(1, len(places) + 1)), f"gaps in thread {thread.id}"
        assert thread.entry_count == len(places) == threads.count_entries(thread.id)
        assert all(each.position is None for each in rows if each.published_at is None)
        by_place = sorted((e for e in rows if e.position), key=lambda e: e.position or 0)
        times = [each.published_at for each in by_place]
        assert times == sorted(times, key=lambda at: at or clock.now())
        marked = db.session.scalars(
            select(ReadMark.position).where(ReadMark.thread_id == thread.id)
        ).all()
        assert all(1 <= place <= max(1, thread.entry_count) for place in marked)
        assert thread.reader_count == len(marked)
        assert (
            thread.follower_count
            == _count(Follow, Follow.thread_id == thread.id, Follow.level == "follow")
            or thread.state == "merged"
        )
        for each in rows:
            assert each.thanks == _count(Thanks, Thanks.entry_id == each.id)
            assert each.state != "published" or each.position is not None


def _count(table: Any, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


@pytest.fixture
def shared(ctx: Flask, town: Town) -> Town:
    return town


@given(steps)
@settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_places_and_counters_hold_whatever_happens(
    shared: Town, doings: list[tuple[str, int, int]]
) -> None:
    moment = clock.now()
    with clock.frozen(moment), undone():
        forum = Forum(shared)
        for name, one, two in doings:
            clock.travel(timedelta(seconds=7))
            forum.act(name, one, two)
            look(forum.community_id)


def test_a_refused_move_leaves_everything_where_it_was(shared: Town) -> None:
    with undone():
        forum = Forum(shared)
        first, second = forum.threads
        moves.merge(first, second)
        look(forum.community_id)
        kept = threads.count_entries(second)
        with pytest.raises(Refused):
            moves.merge(second, first)
        assert threads.count_entries(second) == kept == 2
