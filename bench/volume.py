"""Fill an empty data folder with a community of known size: `python -m bench.volume TOPICS ENTRIES`.

People come by the use cases. Their texts are written straight into the tables, a hundred thousand
rows in half a minute: a measurement needs their number and their shape, not their story.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from bench.words import sentence_about, text, title
from community.accounts import documents
from community.accounts.services import registration
from community.app import create_app
from community.communities import services as communities
from community.communities.services import applications, founding
from community.core import clock, outbox
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.markup import RENDER_VERSION, render
from community.core.transactions import transaction
from community.publishing import gate, ruleset
from community.publishing.facts import Words
from community.publishing.guard import gate_opened
from community.publishing.models import Entry, Pulse, ReadMark, Thanks, Thread, VerdictRecord
from community.rules.model import ENGINE_VERSION
from community.search import upkeep
from community.topics.models import Board, Topic

PASSWORD = "мел и доска 1954"
SLUG = "bench"
PEOPLE = 40
BATCH = 2_000
LONGEST = 5_000
FULL = 60
"""Entries of the topic whose page is measured: three whole pages."""
NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Зоя", "Ирина", "Кирилл")
FAMILIES = ("Соколова", "Лунин", "Ильина", "Крюков", "Белова", "Титов", "Орлова", "Панина")


def main() -> None:
    """Make people, topics, entries and the search index; print the ids as JSON."""
    topics, entries = int(sys.argv[1]), int(sys.argv[2])
    app = create_app()
    with app.app_context():
        people, community_id = _people()
        filled = _Filling(people, community_id, topics, entries)
        told = filled.write()
        upkeep.rebuild(community_id)
        outbox.drain()
        db.session.remove()
    print(json.dumps(told))


def _people() -> tuple[list[Actor], int]:
    people = [_person(number) for number in range(PEOPLE)]
    made = founding.found(
        SYSTEM, name="Педагоги для замеров", slug=SLUG, administrator_id=people[0].id,
        district="Приозёрный район", goals="Учиться", tasks="Делиться опытом",
    )  # fmt: skip
    communities.documents.agree(people[0], made.id, agreed=(1, 1))
    for each in people[1:]:
        applied = applications.apply(each, made.id, why="Хочу учиться вместе.", agreed=(1, 1))
        applications.approve(people[0], applied)
    return people, made.id


def _person(number: int) -> Actor:
    first, last = NAMES[number % 10], FAMILIES[number % 8]
    made = registration.create_account(
        registration.prepared(
            email=f"reader{number}@shkola.example", password=PASSWORD,
            last_name=f"{last}-{FAMILIES[number // 8 % 8]}", first_name=first, patronymic="",
            school=f"Школа № {number % 9 + 1}", post="учитель",
            subjects=["математика" if number % 2 else "история"], role="teacher",
        ),
        consent_sha=documents.consent().sha256,
    )  # fmt: skip
    return Actor(made, f"{first} {last}")


@dataclass
class _Filling:
    people: list[Actor]
    community_id: int
    topics: int
    entries: int
    chance: random.Random = field(default_factory=lambda: random.Random(1954))
    next_id: int = 0
    rows: dict[type, list[dict[str, object]]] = field(default_factory=dict)

    def write(self) -> dict[str, int]:
        """Write all topics and return what the measurement has to know of them."""
        with transaction():
            rules = ruleset.in_force()
            ruleset.store(rules)
            self.rule_set = rules.hash
            db.session.flush()
            board = select(Board.id).where(Board.kind == "formal").order_by(Board.id).limit(1)
            self.board_id = db.session.scalars(board).one()
            self.next_id = (db.session.query(Entry.id).count() or 0) + 1
        first = self._next_thread()
        for number, size in enumerate(self._sizes()):
            self._topic(first + number, size)
        self._flush()
        return {"topic": first, "longest": first + 1, "spare": first + 2, "board": self.board_id}

    def _next_thread(self) -> int:
        return (db.session.query(Thread.id).count() or 0) + 1

    def _sizes(self) -> Iterator[int]:
        longest = min(LONGEST, max(1, self.entries // 10))
        left, others = self.entries - FULL - longest, self.topics - 2
        yield FULL
        yield longest
        for number in range(others):
            size = max(1, left // (others - number))
            left -= size
            yield size

    def _topic(self, thread_id: int, size: int) -> None:
        begun = clock.now() - timedelta(days=100) + timedelta(minutes=25 * thread_id)
        moments = [begun + timedelta(seconds=40 * place) for place in range(size)]
        ids = range(self.next_id, self.next_id + size)
        authors = [self.chance.choice(self.people).id for _ in ids]
        self._add(
            Thread, id=thread_id, community_id=self.community_id, kind="topic", space=None,
            audience="members", posting="members", state="open", author_id=authors[0],
            opener_id=ids[0], entry_count=size, seq=size, reader_count=0, follower_count=0,
            created_at=begun, last_at=moments[-1], last_author_id=authors[-1],
            merged_into_id=None, shelf_id=self.board_id,
        )  # fmt: skip
        for place, entry_id in enumerate(ids):
            self._entry(thread_id, entry_id, place, authors[place], moments[place], ids)
        self._add(
            Topic, thread_id=thread_id, community_id=self.community_id, board_id=self.board_id,
            kind="discussion", subject="", help_wanted_at=None, stage=None, pinned_at=None,
            conclusion_id=None, views=size, created_at=begun,
        )  # fmt: skip
        if thread_id % 3 == 0:
            self._add(
                ReadMark, user_id=self.people[1].id, thread_id=thread_id,
                position=max(1, size // 2), at=begun,
            )  # fmt: skip
        self.next_id += size
        if len(self.rows.get(Entry, ())) >= BATCH:
            self._flush()

    def _entry(  # noqa: PLR0917
        self, thread_id: int, entry_id: int, place: int, author: int, moment: datetime, ids: range
    ) -> None:
        body = text(self.chance)
        if entry_id % 500 == 7:
            body += "\n\n" + sentence_about("кристаллография")
        words = Words(body=body, title="" if place else title(self.chance))
        digest, thanked = gate.digest(words), entry_id % 7 == 0
        self._add(
            VerdictRecord, id=entry_id, digest=digest, act="allow",
            event="comment" if place else "topic", rule_set=self.rule_set, engine=ENGINE_VERSION,
            hits=[], actor_id=author, at=moment, number=None,
        )  # fmt: skip
        parent = ids[place - self.chance.randint(1, min(place, 5))] if place % 3 == 2 else None
        self._add(
            Entry, id=entry_id, thread_id=thread_id, community_id=self.community_id,
            position=place + 1, parent_id=parent, author_id=author, title=words.title, body=body,
            html=render(body), html_version=RENDER_VERSION, digest=digest, verdict_id=entry_id,
            state="published", created_at=moment, published_at=moment, edited_at=None, revision=1,
            seq=place + 1, thanks=int(thanked), file_count=0, removal_number=None,
            removal_article=None,
        )  # fmt: skip
        if thanked:
            self._add(Thanks, entry_id=entry_id, user_id=self.people[1].id, at=moment)

    def _add(self, table: type, /, **values: object) -> None:
        self.rows.setdefault(table, []).append(values)

    def _flush(self) -> None:
        with transaction(), gate_opened():
            for kind in (Thread, VerdictRecord, Entry, Topic, ReadMark, Thanks):
                if rows := self.rows.pop(kind, []):
                    db.session.execute(kind.__table__.insert(), rows)  # type: ignore[attr-defined]
            db.session.query(Pulse).update({"seq": Pulse.seq + 1})
        print(f"{self.next_id - 1} текстов", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
