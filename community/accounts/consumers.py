"""Work done beside the pages: archives, and the sweeping of what lapsed."""

from datetime import timedelta
from functools import partial

from community.accounts.events import ArchiveRequested
from community.accounts.services import archives, delays, sessions
from community.core import clock
from community.core.outbox import consumes
from community.core.transactions import after_commit
from community.core.worker import duty

_SWEEP_EVERY = timedelta(hours=6)
_swept = [clock.now() - _SWEEP_EVERY]


@consumes(ArchiveRequested)
def make_archive(event: ArchiveRequested) -> None:
    """Make the archive once this transaction is over: gathering must not hold the write lock."""
    if archives.begin(event.archive_id):
        after_commit(partial(archives.make, event.archive_id))


@duty
def tend_archives() -> None:
    """Delete archives whose week is over; begin anew those that a crash interrupted."""
    if archives.is_due():
        archives.sweep()


@duty
def sweep() -> None:
    """Forget old sessions and failures, a few times a day."""
    if clock.now() - _swept[0] >= _SWEEP_EVERY:
        _swept[0] = clock.now()
        sessions.sweep()
        delays.sweep()
