"""So many topics and entries as a measurement asks for, written in order of time."""

import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select

from community.accounts.models import User
from community.communities.models import Community, Membership
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.transactions import transaction
from community.demo.sentences import Writer
from community.notices.models import Notice
from community.publishing.bulk import BulkWriter, GrowingThread, prepared
from community.publishing.facts import Words
from community.publishing.recollection import Unfit, Written
from community.topics.models import Board, Topic

BATCH = 1000
_TRIES = 20
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """One text that is going to be written: when, where, by whom, in answer to which."""

    at: datetime
    topic: int
    index: int
    author: Actor
    parent: int | None


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the volume goes: the community, its open boards, its people, the time it has been there."""

    community_id: int
    boards: tuple[tuple[int, str], ...]
    people: tuple[tuple[Actor, datetime], ...]
    since: datetime

    @classmethod
    def of(cls, community_id: int) -> "Ground":
        """Return the ground of a community."""
        boards = db.session.execute(
            select(Board.id, Board.audience)
            .where(
                Board.community_id == community_id,
                Board.kind != "moderation",
                Board.archived_at.is_(None),
            )
            .order_by(Board.place)
        )
        people = db.session.execute(
            select(User.id, User.name, Membership.joined_at)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.community_id == community_id, Membership.state == "active")
            .order_by(User.id)
        )
        joined = [(Actor(row.id, row.name), row.joined_at) for row in people]
        since = db.session.get_one(Community, community_id).created_at
        return cls(
            community_id, tuple((row.id, row.audience) for row in boards), tuple(joined), since
        )


def plan(ground: Ground, topics: int, entries: int, seed: int, *, longest: int = 0) -> list[Piece]:
    """Return every text in order of time: topics begin all along, talk in each fades away.

    ``longest`` gives one of the topics so many entries of them.
    """
    chance = random.Random(seed)  # noqa: S311 — texts, not secrets
    end = clock.now() - timedelta(minutes=1)
    whole = (end - ground.since).total_seconds()
    pieces: list[Piece] = []
    sizes = _sizes(topics - bool(longest), entries - longest, chance)
    for topic, size in enumerate([longest, *sizes] if longest else sizes):
        begun = ground.since + timedelta(seconds=whole * (0.02 + 0.96 * chance.random()))
        moments = _moments(begun, end, size, chance)
        pieces.extend(_talk(ground, topic, moments, chance))
    return sorted(pieces, key=lambda piece: (piece.at, piece.topic, piece.index))


def _sizes(topics: int, entries: int, chance: random.Random) -> list[int]:
    """Share the entries among the topics: few long ones, many short ones, each has one at least."""
    weights = [chance.expovariate(1) ** 1.3 + 0.05 for _ in range(topics)]
    left = max(entries - topics, 0)
    total = sum(weights)
    sizes = [1 + int(left * weight / total) for weight in weights]
    for index in chance.choices(range(topics), weights, k=max(entries - sum(sizes), 0)):
        sizes[index] += 1
    return sizes


def _moments(begun: datetime, end: datetime, size: int, chance: random.Random) -> list[datetime]:
    room = (end - begun).total_seconds()
    gaps = [0.0]
    for _ in range(size - 1):
        gaps.append(gaps[-1] + 60 + chance.expovariate(1 / 14_000))
    scale = min(1.0, room / (gaps[-1] + 1))
    return [begun + timedelta(seconds=round(gap * scale, 3)) for gap in gaps]


def _talk(
    ground: Ground, topic: int, moments: Sequence[datetime], chance: random.Random
) -> Iterator[Piece]:
    inside = [actor for actor, joined in ground.people if joined <= moments[0]]
    circle = chance.sample(inside, min(len(inside), 3 + len(moments) // 6))
    authors: list[Actor] = []
    for index, at in enumerate(moments):
        author = chance.choice(circle)
        parent = None
        if index and chance.random() < 0.75:
            parent = chance.randrange(max(0, index - 6), index)
            parent = parent if authors[parent].id != author.id else None
        authors.append(author)
        yield Piece(at, topic, index, author, parent)


@dataclass
class Volume:
    """Writes the pieces of a plan; texts and titles come from a writer."""

    ground: Ground
    writer: Writer
    threads: dict[int, GrowingThread] = field(default_factory=dict)
    written: dict[int, deque[tuple[int, Written]]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    unfit: int = 0

    def write(self, pieces: Sequence[Piece], told: Told) -> None:
        """Write everything, batch by batch; each batch is a transaction."""
        bulk = BulkWriter(self.ground.community_id, kind="topic")
        rest = iter(pieces)
        while batch := list(islice(rest, BATCH)):
            with transaction():
                self._write_batch(bulk, batch)
            db.session.remove()
            told(len(batch))

    def _write_batch(self, bulk: BulkWriter, batch: Sequence[Piece]) -> None:
        topics: list[dict[str, Any]] = []
        notices: list[dict[str, Any]] = []
        for piece in batch:
            if piece.index == 0:
                topics.append(self._open(bulk, piece))
            else:
                notices.extend(self._add(bulk, piece))
        bulk.flush()
        if topics:
            db.session.execute(insert(Topic), topics)
        if notices:
            db.session.execute(insert(Notice), notices)

    def _open(self, bulk: BulkWriter, piece: Piece) -> dict[str, Any]:
        board_id, audience = self.board_of(piece.topic)
        for _ in range(_TRIES):
            words = prepared(self.writer.text(), self.writer.title())
            try:
                thread, written = bulk.open(
                    piece.author, words, piece.at, shelf_id=board_id, audience=audience
                )
            except Unfit:
                self.unfit += 1
                continue
            self.threads[piece.topic], self.titles[piece.topic] = thread, words.title
            self.written[piece.topic] = deque([(0, written)], maxlen=8)
            return {
                "thread_id": thread.id,
                "community_id": self.ground.community_id,
                "board_id": board_id,
                "created_at": piece.at,
            }
        raise RuntimeError("the rules let no generated text through")

    def _add(self, bulk: BulkWriter, piece: Piece) -> list[dict[str, Any]]:
        thread = self.threads[piece.topic]
        parent = dict(self.written[piece.topic]).get(-1 if piece.parent is None else piece.parent)
        for _ in range(_TRIES):
            try:
                written = bulk.add(
                    thread, piece.author, prepared(self.writer.text()), piece.at, parent
                )
            except Unfit:
                self.unfit += 1
                continue
            self.written[piece.topic].append((piece.index, written))
            return list(self._notices(piece, thread, written, parent))
        raise RuntimeError("the rules let no generated text through")

    def _notices(
        self, piece: Piece, thread: GrowingThread, written: Written, parent: Written | None
    ) -> Iterator[dict[str, Any]]:
        """Tell whom the worker would tell: who was answered, and who began the topic and follows it."""
        told = {piece.author.id}
        for code, person in (
            ("topic.answered", parent.author if parent else None),
            ("topic.followed", thread.author),
        ):
            if person is None or person.id in told:
                continue
            told.add(person.id)
            yield {
                "user_id": person.id,
                "community_id": self.ground.community_id,
                "code": code,
                "params": {"author": piece.author.name, "title": self.titles[piece.topic]},
                "url": f"/e/{written.id}",
                "actor_id": piece.author.id,
                "created_at": piece.at,
                "mail_state": "none",
            }

    def board_of(self, topic: int) -> tuple[int, str]:
        """Return the board on which a topic stands, with its audience."""
        return self.ground.boards[topic % len(self.ground.boards)]


def words_of(writer: Writer, piece: Piece) -> Words:
    """Return the words that a writer says next, as ``Volume`` asks for them."""
    return prepared(writer.text(), writer.title() if piece.index == 0 else "")
