"""Figures open to all members: what was removed, on what grounds, what came back (B07; rules, §6).

A removal counts in the month and the quarter in which it was decided. What its moderator took back
within five minutes counts nowhere; what another person put back, or an appeal did, is overturned.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import and_, select

from community.audit.models import AuditEntry
from community.core import clock
from community.core.db import db
from community.moderation.models import Appeal, Removal


@dataclass(frozen=True, slots=True)
class Tally:
    """How many texts were hidden, and what became of these decisions."""

    removed: int = 0
    appealed: int = 0
    restored: int = 0
    overturned: int = 0

    @property
    def share(self) -> int:
        """Return how many per cent were overturned, rounded down."""
        return 100 * self.overturned // self.removed if self.removed else 0


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The removals of a month (its first day), by article and by the rule that had marked the text."""

    month: datetime
    all: Tally
    by_article: Sequence[tuple[str, Tally]]
    by_rule: Sequence[tuple[str, Tally]]


def figures(community_id: int, zone: tzinfo | None, months: int = 12) -> list[MonthFigures]:
    """Return the figures of the last months in a zone, newest first; months without any are left out."""
    since = _months_back(clock.now().astimezone(zone), months - 1)
    by_month: dict[datetime, list[Any]] = defaultdict(list)
    for row in removals(community_id, since, clock.now() + timedelta(seconds=1)):
        by_month[_month(row.at.astimezone(zone))].append(row)
    return [
        MonthFigures(
            month,
            tally(rows),
            tallies(rows, lambda row: row.article),
            tallies(rows, lambda row: row.rule),
        )
        for month, rows in sorted(by_month.items(), reverse=True)
    ]


def removals(community_id: int, since: datetime, until: datetime) -> list[Any]:
    """Return the removals decided from ``since`` to before ``until``, with what became of each."""
    return list(
        db.session.execute(
            select(
                Removal.at,
                Removal.article,
                Removal.rule,
                Removal.moderator_id,
                Removal.second_id,
                Removal.restored_at,
                Appeal.state.label("appeal"),
                AuditEntry.actor_id.label("restored_by"),
            )
            .outerjoin(Appeal, and_(Appeal.decision == Removal.number, Appeal.side == "author"))
            .outerjoin(AuditEntry, AuditEntry.number == Removal.restored_number)
            .where(
                Removal.community_id == community_id,
                Removal.at >= since,
                Removal.at < until,
                Removal.undone.is_(False),
            )
            .order_by(Removal.number)
        )
    )


def tally(rows: Iterable[Any]) -> Tally:
    """Count removals and what became of them."""
    rows = list(rows)
    return Tally(
        removed=len(rows),
        appealed=sum(row.appeal is not None for row in rows),
        restored=sum(row.restored_at is not None for row in rows),
        overturned=sum(map(_is_overturned, rows)),
    )


def tallies(rows: Iterable[Any], key: Callable[[Any], Any]) -> list[tuple[Any, Tally]]:
    """Count removals by what ``key`` names, most removals first; rows that it names not are left out."""
    parts: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        if key(row) is not None:
            parts[key(row)].append(row)
    counted = [(name, tally(part)) for name, part in parts.items()]
    return sorted(counted, key=lambda each: (-each[1].removed, str(each[0])))


def _is_overturned(row: Any) -> bool:
    """Whose decision it was may put a text back too: that alone overturns nothing."""
    if row.appeal == "overturned":
        return True
    by_another = row.restored_by not in (None, row.moderator_id, row.second_id)
    return row.restored_at is not None and by_another


def _month(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)


def _months_back(at: datetime, months: int) -> datetime:
    first = _month(at)
    for _each in range(months):
        first = _month(first - timedelta(days=1))
    return first
