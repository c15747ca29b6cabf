"""Members complain of texts; authors appeal; another person answers."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import N_, deny, require
from community.moderation import code, policies
from community.moderation.events import AppealMade, ReportMade
from community.moderation.models import Appeal, Report, Warning_
from community.moderation.queries import decisions as rulings
from community.moderation.queries import warnings as warned
from community.moderation.services import deciding
from community.moderation.services.grounds import title_of
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
def appeal(actor: Actor, decision: int, *, words: str) -> int:
    """Appeal against a removal of one's own text (rules, §5); return the appeal's id."""
    publishing.entry_for_change(rulings.decision(decision).Removal.entry_id)
    row = rulings.decision(decision)
    removal = row.Removal
    require(
        policies.may_appeal(
            standing(actor, removal.community_id), removal.author_id, removal.at, clock.now()
        )
    )
    if row.Appeal is not None:
        raise Conflict("appeal.already")
    if removal.restored_at is not None:
        raise Conflict("appeal.restored")
    made = Appeal(
        decision=decision,
        community_id=removal.community_id,
        author_id=actor.id,
        words=words[:MOST_WORDS],
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        actor,
        "appeal.made",
        actor_role="member",
        community_id=removal.community_id,
        target=("entry", removal.entry_id),
        author_id=removal.author_id,
        body={"previous": decision, "appeal_id": made.id},
        sealed={"reason": words},
    )
    emit(AppealMade(appeal_id=made.id))
    return made.id


@use_case
def answer_appeal(actor: Actor, decision: int, *, overturn: bool, answer: str) -> None:
    """Answer an appeal: the removal stands, or the text comes back to its place at once."""
    entry, thread = publishing.entry_for_change(rulings.decision(decision).Removal.entry_id)
    row = rulings.decision(decision)  # asked again under the lock: another may have answered
    case, removal = row.Appeal, row.Removal
    if case is None:
        raise NotFound
    who = standing(actor, removal.community_id)
    require(policies.may_answer_appeal(who, removal.moderator_id, removal.author_id))
    if case.state != "new":
        raise Conflict("appeal.closed")
    if len(" ".join(answer.split())) < 20:
        raise Invalid(
            {"answer": [N_("Write at least 20 characters: the author should understand why.")]}
        )
    case.state = "overturned" if overturn else "upheld"
    case.closed_at, case.closed_by, case.answer = clock.now(), actor.id, answer.strip()
    db.session.flush()
    audit.record(
        actor,
        "appeal.closed",
        actor_role=deciding.role_of(actor, entry),
        community_id=removal.community_id,
        target=("entry", entry.id),
        author_id=removal.author_id,
        body={"previous": decision, "outcome": case.state, "appeal_id": case.id},
        sealed={"reason": answer},
    )
    if overturn and entry.state == "removed" and entry.removal_number == decision:
        deciding.put_back(actor, entry, thread, reason=answer, outcome="overturned")
    notices.tell(
        [removal.author_id],
        f"appeal.{case.state}",
        community_id=removal.community_id,
        url=f"/decisions/{decision}",
        params={"number": decision, "title": title_of(thread.id)},
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
