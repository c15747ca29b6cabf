"""Periodic work of the calendar: those who are not heard of any more have left."""

from sqlalchemy import select

from community.calendar.models import HappeningVisit
from community.calendar.services import attending
from community.core import clock
from community.core.db import db
from community.core.worker import duty


@duty
def miss_the_silent() -> None:
    """Let the silent leave; asked by a query that finds none most of the time."""
    silent = select(HappeningVisit.id).where(
        HappeningVisit.left_at.is_(None),
        HappeningVisit.seen_at < clock.now() - attending.SILENT_FOR,
    )
    if db.session.scalar(silent.limit(1)) is not None:
        attending.miss_the_silent()
