"""Members complain of texts (B02); a moderator warns."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import N_, deny, require
from community.moderation import code, policies
from community.moderation.events import ReportMade
from community.moderation.models import Report, Warning_
from community.moderation.queries import decisions as rulings
from community.moderation.queries import warnings as warned
from community.moderation.services import deciding
from community.moderation.services.grounds import public_title_of
from community.notices import services as notices
from community.publishing import services as publishing

MOST_WORDS = 2000


@use_case
def report(actor: Actor, entry_id: int, *, reason: str, words: str = "") -> int:
    """Complain of a text with one of the listed reasons (B02); return the complaint's id."""
    entry, _thread = publishing.entry_for_change(entry_id)
    if entry.state != "published":
        raise NotFound
    require(policies.may_report(standing(actor, entry.community_id or 0), entry))
    if reason not in code.reasons():
        raise Invalid({"reason": [N_("Choose one of the listed reasons.")]})
    if any(each.Report.reporter_id == actor.id for each in rulings.reports_of(entry.id)):
        require(deny("report.already"))
    number = audit.record(
        actor,
        "report.made",
        actor_role="member",
        community_id=entry.community_id,
        target=("entry", entry.id),
        body={"reason": reason, "entry_id": entry.id},
        sealed={"reason": words} if words else None,
    )
    made = Report(
        community_id=entry.community_id,
        entry_id=entry.id,
        reporter_id=actor.id,
        reason=reason,
        words=words[:MOST_WORDS],
        created_at=clock.now(),
        number=number,
    )
    _store(made)
    emit(ReportMade(report_id=made.id))
    return made.id


def _store(made: Report) -> None:
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError:
        require(deny("report.already"))


@use_case
def lapse(report_id: int) -> None:
    """Close a complaint whose text is gone; who complained is told."""
    found = db.session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if found is None or found.state != "new":
        return
    entry, _thread = publishing.entry_for_change(found.entry_id)
    if entry.state in ("published", "held"):
        return
    found.state, found.closed_at = "lapsed", clock.now()
    found.closed_number = audit.record(
        SYSTEM,
        "report.closed",
        community_id=found.community_id,
        target=("entry", found.entry_id),
        author_id=found.reporter_id,
        body={
            "outcome": "lapsed",
            "reason": found.reason,
            "report_id": found.id,
            "previous": found.number,
        },
    )
    notices.tell(
        [found.reporter_id],
        "report.lapsed",
        community_id=found.community_id,
        url=f"/e/{found.entry_id}",
        params={"title": public_title_of(entry.thread_id)},
    )


@use_case
def warn(actor: Actor, decision: int, *, reason: str, days: int = 90) -> None:
    """Warn the author of a removed text for a term; they see it with its end (B10)."""
    publishing.entry_for_change(rulings.decision(decision).Removal.entry_id)
    row = rulings.decision(decision)
    removal = row.Removal
    require(policies.may_decide(standing(actor, removal.community_id), row.Entry, frozenset()))
    if removal.restored_at is not None:
        raise Conflict("warning.restored")
    if warned.warned_by(decision):
        raise Conflict("warning.already")
    until = clock.now() + timedelta(days=days)
    number = audit.record(
        actor,
        "warning.given",
        actor_role=deciding.role_of(actor, row.Entry),
        community_id=removal.community_id,
        target=("user", removal.author_id),
        author_id=removal.author_id,
        body={"article": removal.article, "previous": decision, "until": f"{until:%Y-%m-%d}"},
        sealed={"reason": reason},
    )
    db.session.add(
        Warning_(
            community_id=removal.community_id,
            user_id=removal.author_id,
            number=number,
            decision=decision,
            article=removal.article,
            reason=reason.strip(),
            given_by=actor.id,
            given_at=clock.now(),
            until=until,
        )
    )
    notices.tell(
        [removal.author_id],
        "moderation.warned",
        community_id=removal.community_id,
        url="/me/warnings",
        params={"number": number, "article": removal.article},
    )
