"""Figures open to all members: what was removed, by which article, what came back (B07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community.core import clock
from community.core.db import db
from community.moderation.models import Removal


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """How many texts were removed in a month, by which article, and how many came back (B07)."""

    month: str
    removed: int
    restored: int
    by_article: Sequence[tuple[str, int]]


def figures(community_id: int, months: int = 6) -> list[MonthFigures]:
    """Return the monthly counts of removals and restores, newest month first."""
    since = clock.now() - timedelta(days=31 * months)
    rows = db.session.execute(
        select(Removal.at, Removal.article, Removal.restored_at).where(
            Removal.community_id == community_id, Removal.at > since
        )
    ).all()
    by_month: dict[str, list[Any]] = {}
    for row in rows:
        by_month.setdefault(f"{row.at:%Y-%m}", []).append(row)
    made = []
    for month in sorted(by_month, reverse=True):
        counted: dict[str, int] = {}
        for row in by_month[month]:
            counted[row.article] = counted.get(row.article, 0) + 1
        restored = sum(1 for row in by_month[month] if row.restored_at is not None)
        made.append(MonthFigures(month, len(by_month[month]), restored, sorted(counted.items())))
    return made
