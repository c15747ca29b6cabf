"""Real history as the rules met it: verdicts with their words, and what people did afterwards."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from community.audit.models import AuditEntry, Sealed
from community.core.db import db
from community.publishing.facts import Words
from community.publishing.models import Entry, EntryRevision, VerdictRecord
from community.rules.model import EVENTS

EVENTS_OF_HISTORY = tuple(each for each in EVENTS if each != "message")
"""Letters are nobody's but of the two who write them: no trial reads them."""


@dataclass(frozen=True, slots=True)
class Past:
    """One text that was judged, with its verdict; ``words`` is None where they are erased."""

    verdict: Any
    words: Words | None
    entry_id: int | None
    community_id: int | None


def extent(since: datetime) -> tuple[int, int]:
    """Return how many verdicts there are since then, and the id of the last."""
    row = db.session.execute(
        select(func.count(), func.max(VerdictRecord.id)).where(*_within(since))
    ).one()
    return row[0], row[1] or 0


def batch(since: datetime, *, after: int, last: int, limit: int) -> list[Past]:
    """Return the next verdicts with their words, by id."""
    columns = (
        VerdictRecord.id, VerdictRecord.act, VerdictRecord.event, VerdictRecord.rule_set,
        VerdictRecord.engine, VerdictRecord.hits, VerdictRecord.facts, VerdictRecord.number,
        VerdictRecord.digest, VerdictRecord.at,
    )  # fmt: skip
    rows = db.session.execute(
        select(*columns)
        .where(*_within(since), VerdictRecord.id > after, VerdictRecord.id <= last)
        .order_by(VerdictRecord.id)
        .limit(limit)
    ).all()
    return _with_words(rows)


def of_verdicts(ids: Iterable[int]) -> list[Past]:
    """Return these verdicts with their words."""
    rows = db.session.scalars(
        select(VerdictRecord)
        .where(VerdictRecord.id.in_(list(ids)), VerdictRecord.event.in_(EVENTS_OF_HISTORY))
        .order_by(VerdictRecord.id.desc())
    ).all()
    return _with_words(rows)


def acts_of_people(past: Sequence[Past]) -> dict[int, frozenset[str]]:
    """Return what people did with the texts of these verdicts, by the verdict's id.

    «removed» hidden, or not published after a hold; «released» and «restored» found in order;
    «reported» somebody complained.
    """
    found: defaultdict[int, set[str]] = defaultdict(set)
    by_entry = defaultdict(list)
    by_number = {}
    for each in past:
        if each.entry_id is not None:
            by_entry[each.entry_id].append(each.verdict.id)
        if each.verdict.number is not None:
            by_number[each.verdict.number] = each.verdict.id
    asked = select(
        AuditEntry.kind,
        AuditEntry.target_kind,
        AuditEntry.target_id,
        AuditEntry.previous,
        AuditEntry.body,
    ).where(
        AuditEntry.kind.in_(_ACTS),
        AuditEntry.actor_id.is_not(None),
        or_(
            (AuditEntry.target_kind == "entry") & AuditEntry.target_id.in_(list(by_entry)),
            AuditEntry.previous.in_(list(by_number)),
        ),
    )
    for row in db.session.execute(asked):
        outcome = json.loads(row.body).get("outcome")
        if row.kind == "entry.released" and outcome == "edited":
            continue
        ids = by_entry.get(row.target_id, []) if row.target_kind == "entry" else []
        for verdict_id in {*ids, by_number.get(row.previous, 0)} - {0}:
            found[verdict_id].add(_ACTS[row.kind])
    return {key: frozenset(acts) for key, acts in found.items()}


_ACTS = {
    "entry.removed": "removed",
    "entry.refused": "removed",
    "entry.released": "released",
    "entry.restored": "restored",
    "report.made": "reported",
}


def _within(since: datetime) -> tuple[Any, ...]:
    return VerdictRecord.at >= since, VerdictRecord.event.in_(EVENTS_OF_HISTORY)


def _with_words(rows: Sequence[Any]) -> list[Past]:
    ids = [row.id for row in rows]
    columns = (Entry.verdict_id, Entry.id, Entry.community_id, Entry.title, Entry.body)
    now = _entries(select(*columns), Entry, ids)
    earlier = _entries(
        select(
            EntryRevision.verdict_id, EntryRevision.entry_id, Entry.community_id,
            EntryRevision.title, EntryRevision.body,
        ).join(Entry, Entry.id == EntryRevision.entry_id),
        EntryRevision, ids,
    )  # fmt: skip
    stood = earlier | now
    sealed = _sealed([row.number for row in rows if row.number and row.id not in stood])
    return [_past(row, stood.get(row.id), sealed.get(row.number)) for row in rows]


def _entries(statement: Any, model: Any, ids: list[int]) -> dict[int, Any]:
    rows = db.session.execute(statement.where(model.verdict_id.in_(ids)))
    return {row[0]: row for row in rows}


def _sealed(numbers: list[int]) -> dict[int, Any]:
    """Words of stopped texts, where nobody has erased them."""
    rows = db.session.execute(
        select(Sealed.number, Sealed.text, AuditEntry.community_id)
        .join(AuditEntry, AuditEntry.number == Sealed.number)
        .where(Sealed.number.in_(numbers), Sealed.part == "text")
    )
    return {row.number: row for row in rows}


def _past(row: Any, stood: Any, sealed: Any) -> Past:
    if stood is not None:
        _verdict_id, entry_id, community_id, title, body = stood
        return Past(row, Words(body, title), entry_id, community_id)
    if sealed is not None:
        title, _line, body = sealed.text.partition("\n")
        return Past(row, Words(body, title), None, sealed.community_id)
    return Past(row, None, None, None)
