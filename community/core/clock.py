"""The one source of time; everything is UTC and aware."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_frozen: list[datetime] = []


def now() -> datetime:
    """Return the current moment, aware, in UTC, with microseconds."""
    if _frozen:
        return _frozen[-1]
    return datetime.now(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock at ``moment`` (aware) for every thread of this process; for tests and seeding."""
    if moment.tzinfo is None:
        raise ValueError("a frozen moment carries its time zone")
    _frozen.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()


def travel(by: timedelta) -> None:
    """Move a frozen clock by ``by``; raises when the clock is not frozen."""
    if not _frozen:
        raise RuntimeError("the clock is not frozen")
    _frozen[-1] += by
