"""A volume of texts for measurements: every text is judged, rendered and stored as the gate does it.

What a use case asks of the database for each text is known here from memory, because nobody else
writes in these threads meanwhile; a test compares every row with what the use cases write. This
and ``gate`` are the only files that open the gate (docs/adr/0003).
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, update

from community.core.actor import Actor
from community.core.db import db, insert
from community.core.markup import RENDER_VERSION, clean, render
from community.publishing import gate, ruleset
from community.publishing.facts import Words
from community.publishing.guard import gate_opened
from community.publishing.marks import beginning
from community.publishing.models import (
    Entry,
    Follow,
    Pulse,
    ReadFloor,
    ReadMark,
    RuleHit,
    Thread,
    VerdictRecord,
)
from community.publishing.recollection import Recollection, Written
from community.publishing.records import hit_rows, hits_of
from community.publishing.reserving import Ids
from community.rules.model import ENGINE_VERSION, Judgement


@dataclass(slots=True)
class GrowingThread:
    """A thread that is being filled, as its row will be."""

    id: int
    shelf_id: int
    audience: str
    author: Actor
    at: datetime
    opener_id: int = 0
    last_at: datetime | None = None
    last_author_id: int = 0
    entries: int = 0
    is_stored: bool = False
    read: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    """User id -> how far they have read by writing, and when."""


class BulkWriter:
    """Writes threads and entries of one community, a batch of rows at a time."""

    def __init__(self, community_id: int, *, kind: str) -> None:
        self._community_id, self._kind = community_id, kind
        self._known = Recollection(community_id)
        self._ids = {table: Ids(table) for table in ("threads", "entries", "verdicts")}
        self._rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._touched: dict[int, GrowingThread] = {}
        self._stirred: Counter[int] = Counter()
        self._pulse = 0

    def open(
        self, author: Actor, words: Words, at: datetime, *, shelf_id: int, audience: str
    ) -> tuple[GrowingThread, Written]:
        """Begin a thread with its first text; raises ``Unfit`` and writes nothing of it."""
        verdict = self._known.judge(author, words, at, "topic", None, None)
        thread = GrowingThread(self._ids["threads"].take(), shelf_id, audience, author, at)
        written = self._write(thread, author, words, at, verdict, None)
        thread.opener_id = written.id
        row = {"user_id": author.id, "thread_id": thread.id, "level": "follow", "at": at}
        self._rows["follows"].append(row)
        self._stirred[author.id] += 1
        return thread, written

    def add(
        self,
        thread: GrowingThread,
        author: Actor,
        words: Words,
        at: datetime,
        parent: Written | None,
    ) -> Written:
        """Add a text to a thread; raises ``Unfit`` and writes nothing of it."""
        verdict = self._known.judge(author, words, at, "comment", parent, thread.id)
        return self._write(thread, author, words, at, verdict, parent)

    def flush(self) -> None:
        """Store what has gathered, in the open transaction."""
        ruleset.store(ruleset.in_force())
        with gate_opened():
            self._insert_threads()
            for model in (VerdictRecord, RuleHit, Entry, Follow):
                _insert_rows(_table(model), self._rows.pop(model.__tablename__, []))
        self._store_marks()
        self._touched.clear()
        self._stirred.clear()
        self._pulse = 0
        for ids in self._ids.values():
            ids.forget()

    def _write(  # noqa: PLR0917 — one text with all around it
        self,
        thread: GrowingThread,
        author: Actor,
        words: Words,
        at: datetime,
        judged: tuple[Judgement, dict[str, Any]],
        parent: Written | None,
    ) -> Written:
        entry_id, verdict_id = self._ids["entries"].take(), self._ids["verdicts"].take()
        thread.entries += 1
        thread.last_at, thread.last_author_id = at, author.id
        self._note_own(thread, author.id, at)
        event = "comment" if thread.entries > 1 else "topic"
        place = {
            "community_id": self._community_id,
            "thread_id": thread.id if event == "comment" else None,
            "target_id": parent.author.id if parent else None,
        }
        verdict = _verdict(verdict_id, words, judged, event, author.id, at) | place
        self._rows["verdicts"].append(verdict)
        self._rows["rule_hits"] += hit_rows(judged[0], verdict)
        self._rows["entries"].append(
            {
                "id": entry_id,
                "thread_id": thread.id,
                "community_id": self._community_id,
                "position": thread.entries,
                "parent_id": parent.id if parent else None,
                "author_id": author.id,
                "title": words.title,
                "body": words.body,
                "html": render(words.body),
                "html_version": RENDER_VERSION,
                "digest": gate.digest(words),
                "verdict_id": verdict_id,
                "state": "published",
                "created_at": at,
                "published_at": at,
                "seq": thread.entries,
            }
        )
        self._remember(thread, author, at, event, parent)
        return Written(entry_id, author, thread.entries)

    def _note_own(self, thread: GrowingThread, author_id: int, at: datetime) -> None:
        """Count one's own text as read where everything before it was read, as ``marks`` does."""
        known, _at = thread.read.get(author_id, (0, at))
        if known == thread.entries - 1:
            thread.read[author_id] = (thread.entries, at)
            self._stirred[author_id] += 1

    def _remember(
        self,
        thread: GrowingThread,
        author: Actor,
        at: datetime,
        event: str,
        parent: Written | None,
    ) -> None:
        self._touched[thread.id] = thread
        self._known.note(author, at, event, parent, thread.id if event == "comment" else None)
        self._pulse += 1

    def _insert_threads(self) -> None:
        """Insert new threads as they stand now; bring those of earlier batches up to date."""
        fresh = [each for each in self._touched.values() if not each.is_stored]
        known = [each for each in self._touched.values() if each.is_stored]
        _insert_rows(_table(Thread), [self._thread_row(each) for each in fresh])
        if known:
            table = _table(Thread)
            changed = ("entry_count", "seq", "reader_count", "last_at", "last_author_id")
            statement = (
                update(table)
                .where(table.c.id == bindparam("key"))
                .values({name: bindparam(f"new_{name}") for name in changed})
            )
            rows = [self._thread_row(each) for each in known]
            db.session.connection().execute(
                statement,
                [
                    {"key": row["id"]} | {f"new_{name}": row[name] for name in changed}
                    for row in rows
                ],
            )
        for each in fresh:
            each.is_stored = True

    def _thread_row(self, thread: GrowingThread) -> dict[str, Any]:
        return {
            "id": thread.id,
            "community_id": self._community_id,
            "kind": self._kind,
            "audience": thread.audience,
            "posting": "members",
            "state": "open",
            "author_id": thread.author.id,
            "opener_id": thread.opener_id,
            "entry_count": thread.entries,
            "seq": thread.entries,
            "reader_count": len(thread.read),
            "follower_count": 1,
            "created_at": thread.at,
            "last_at": thread.last_at,
            "last_author_id": thread.last_author_id,
            "shelf_id": thread.shelf_id,
        }

    def _store_marks(self) -> None:
        """Note what the writers have read, and wake the cached counts."""
        rows = [
            {"user_id": user_id, "thread_id": thread.id, "position": position, "at": at}
            for thread in self._touched.values()
            for user_id, (position, at) in thread.read.items()
        ]
        mark = insert(ReadMark)
        changed = {"position": mark.excluded.position, "at": mark.excluded.at}
        _insert_rows(
            mark.on_conflict_do_update(index_elements=["user_id", "thread_id"], set_=changed), rows
        )
        for user_id, seq in self._stirred.items():
            at = beginning(user_id, self._community_id)
            floor = insert(ReadFloor).values(
                user_id=user_id, community_id=self._community_id, at=at, seq=seq
            )
            more = {"seq": ReadFloor.seq + seq}
            place = ["user_id", "community_id"]
            db.session.execute(floor.on_conflict_do_update(index_elements=place, set_=more))
        pulse = insert(Pulse).values(community_id=self._community_id, seq=self._pulse)
        more = {"seq": Pulse.seq + self._pulse}
        db.session.execute(pulse.on_conflict_do_update(index_elements=["community_id"], set_=more))


def prepared(body: str, title: str = "") -> Words:
    """Return words as the gate keeps them."""
    return Words(body=clean(body).strip(), title=" ".join(clean(title).split()))


def _verdict(  # noqa: PLR0917 — the columns of a row
    verdict_id: int,
    words: Words,
    judged: tuple[Judgement, dict[str, Any]],
    event: str,
    actor_id: int,
    at: datetime,
) -> dict[str, Any]:
    judgement, facts = judged
    return {
        "id": verdict_id,
        "digest": gate.digest(words),
        "act": judgement.act,
        "event": event,
        "rule_set": ruleset.in_force().hash,
        "engine": ENGINE_VERSION,
        "hits": hits_of(judgement),
        "actor_id": actor_id,
        "at": at,
        "facts": facts,
    }


def _table(model: Any) -> Table:
    return cast("Table", model.__table__)


def _insert_rows(into: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        statement = into.insert() if isinstance(into, Table) else into
        db.session.connection().execute(statement, rows)
