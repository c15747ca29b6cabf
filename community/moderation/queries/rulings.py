"""What a decision was, whatever its kind: whom it concerns, who made it, whether it still stands.

An appeal is against a number of the journal. This is read by the services and the pages alike, so it
stands beside the queries; what a card says of a decision is ``publishing.decided``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from community.audit import queries as journal
from community.audit.models import AuditEntry
from community.audit.queries import JournalRow
from community.communities.models import Membership
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.moderation.models import Appeal, Removal, Report, Warning_
from community.publishing.models import Entry, EntryRevision, Pause, VerdictRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One decision on a person's text, complaint or membership, of which the person may appeal."""

    number: int
    kind: str
    at: datetime
    community_id: int
    about_id: int
    """Whom it concerns and who may appeal: the author, or who complained."""
    decider_id: int | None
    """Who decided; None where a rule did."""
    stands: bool
    """Whether there is still something to cancel."""
    side: str = "author"
    entry_id: int | None = None
    text_author_id: int | None = None
    """The other side, where there is one: whose text it is, or who complained of a letter."""
    verdict_id: int | None = None


def ruling(number: int) -> Ruling:
    """Return the decision under a number; raises ``NotFound`` where nothing can be appealed."""
    row = journal.entry(number)
    community_id = journal.community_of(number)
    made = _READERS.get(row.kind) if row else None
    found = made(row, community_id) if row and made and community_id is not None else None
    if found is None:
        raise NotFound
    return found


def answered_by(number: int) -> int:
    """Return the decision that a step in the journal belongs to: an appeal's leads to its cause."""
    row = journal.entry(number)
    if row is None or (row.kind in _READERS and _is_ruling(row)):
        return number
    return row.previous or number


def appeal_of(decision: int, side: str) -> Appeal | None:
    """Return the appeal of one side against a decision, open or closed."""
    mine = select(Appeal).where(Appeal.decision == decision, Appeal.side == side)
    return db.session.scalar(mine.execution_options(populate_existing=True))


def last_act(entry_id: int) -> JournalRow | None:
    """Return what was done last about a text, to tell a moderator who came second."""
    number = db.session.scalar(
        select(AuditEntry.number)
        .where(AuditEntry.target_kind == "entry", AuditEntry.target_id == entry_id)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    return journal.entry(number) if number else None


def severity(verdict_id: int | None, severities: Callable[[str], int]) -> int:
    """Return how grave the gravest rule behind a hold is; ``severities`` knows the rules in force."""
    hits = db.session.scalar(select(VerdictRecord.hits).where(VerdictRecord.id == verdict_id))
    live = [hit["rule"] for hit in hits or () if hit["mode"] == "live" and "tag" not in hit["acts"]]
    return max((severities(rule) for rule in live), default=4)


def _is_ruling(row: JournalRow) -> bool:
    return row.kind != "report.closed" or row.outcome == "rejected"


def _base(row: JournalRow, community_id: int, kind: str, about_id: int | None) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": kind,
        "at": row.at,
        "community_id": community_id,
        "about_id": about_id or 0,
        "decider_id": row.actor_id,
    }


def _verdict(number: int) -> int | None:
    found = select(VerdictRecord.id).where(VerdictRecord.number == number)
    return db.session.scalar(found.order_by(VerdictRecord.id.desc()).limit(1))


def _hold(row: JournalRow, community_id: int) -> Ruling | None:
    verdict_id = _verdict(row.number)
    if verdict_id is None:
        return None
    now = db.session.execute(
        select(Entry.id, Entry.state).where(Entry.verdict_id == verdict_id)
    ).first()
    before = select(EntryRevision.entry_id).where(EntryRevision.verdict_id == verdict_id)
    return Ruling(
        **_base(row, community_id, "hold", row.author_id) | {"decider_id": None},
        stands=now is not None and now.state == "held",
        entry_id=now.id if now else db.session.scalar(before.limit(1)),
        verdict_id=verdict_id,
    )


def _block(row: JournalRow, community_id: int) -> Ruling:
    return Ruling(
        **_base(row, community_id, "block", row.author_id) | {"decider_id": None},
        stands=True,
        verdict_id=_verdict(row.number),
    )


def _pause(row: JournalRow, community_id: int) -> Ruling:
    until = db.session.scalar(select(func.max(Pause.until)).where(Pause.number == row.number))
    return Ruling(
        **_base(row, community_id, "pause", row.author_id) | {"decider_id": None},
        stands=until is not None and until > clock.now(),
        verdict_id=_verdict(row.number),
    )


def _removal(row: JournalRow, community_id: int) -> Ruling | None:
    found = db.session.get(Removal, row.number)
    if found is None:
        return None
    entry = db.session.execute(
        select(Entry.state, Entry.removal_number, Entry.verdict_id).where(
            Entry.id == found.entry_id
        )
    ).one()
    return Ruling(
        **_base(row, community_id, "removal", found.author_id),
        stands=entry.state == "removed" and entry.removal_number == row.number,
        entry_id=found.entry_id,
        verdict_id=entry.verdict_id,
    )


def _warning(row: JournalRow, community_id: int) -> Ruling | None:
    found = db.session.scalar(select(Warning_).where(Warning_.number == row.number))
    if found is None:
        return None
    about = row.previous and db.session.get(Removal, row.previous)
    complained = select(Report.reporter_id).where(Report.closed_number == row.previous)
    return Ruling(
        **_base(row, community_id, "warning", found.user_id),
        stands=found.cancelled_at is None,
        entry_id=about.entry_id if about else None,
        text_author_id=None if about else db.session.scalar(complained),
    )


def _suspension(row: JournalRow, community_id: int) -> Ruling | None:
    if row.target is None or row.target[0] != "user":
        return None
    state = db.session.scalar(
        select(Membership.state).where(
            Membership.community_id == community_id, Membership.user_id == row.target[1]
        )
    )
    later = select(AuditEntry.number).where(
        AuditEntry.community_id == community_id,
        AuditEntry.kind == row.kind,
        AuditEntry.target_kind == "user",
        AuditEntry.target_id == row.target[1],
        AuditEntry.number > row.number,
    )
    return Ruling(
        **_base(row, community_id, "suspension", row.target[1]),
        stands=state == "suspended" and db.session.scalar(later.limit(1)) is None,
    )


def _report(row: JournalRow, community_id: int) -> Ruling | None:
    if not _is_ruling(row):
        return None
    found = db.session.get(Report, row.body.get("report_id") or 0)
    if found is None:
        return None
    entry = db.session.execute(
        select(Entry.state, Entry.author_id).where(Entry.id == found.entry_id)
    ).one()
    return Ruling(
        **_base(row, community_id, "report", found.reporter_id),
        stands=found.closed_number == row.number
        and found.state == "rejected"
        and entry.state == "published",
        side="reporter",
        entry_id=found.entry_id,
        text_author_id=entry.author_id,
    )


_READERS: dict[str, Callable[[JournalRow, int], Ruling | None]] = {
    "entry.held": _hold,
    "entry.blocked": _block,
    "entry.paused": _pause,
    "entry.removed": _removal,
    "warning.given": _warning,
    "membership.suspended": _suspension,
    "report.closed": _report,
}
"""What can be appealed against (rules, §5): the kind of its row in the journal."""
