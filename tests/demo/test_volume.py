"""The volume for measurements is what people's own acts would have made, row by row."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from community.core import clock, outbox
from community.core.db import db
from community.demo.cli import seed
from community.demo.sentences import Writer
from community.demo.volume import Ground, Piece, Volume, plan, words_of
from community.publishing.models import Entry, Thread
from community.rules import engine
from community.search import upkeep
from community.topics.services import writing
from community.topics.services.writing import TopicPlan
from tests import conftest, dbs

TOPICS, ENTRIES, SEED = 6, 60, 12
UNLIKE = {"rule_sets": {"loaded_at"}}
"""When a process first met the rule set is no fact of the volume."""


@pytest.fixture
def two_sites(
    app: Flask,
    database_url: str,
    database_template: str,
    _town_file: Path | None,
    tmp_path: Path,
) -> Iterator[Iterator[Flask]]:
    """The same town twice, one after the other."""

    def sites() -> Iterator[Flask]:
        yield app
        conftest._close(app)
        if _town_file is None:
            dbs.clean(database_template)
            dbs.bring_back(database_template, "town")
        else:
            shutil.copyfile(_town_file, database_url.removeprefix("sqlite:///"))
        again = conftest.site(database_url, tmp_path / "again")
        yield again
        conftest._close(again)

    made = sites()
    yield made
    for _rest in made:
        pass


def test_every_row_is_what_the_use_cases_write(two_sites, town, monkeypatch):
    first, asked_first = next(two_sites), []
    pieces = []
    with first.app_context(), recorded(monkeypatch, asked_first):
        ground = Ground.of(town.community_id)
        with clock.frozen(clock.now() + timedelta(days=30)):
            pieces = plan(ground, TOPICS, ENTRIES, SEED)
        by_use_cases(ground, pieces)
        people = rows()
    asked_second: list[Any] = []
    with next(two_sites).app_context(), recorded(monkeypatch, asked_second):
        volume = Volume(Ground.of(town.community_id), Writer(SEED))
        db.session.remove()
        volume.write(pieces, lambda _count: None)
        upkeep.rebuild(town.community_id)
        bulk = rows()

    assert volume.unfit == 0, "another seed, please: a text was written twice"
    assert len(people["entries"]) > ENTRIES
    assert asked_second == asked_first
    assert bulk.keys() == people.keys()
    for table in people:
        assert bulk[table] == people[table], table


def test_the_plan_has_as_many_as_were_asked_for(ctx, town):
    ground = Ground.of(town.community_id)
    with clock.frozen(clock.now() + timedelta(days=30)):
        pieces = plan(ground, 40, 500, 3)
        now = clock.now()

    assert len(pieces) == 500
    assert len({piece.topic for piece in pieces}) == 40
    assert [piece.at for piece in pieces] == sorted(piece.at for piece in pieces)
    assert ground.since < pieces[0].at
    assert pieces[-1].at < now
    sizes = Counter(piece.topic for piece in pieces)
    assert min(sizes.values()) >= 1
    assert max(sizes.values()) > 20
    seen: set[tuple[int, int]] = set()
    for piece in pieces:  # nobody answers what is not written yet
        assert piece.parent is None or (piece.topic, piece.parent) in seen
        seen.add((piece.topic, piece.index))


def test_one_topic_may_take_as_many_as_is_asked_for(ctx, town):
    ground = Ground.of(town.community_id)
    with clock.frozen(clock.now() + timedelta(days=30)):
        sizes = Counter(piece.topic for piece in plan(ground, 10, 300, 3, longest=200))
    assert sum(sizes.values()) == 300
    assert sizes[0] == 200
    assert len(sizes) == 10
    assert max(size for topic, size in sizes.items() if topic) < 60


@pytest.mark.parametrize(
    "asked",
    [["--topics", "10", "--entries", "15", "--long-topic", "7"], ["--long-topic", "7", "--demo"]],
)
def test_a_long_topic_leaves_the_others_their_first_texts(ctx, town, asked):
    answer = CliRunner().invoke(seed, [*asked, "--community", "priozersk"])
    assert answer.exit_code == 2
    assert "--topics" in answer.output


def test_texts_are_of_the_wanted_length_and_all_different():
    writer = Writer(5)
    texts = [writer.text() for _ in range(400)]

    assert len(set(texts)) == 400
    assert 550 < sum(map(len, texts)) / len(texts) < 700
    words = {word for text in texts for word in text.split()}
    assert len(words) > 4000


def test_a_text_that_the_rules_stop_is_written_anew(ctx, town, monkeypatch):
    ground = Ground.of(town.community_id)
    with clock.frozen(clock.now() + timedelta(days=30)):
        pieces = plan(ground, 2, 6, 1)
    volume = Volume(ground, Writer(1))
    rude = iter(["Вы хамка и дура, закройте рот.", "Звоните вечером: 8 900 555-01-23."])
    usual = volume.writer.text
    monkeypatch.setattr(volume.writer, "text", lambda: next(rude, None) or usual())
    db.session.remove()
    volume.write(pieces, lambda _count: None)

    assert volume.unfit == 2
    bodies = db.session.scalars(select(Entry.body)).all()
    assert not [body for body in bodies if "хамка" in body or "555-01-23" in body]
    ids = [thread.id for thread in volume.threads.values()]
    counted = db.session.scalars(select(Thread.entry_count).where(Thread.id.in_(ids)))
    assert sum(counted) == 6


def by_use_cases(ground: Ground, pieces: list[Piece]) -> None:
    """Write the pieces as people write: one act after another, the worker beside them."""
    writer, volume = Writer(SEED), Volume(ground, Writer(0))
    topics: dict[int, int] = {}
    entries: dict[tuple[int, int | None], int] = {}
    for piece in pieces:
        words = words_of(writer, piece)
        with clock.frozen(piece.at):
            if piece.index == 0:
                board_id, _audience = volume.board_of(piece.topic)
                topics[piece.topic], made = writing.open_topic(
                    piece.author, board_id, words, TopicPlan()
                )
            else:
                parent = entries.get((piece.topic, piece.parent))
                made = writing.reply(piece.author, topics[piece.topic], words, parent_id=parent)
            outbox.drain()
        assert made.state == "published"
        entries[piece.topic, piece.index] = made.entry_id


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, in order."""
    db.session.remove()
    found = {}
    for name, table in sorted(db.metadata.tables.items()):
        columns = [each for each in table.columns if each.name not in UNLIKE.get(name, ())]
        made = db.session.execute(select(*columns)).all()
        found[name] = sorted(tuple(map(repr, row)) for row in made)
    db.session.remove()
    return found


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch, into: list[Any]) -> Iterator[None]:
    """Note everything that the rules are asked."""
    judge = engine.judge
    with monkeypatch.context() as patch:
        patch.setattr(
            engine, "judge", lambda rules, asked: into.append(asked) or judge(rules, asked)
        )
        yield
