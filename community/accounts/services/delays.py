"""A growing pause after failures, per account and per address. It ends by itself: nobody is locked out.

The failure is counted before the password is looked at and taken back afterwards, so that a hundred
guesses at the same moment are no better than one after another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from community.accounts.keys import keyed_digest
from community.accounts.models import Attempts
from community.core import clock
from community.core.db import db, insert
from community.core.transactions import use_case

LONGEST = 15 * 60
"""Seconds."""


class TooSoon(Exception):
    """The pause is not over. Answers 429 with the moment when it will be."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True, slots=True)
class Counted:
    """Something whose failures are counted, how many are free, and when they are forgotten."""

    subject: str
    free: int
    forgotten: timedelta

    @classmethod
    def account(cls, email: str, device: str = "") -> "Counted":
        """Count an account; a device known to it apart, so that a stranger cannot slow its owner down."""
        return cls(keyed_digest("attempts", f"account:{email}:{device}"), 5, timedelta(days=1))

    @classmethod
    def code(cls, user_id: int) -> "Counted":
        """Count the second step of a person."""
        return cls(keyed_digest("attempts", f"code:{user_id}"), 5, timedelta(days=1))

    @classmethod
    def confirmation(cls, user_id: int) -> "Counted":
        """Count a person who is signed in and is asked for the password once more."""
        return cls(keyed_digest("attempts", f"confirm:{user_id}"), 5, timedelta(days=1))

    @classmethod
    def address(cls, network: str) -> "Counted":
        """Count an address: a whole school may stand behind one, so more failures are free."""
        return cls(keyed_digest("attempts", f"address:{network}"), 30, timedelta(hours=1))

    @classmethod
    def registrations(cls, network: str) -> "Counted":
        """Count registrations from an address: a seminar may bring a whole district to one network."""
        return cls(keyed_digest("attempts", f"registrations:{network}"), 60, timedelta(hours=1))

    def pause(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures: 2, 4, 8… seconds, at most 15 minutes."""
        over = failures - self.free + 1
        return timedelta(seconds=min(LONGEST, 2**over) if over > 0 else 0)


@use_case
def count(things: Sequence[Counted]) -> None:
    """Count one more failure of each, or raise ``TooSoon`` and count nothing."""
    moment = clock.now()
    for row, each in _locked(things):
        if row.until and row.until > moment:
            raise TooSoon(row.until)
        row.failures = row.failures + 1 if row.last_at > moment - each.forgotten else 1
        pause = each.pause(row.failures)
        row.last_at, row.until = moment, moment + pause if pause else None


def _locked(things: Sequence[Counted]) -> list[tuple[Attempts, Counted]]:
    """Take the rows one after another in one order, so that simultaneous guesses queue up."""
    by_subject = {each.subject: each for each in things}
    blank = {"failures": 0, "last_at": clock.now()}
    rows = [{"subject": subject, **blank} for subject in sorted(by_subject)]
    db.session.execute(insert(Attempts).on_conflict_do_nothing(), rows)
    found = db.session.scalars(
        select(Attempts)
        .where(Attempts.subject.in_(by_subject))
        .order_by(Attempts.subject)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [(row, by_subject[row.subject]) for row in found]


@use_case
def forgive(account: Counted, address: Counted) -> None:
    """Forget the account's failures, and take back the address's last one, which was none."""
    db.session.execute(delete(Attempts).where(Attempts.subject == account.subject))
    db.session.execute(
        update(Attempts)
        .where(Attempts.subject == address.subject, Attempts.failures > 0)
        .values(failures=Attempts.failures - 1, until=None)
    )


@use_case
def forgive_one(thing: Counted) -> None:
    """Forget the failures of one thing alone."""
    db.session.execute(delete(Attempts).where(Attempts.subject == thing.subject))


@use_case
def sweep() -> None:
    """Forget failures older than two days."""
    db.session.execute(delete(Attempts).where(Attempts.last_at < clock.now() - timedelta(days=2)))
