"""What waits, what was decided; every query belongs to one community."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.moderation.models import Appeal, Removal, Report, Warning_
from community.publishing import queries as words_of
from community.publishing.access import Viewer
from community.publishing.decisions import HOLD_TERM, PERSON_TERM
from community.publishing.models import Entry, Thread, VerdictRecord

MOST = 100


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that waits for a moderator, with its term."""

    kind: str
    entry_id: int
    title: str
    author_name: str
    excerpt: str
    since: datetime
    until: datetime
    count: int
    article: str
    url: str


def waiting(reader: Viewer, community_id: int) -> list[Case]:
    """Return holds, complaints and appeals of the community, the nearest term first."""
    if community_id not in reader.moderates:
        return []
    cases = [*_holds(community_id), *_reports(community_id), *_appeals(community_id)]
    return sorted(cases, key=lambda case: case.until)


def waiting_count(community_id: int) -> int:
    """Count what waits in the community, for the rail."""
    held = select(func.count()).where(Entry.community_id == community_id, Entry.state == "held")
    reports = select(func.count(Report.entry_id.distinct())).where(
        Report.community_id == community_id, Report.state == "new"
    )
    appeals = select(func.count()).where(Appeal.community_id == community_id, Appeal.state == "new")
    row = db.session.execute(
        select(held.scalar_subquery(), reports.scalar_subquery(), appeals.scalar_subquery())
    ).one()
    return sum(row)


def _holds(community_id: int) -> list[Case]:
    rows = db.session.execute(
        select(Entry, User.name, VerdictRecord.hits)
        .join(User, User.id == Entry.author_id)
        .join(VerdictRecord, VerdictRecord.id == Entry.verdict_id)
        .where(Entry.community_id == community_id, Entry.state == "held")
        .order_by(Entry.id)
        .limit(MOST)
    ).all()
    titles = words_of.openers({row.Entry.thread_id for row in rows})
    return [
        Case(
            kind="hold",
            entry_id=row.Entry.id,
            title=titles.get(row.Entry.thread_id, ""),
            author_name=row.name,
            excerpt=row.Entry.body[:300],
            since=row.Entry.edited_at or row.Entry.created_at,
            until=term_of(row.Entry, row.hits),
            count=1,
            article=next((hit["article"] for hit in row.hits if hit["mode"] == "live"), ""),
            url=f"/e/{row.Entry.id}/decide",
        )
        for row in rows
    ]


def term_of(entry: Entry, hits: Sequence[Any]) -> datetime:
    """Return when a hold runs out: a machine's frees itself, a person's reaches the administrator."""
    since = entry.edited_at or entry.created_at
    return since + (PERSON_TERM if waits_for_person(hits) else HOLD_TERM)


def waits_for_person(hits: Sequence[Any]) -> bool:
    """Tell whether a live rule asks that only a person releases the text."""
    return any(
        hit["mode"] == "live" and "hold" in hit["acts"] and hit.get("release") == "person"
        for hit in hits
    )


def is_overdue(entry: Entry) -> bool:
    """Tell whether a machine's hold has run out now; an edit begins another one, with its own term."""
    hits = db.session.scalar(select(VerdictRecord.hits).where(VerdictRecord.id == entry.verdict_id))
    return not waits_for_person(hits or ()) and term_of(entry, hits or ()) <= clock.now()


def _reports(community_id: int) -> list[Case]:
    rows = db.session.execute(
        select(
            Entry, User.name, func.min(Report.created_at).label("since"),
            func.count().label("reports"), func.min(Report.reason).label("reason"),
        )
        .join(Report, Report.entry_id == Entry.id)
        .join(User, User.id == Entry.author_id)
        .where(Report.community_id == community_id, Report.state == "new")
        .group_by(Entry.id, User.name)
        .order_by(func.min(Report.created_at))
        .limit(MOST)
    ).all()  # fmt: skip
    titles = words_of.openers({row.Entry.thread_id for row in rows})
    return [
        Case(
            kind="report",
            entry_id=row.Entry.id,
            title=titles.get(row.Entry.thread_id, ""),
            author_name=row.name,
            excerpt=row.Entry.body[:300],
            since=row.since,
            until=row.since + timedelta(hours=48),
            count=row.reports,
            article=row.reason,
            url=f"/e/{row.Entry.id}/decide",
        )
        for row in rows
    ]


def _appeals(community_id: int) -> list[Case]:
    rows = db.session.execute(
        select(Appeal, Removal, User.name, Entry.thread_id)
        .join(Removal, Removal.number == Appeal.decision)
        .join(User, User.id == Appeal.author_id)
        .join(Entry, Entry.id == Removal.entry_id)
        .where(Appeal.community_id == community_id, Appeal.state == "new")
        .order_by(Appeal.id)
        .limit(MOST)
    ).all()
    titles = words_of.openers({row.thread_id for row in rows})
    return [
        Case(
            kind="appeal",
            entry_id=row.Removal.entry_id,
            title=titles.get(row.thread_id, ""),
            author_name=row.name,
            excerpt=row.Appeal.words[:300],
            since=row.Appeal.created_at,
            until=row.Appeal.created_at + PERSON_TERM,
            count=1,
            article=row.Removal.article,
            url=f"/decisions/{row.Removal.number}",
        )
        for row in rows
    ]


def reports_of(entry_id: int) -> list[Any]:
    """Return the open complaints of a text with the names of those who complained."""
    return list(
        db.session.execute(
            select(Report, User.name)
            .join(User, User.id == Report.reporter_id)
            .where(Report.entry_id == entry_id, Report.state == "new")
            .order_by(Report.id)
        )
    )


def decision(number: int) -> Any:
    """Return a removal with its entry, author, moderator, thread and appeal; raises ``NotFound``."""
    author, moderator = aliased(User), aliased(User)
    row = db.session.execute(
        select(
            Removal, Entry, Thread, author.name.label("author_name"),
            moderator.name.label("moderator_name"), Appeal,
        )
        .join(Entry, Entry.id == Removal.entry_id)
        .join(Thread, Thread.id == Entry.thread_id)
        .join(author, author.id == Removal.author_id)
        .join(moderator, moderator.id == Removal.moderator_id)
        .outerjoin(Appeal, Appeal.decision == Removal.number)
        .where(Removal.number == number)
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return row


def removals_of(entry_ids: Sequence[int]) -> dict[int, Any]:
    """Return entry id -> the removal in force with its appeal."""
    rows = db.session.execute(
        select(Removal, Appeal)
        .outerjoin(Appeal, Appeal.decision == Removal.number)
        .where(Removal.entry_id.in_(list(entry_ids)), Removal.restored_at.is_(None))
    )
    return {row.Removal.entry_id: row for row in rows}


def warned_by(decision: int) -> bool:
    """Tell whether the author was warned by a decision already."""
    return bool(
        db.session.scalar(select(Warning_.id).where(Warning_.decision == decision).limit(1))
    )


def warnings_of(user_id: int) -> list[Warning_]:
    """Return the warnings of a person, newest first, those in force and the past ones (B10)."""
    mine = select(Warning_).where(Warning_.user_id == user_id, Warning_.cancelled_at.is_(None))
    return list(db.session.scalars(mine.order_by(Warning_.given_at.desc())))


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
