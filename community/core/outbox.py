"""The outbox: work that must follow a change is a row in the change's own transaction.

At least once: a consumer may run twice and must not mind. One row per consumer, so that one that
fails is tried again alone; after ``MAX_TRIES`` it is a dead letter that the operator sees. Jobs that
wait together are done in one transaction, each in a part of its own.
"""

import dataclasses
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    CheckConstraint,
    Index,
    String,
    Text,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from community.core import clock, turns
from community.core.db import Base, JSONText, UTCDateTime, change, db, fetch, insert, per_engine
from community.core.transactions import after_commit, part, transaction

LEASE = timedelta(seconds=60)
MAX_TRIES = 6
BATCH = 50
AT_ONCE = 0.02
"""Seconds after which no further job joins a transaction: people's writes wait for its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A past-tense fact made of ids; subclasses add the ids."""


E = TypeVar("E", bound=Event)
Wanted = Callable[[Any], bool]
_consumers: dict[type[Event], list[str]] = {}
_wanted: dict[str, Wanted] = {}
_by_name: dict[str, tuple[Callable[[Any], None], dict[str, type[Event]]]] = {}

wake = threading.Event()
"""Set after each commit that emitted something; the embedded worker waits on it."""


class OutboxJob(Base):
    """One event for one consumer, with its lease and its tries."""

    __tablename__ = "outbox_jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    consumer: Mapped[str] = mapped_column(String(120))
    event: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONText)
    state: Mapped[str] = mapped_column(String(8), default="new")
    due: Mapped[datetime] = mapped_column(UTCDateTime)
    lease: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(60))
    dedupe: Mapped[str | None] = mapped_column(String(200), unique=True)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("state IN ('new', 'run', 'dead')", name="state"),
        Index("ix_outbox_jobs_state_due", "state", "due"),
    )


def consumes(
    *events: type[Event], only: Wanted | None = None
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register a function as a consumer of the given events; its name is its address in the table.

    ``only`` tells by the event itself that it is none of the consumer's, so that no job is stored.
    """

    def mark(function: Callable[[Any], None]) -> Callable[[Any], None]:
        name = f"{function.__module__.removeprefix('community.')}.{function.__name__}"
        _by_name[name] = (function, {each.__name__: each for each in events})
        if only is not None:
            _wanted[name] = only
        for each in events:
            names = _consumers.setdefault(each, [])
            if name not in names:
                names.append(name)
        return function

    return mark


def emit(event: Event, *, due: datetime | None = None, dedupe: str | None = None) -> None:
    """Store one job per consumer of ``event`` in the open transaction; wake the worker after it.

    ``due`` postpones it; ``dedupe`` (unique per consumer) makes a second emit of the same thing nothing.
    """
    names = [each for each in _consumers.get(type(event), ()) if _wants(each, event)]
    if not names:
        return
    payload = dataclasses.asdict(event)
    moment = clock.now()
    rows = [
        {
            "consumer": name,
            "event": type(event).__name__,
            "payload": payload,
            "state": "new",
            "due": due or moment,
            "tries": 0,
            "dedupe": f"{name}:{dedupe}" if dedupe else None,
            "created_at": moment,
        }
        for name in names
    ]
    change(_stored(), *rows)
    after_commit(wake.set)


def _wants(consumer: str, event: Event) -> bool:
    only = _wanted.get(consumer)
    return only is None or only(event)


_COLUMNS = ("consumer", "event", "payload", "state", "due", "tries", "dedupe", "created_at")


@per_engine
def _stored() -> Any:
    """Return the INSERT of a job; only ``dedupe`` can be there already."""
    row = insert(OutboxJob).values({name: bindparam(name) for name in _COLUMNS})
    return row.on_conflict_do_nothing(index_elements=["dedupe"])


@dataclass(frozen=True, slots=True)
class Claimed:
    """A leased job as a value: the row may be gone before the work is done."""

    id: int
    consumer: str
    event: str
    payload: dict[str, Any]
    tries: int


_CLAIM = (
    "UPDATE outbox_jobs SET state='run', lease=:until, tries=tries+1, owner=:owner WHERE id IN ("
    "SELECT id FROM outbox_jobs WHERE (state='new' AND due<=:now) OR (state='run' AND lease<:now) "
    "ORDER BY due, id LIMIT :limit) RETURNING id, consumer, event, payload, tries"
)
_CLAIM_SKIPPING = _CLAIM.replace(":limit)", ":limit FOR UPDATE SKIP LOCKED)")
_NOW = bindparam("now", type_=UTCDateTime)
_IS_DUE = (
    select(OutboxJob.id)
    .where(
        or_(
            and_(OutboxJob.state == "new", OutboxJob.due <= _NOW),
            and_(OutboxJob.state == "run", OutboxJob.lease < _NOW),
        )
    )
    .limit(1)
)
_DONE = delete(OutboxJob).where(
    OutboxJob.id == bindparam("done"), OutboxJob.owner == bindparam("mine")
)


def claim(owner: str, limit: int = BATCH) -> list[Claimed]:
    """Lease up to ``limit`` due jobs to ``owner``, those with a run-out lease among them."""
    statement = _claim_skipping if db.engine.dialect.name == "postgresql" else _claim
    moment = clock.now()
    with transaction():
        change(_BURIED, before=moment)
        values = {"until": moment + LEASE, "now": moment, "owner": owner, "limit": limit}
        rows = db.session.execute(statement, values)
        return sorted((Claimed(*row) for row in rows), key=lambda each: each.id)


def _typed(statement: str) -> Any:
    typed = text(statement).bindparams(bindparam("until", type_=UTCDateTime), _NOW)
    return typed.columns(
        OutboxJob.id, OutboxJob.consumer, OutboxJob.event, OutboxJob.payload, OutboxJob.tries
    )


_claim, _claim_skipping = _typed(_CLAIM), _typed(_CLAIM_SKIPPING)


_BURIED = (  # a job that ended its worker each time: nobody was left to put it off
    update(OutboxJob)
    .where(
        OutboxJob.state == "run",
        OutboxJob.lease < bindparam("before"),
        OutboxJob.tries >= MAX_TRIES,
    )
    .values(state="dead", lease=None, last_error="the worker ended during each try")
)


def run(jobs: Sequence[Claimed], owner: str) -> int:
    """Run leased jobs and delete them, several in one transaction; return how many succeeded.

    A transaction ends when it has lasted ``AT_ONCE``, or when a person waits to write. A job that
    raises is undone alone and put off or buried; one whose lease was lost does nothing.
    """
    done, left = 0, list(jobs)
    while left:
        with transaction():
            end = time.monotonic() + AT_ONCE
            while left:
                done += _run(left.pop(0), owner)
                if time.monotonic() > end or turns.is_wanted(db.engine):
                    break
    return done


def _run(job: Claimed, owner: str) -> bool:
    try:
        with part():
            if change(_DONE, done=job.id, mine=owner) == 0:
                return False  # the lease was lost: someone else has it
            function, events = _by_name[job.consumer]
            function(events[job.event](**job.payload))
    except Exception as error:  # noqa: BLE001 — any failure of a consumer must be stored and tried again
        _postpone(job, owner, error)
        return False
    return True


def _postpone(job: Claimed, owner: str, error: Exception) -> None:
    dead = job.tries >= MAX_TRIES
    pause = timedelta(seconds=10 * 4 ** (min(job.tries, MAX_TRIES) - 1) * random.uniform(0.8, 1.2))  # noqa: S311
    db.session.execute(
        update(OutboxJob)
        .where(OutboxJob.id == job.id, OutboxJob.owner == owner)
        .values(
            state="dead" if dead else "new",
            due=clock.now() + pause,
            lease=None,
            last_error=f"{type(error).__name__}: {error}"[:2000],
        )
    )


def drain(owner: str = "drain", *, rounds: int = 1000) -> int:
    """Run everything due now, one after another; return how many jobs succeeded."""
    done = 0
    for _ in range(rounds):
        if not _is_due():
            return done
        done += run(claim(owner), owner)
    return done


def _is_due() -> bool:
    """Look whether there is anything to do, without taking the writer's place."""
    db.session.rollback()
    return fetch(_IS_DUE, now=clock.now()).first() is not None


def dead_letters() -> list[OutboxJob]:
    """Return the jobs that were given up, oldest first."""
    return list(
        db.session.scalars(
            select(OutboxJob).where(OutboxJob.state == "dead").order_by(OutboxJob.id)
        )
    )


def waiting() -> int:
    """Count the jobs that still wait for their run."""
    return db.session.scalar(select(func.count()).where(OutboxJob.state != "dead")) or 0


def revive(ids: Iterable[int]) -> None:
    """Give dead letters another life; called inside a use case."""
    db.session.execute(
        update(OutboxJob)
        .where(OutboxJob.id.in_(list(ids)), OutboxJob.state == "dead")
        .values(state="new", tries=0, due=clock.now(), last_error=None)
    )
    after_commit(wake.set)
