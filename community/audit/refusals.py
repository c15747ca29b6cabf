"""Refused attempts are counted and told by the hour: one by one a flood of them would drown the journal.

A process counts in memory and adds its counts to a table once a minute; what an hour came to is then
written to the journal, one row for each code and community, and leaves the table.
"""

import logging
from collections import Counter
from datetime import timedelta
from threading import Lock
from time import monotonic

from flask import current_app
from sqlalchemy import ColumnElement, delete, select

from community.audit import services
from community.audit.models import RefusalCount
from community.core import clock
from community.core.actor import SYSTEM
from community.core.db import db, insert
from community.core.transactions import use_case
from community.core.worker import duty

log = logging.getLogger(__name__)
EVERY = 60.0
"""Seconds between two visits of a process to the table, however many refusals come."""
GRACE = timedelta(minutes=5)
"""So long after its end an hour is still open: other processes bring their last counts."""
NOWHERE = 0
"""The community of a refusal that belongs to none."""

_Key = tuple[str, int, str]


class _Counts:
    """What one process has counted and not yet brought to the table."""

    def __init__(self) -> None:
        self.numbers: Counter[_Key] = Counter()
        self.lock = Lock()
        self.visited = monotonic()


def _counts() -> _Counts:
    made: _Counts = current_app.extensions.setdefault("refusals", _Counts())
    return made


def count(code: str, community_id: int | None) -> None:
    """Count one refusal of this hour; it costs no question to the database."""
    kept = _counts()
    with kept.lock:
        kept.numbers[f"{clock.now():%Y-%m-%dT%H}", community_id or NOWHERE, code] += 1


def flush_when_due() -> None:
    """Add what was counted to the table, at most once a minute."""
    kept = _counts()
    if kept.numbers and monotonic() - kept.visited >= EVERY:
        flush()


def flush() -> None:
    """Add what was counted to the table now; a failure keeps it for the next time."""
    kept = _counts()
    with kept.lock:
        kept.visited = monotonic()
        taken = dict(kept.numbers)
        kept.numbers.clear()
    if not taken:
        return
    try:
        _add(taken)
    except Exception:
        log.exception("refusals could not be counted")
        db.session.rollback()
        with kept.lock:
            kept.numbers.update(taken)


@use_case
def _add(taken: dict[_Key, int]) -> None:
    open_since = f"{clock.now() - GRACE:%Y-%m-%dT%H}"
    now = f"{clock.now():%Y-%m-%dT%H}"
    for (hour, community_id, code), number in sorted(taken.items()):
        # An hour that was told already gets no second row: what comes late counts for this one.
        row = {
            "hour": hour if hour >= open_since else now,
            "community_id": community_id,
            "code": code,
        }
        made = insert(RefusalCount).values(row | {"count": number})
        total = RefusalCount.count + made.excluded.count
        keys = ["hour", "community_id", "code"]
        db.session.execute(made.on_conflict_do_update(index_elements=keys, set_={"count": total}))


@duty
def tell_past_hours() -> None:
    """Write to the journal what each hour that is over came to."""
    flush()
    if db.session.scalar(select(RefusalCount.hour).where(_is_over()).limit(1)) is not None:
        _tell()


@use_case
def _tell() -> None:
    services.hold()
    order = (RefusalCount.hour, RefusalCount.community_id, RefusalCount.code)
    for row in db.session.scalars(select(RefusalCount).where(_is_over()).order_by(*order)).all():
        services.record(
            SYSTEM,
            "refusals.counted",
            community_id=row.community_id or None,
            body={"code": row.code, "count": row.count, "hour": row.hour},
        )
    db.session.execute(delete(RefusalCount).where(_is_over()))


def _is_over() -> ColumnElement[bool]:
    return RefusalCount.hour < f"{clock.now() - GRACE:%Y-%m-%dT%H}"
