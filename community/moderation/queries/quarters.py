"""Quarters: their bounds, those that wait to be counted, and their tables (rules, §6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import String, cast, select

from community.accounts.models import User
from community.config import Config
from community.core import clock
from community.core.db import db
from community.moderation.models import QuarterRow, Removal, SecondSignature
from community.moderation.queries.figures import Tally


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of the calendar in the time zone of the installation."""

    year: int
    part: int

    @property
    def name(self) -> str:
        """Return «2026-Q4»."""
        return f"{self.year}-Q{self.part}"

    @property
    def since(self) -> datetime:
        """Return its first moment."""
        return datetime(self.year, 3 * self.part - 2, 1, tzinfo=_zone())

    @property
    def until(self) -> datetime:
        """Return the first moment after it."""
        return (
            Quarter(self.year + 1, 1) if self.part == 4 else Quarter(self.year, self.part + 1)
        ).since

    @property
    def before(self) -> "Quarter":
        """Return the quarter before it."""
        return Quarter(self.year - 1, 4) if self.part == 1 else Quarter(self.year, self.part - 1)


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a quarter as the page shows it; moderators are no part of it."""

    year: int
    part: int
    all: Tally
    articles: Sequence[tuple[str, Tally]]
    rules: Sequence[tuple[str, Tally]]
    on_trial: Sequence[str]


def current() -> Quarter:
    """Return the quarter that runs now."""
    today = clock.now().astimezone(_zone())
    return Quarter(today.year, (today.month + 2) // 3)


def uncounted(quarter: Quarter) -> list[int]:
    """Return the communities in which something was removed in a quarter that has no table yet."""
    told = select(QuarterRow.community_id).where(QuarterRow.quarter == quarter.name)
    found = select(Removal.community_id).where(
        Removal.at >= quarter.since,
        Removal.at < quarter.until,
        Removal.undone.is_(False),
        Removal.community_id.not_in(told),
    )
    return list(db.session.scalars(found.distinct().order_by(Removal.community_id)))


def is_counted(community_id: int, quarter: Quarter) -> bool:
    """Tell whether a quarter of a community has its table."""
    found = select(QuarterRow.id).where(
        QuarterRow.community_id == community_id, QuarterRow.quarter == quarter.name
    )
    return db.session.scalar(found.limit(1)) is not None


def tables(community_id: int, most: int = 8) -> list[Table]:
    """Return the tables of the last quarters, newest first."""
    rows = db.session.scalars(
        select(QuarterRow)
        .where(QuarterRow.community_id == community_id, QuarterRow.kind != "moderator")
        .order_by(QuarterRow.quarter.desc(), QuarterRow.decided.desc(), QuarterRow.code)
    )
    by_quarter: dict[str, list[QuarterRow]] = {}
    for row in rows:
        by_quarter.setdefault(row.quarter, []).append(row)
    return [_table(name, by_quarter[name]) for name in list(by_quarter)[:most]]


def _table(name: str, rows: list[QuarterRow]) -> Table:
    def told(kind: str) -> list[tuple[str, Tally]]:
        return [
            (row.code, Tally(row.decided, row.appealed, 0, row.overturned))
            for row in rows
            if row.kind == kind
        ]

    year, part = name.split("-Q")
    trials = [row.code for row in rows if row.followed == "trial"]
    whole = next((counted for _code, counted in told("total")), Tally())
    return Table(int(year), int(part), whole, told("article"), told("rule"), trials)


def second_signers(community_id: int) -> list[Any]:
    """Return whose removals need a second signature now, with name and the quarter's figures."""
    found = (
        select(SecondSignature, QuarterRow, User.name)
        .join(User, User.id == SecondSignature.user_id)
        .join(
            QuarterRow,
            (QuarterRow.community_id == SecondSignature.community_id)
            & (QuarterRow.quarter == SecondSignature.quarter)
            & (QuarterRow.kind == "moderator")
            & (QuarterRow.code == cast(SecondSignature.user_id, String)),
        )
        .where(SecondSignature.community_id == community_id, SecondSignature.until > clock.now())
        .order_by(SecondSignature.until)
    )
    return list(db.session.execute(found))


def _zone() -> ZoneInfo:
    config: Config = current_app.extensions["community"]
    return ZoneInfo(config.timezone)
