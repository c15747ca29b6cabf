"""Duties of this floor: offers end in time, and the counters are what they count."""

import logging
from datetime import datetime, timedelta

from community.communities.services import lapse_due, seats
from community.core.clock import now
from community.core.worker import duty

log = logging.getLogger(__name__)
_COUNT_EVERY = timedelta(hours=24)
_counted: list[datetime] = []


@duty
def end_offers() -> None:
    """Offer seats on whose term has run out; each in a transaction of its own, so N workers agree."""
    lapse_due()


@duty
def count_members() -> None:
    """Once a day compare each counter with its rows; a difference is for the operator to see."""
    if _counted and now() - _counted[-1] < _COUNT_EVERY:
        return
    _counted[:] = [now()]
    for community_id, counter, rows in seats.miscounted():
        log.error(
            "community %s counts %s members and has %s: run `community doctor`",
            community_id, counter, rows,
        )
