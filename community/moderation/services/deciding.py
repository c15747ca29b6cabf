"""A person decides on a text: remove with grounds, restore, release, refuse; the journal keeps it."""

from dataclasses import dataclass

from sqlalchemy import select, update

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import Conflict
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import require
from community.moderation import policies
from community.moderation.models import Removal, Report, Warning_
from community.moderation.queries import decisions as rulings
from community.moderation.queries import holds, proposals
from community.moderation.services import grounds as basis
from community.moderation.services import settling
from community.moderation.services.grounds import Grounds
from community.notices import services as notices
from community.publishing import services as publishing
from community.publishing.events import DecisionOverturned
from community.publishing.models import Entry, Thread, VerdictRecord


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose decision it is: one person's, or one's with another's signature."""

    moderator_id: int
    second_id: int | None = None
    previous: int | None = None
    """The proposal that was signed: its row in the journal."""


def hide(actor: Actor, entry: Entry, thread: Thread, grounds: Grounds, signed: Signed) -> int:
    """Hide a text inside a use case that had the right to it; return the number of the decision.

    The author gets the reasons and the text back; complaints of it are upheld (B06).
    """
    if entry.state not in ("published", "held"):
        raise Conflict("entry.not_published")
    number = _record_removal(actor, entry, grounds, signed)
    publishing.mark_removed(entry.id, number=number, article=grounds.article)
    _close_reports(actor, entry, upheld=True)
    _tell_author("moderation.removed", entry, thread, number, article=grounds.article)
    return number


@use_case
def restore(actor: Actor, entry_id: int, *, reason: str) -> int:
    """Bring a removed text back in one action; return the number of the act in the journal."""
    entry, thread = publishing.entry_for_change(entry_id)
    require_free(actor, entry)
    if entry.state != "removed":
        raise Conflict("entry.not_removed")
    return put_back(actor, entry, thread, reason=reason, outcome="restored")


def put_back(actor: Actor, entry: Entry, thread: Thread, *, reason: str, outcome: str) -> int:
    """Restore a text inside a use case that had the right to it."""
    number = audit.record(
        actor,
        "entry.restored",
        actor_role=role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={
            "article": entry.removal_article,
            "previous": entry.removal_number,
            "outcome": outcome,
        },
        sealed={"reason": reason},
    )
    db.session.execute(
        update(Removal)
        .where(Removal.number == entry.removal_number)
        .values(restored_at=clock.now(), restored_number=number)
    )
    settling.cancelled_by_hand(
        actor, entry.removal_number, role=role_of(actor, entry), reason=reason
    )
    lift_warnings(entry.removal_number)
    _tell_overturned(entry, entry.removal_number or 0, outcome)
    publishing.restore(entry.id)
    _tell_author("moderation.restored", entry, thread, number)
    return number


def require_free(actor: Actor, entry: Entry) -> None:
    """Raise ``Refused`` unless the actor moderates and is no side of the dispute (rules, §6)."""
    who = standing(actor, entry.community_id or 0)
    require(policies.may_decide(who, entry, basis.parties_of(actor.id, entry)))


def lift_warnings(decision: int | None) -> None:
    """Cancel the warning of a decision: one that is cancelled takes its warning with it (rules, §5)."""
    db.session.execute(
        update(Warning_)
        .where(Warning_.decision == decision, Warning_.cancelled_at.is_(None))
        .values(cancelled_at=clock.now())
    )


def _tell_overturned(entry: Entry, number: int, outcome: str) -> None:
    """Tell the room of rules that a person cancelled a decision; a text of ours may teach a rule."""
    spoke = select(VerdictRecord.id).where(
        VerdictRecord.id == entry.verdict_id, VerdictRecord.act != "allow"
    )
    emit(
        DecisionOverturned(
            number=number,
            verdict_id=db.session.scalar(spoke),
            entry_id=entry.id,
            outcome=outcome,
        )
    )


@use_case
def release(actor: Actor, entry_id: int) -> None:
    """Let a held text through: a moderator read it and found nothing against it."""
    entry, thread = publishing.entry_for_change(entry_id)
    require_free(actor, entry)
    let_through(actor, entry, thread, outcome="released")


@use_case
def release_in_term(entry_id: int) -> None:
    """Free a machine's hold whose term has run out (rules, §3); never one that waits for a person."""
    entry, thread = publishing.entry_for_change(entry_id)
    if proposals.waiting_for(entry.id) is not None:
        return
    if entry.state == "held" and holds.is_overdue(entry):
        let_through(SYSTEM, entry, thread, outcome="term")


@use_case
def uphold_text(actor: Actor, entry_id: int, *, answer: str) -> None:
    """Leave a text that was complained of where it is, and answer those who complained."""
    entry, _thread = publishing.entry_for_change(entry_id)
    require_free(actor, entry)
    if not rulings.reports_of(entry.id):
        raise Conflict("report.closed")
    require(policies.may_refuse_report(actor.id, rulings.refused_by(entry.id)))
    _close_reports(actor, entry, upheld=False, answer=answer)


def let_through(actor: Actor, entry: Entry, thread: Thread, *, outcome: str) -> None:
    """Publish a held text inside a use case that had the right to it."""
    if entry.state != "held":
        raise Conflict("entry.not_held")
    if proposals.waiting_for(entry.id) is not None:
        raise Conflict("proposal.waits")
    number = held_number(entry)
    audit.record(
        actor,
        "entry.released",
        actor_role=role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={"previous": number, "outcome": outcome},
    )
    if actor.is_person:
        _tell_overturned(entry, number or 0, outcome)
    publishing.release(entry.id)
    settling.cancelled_by_hand(actor, number, role=role_of(actor, entry), reason="")
    _tell_author("moderation.released", entry, thread, number)


def _record_removal(actor: Actor, entry: Entry, grounds: Grounds, signed: Signed) -> int:
    span = basis.exact_quote(entry, grounds.quote) or (0, 0)
    number = audit.record(
        actor,
        "entry.removed",
        actor_role=role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={
            "article": grounds.article,
            "quote_start": span[0],
            "quote_end": span[1],
            "milder": grounds.milder,
            "automatic": "no",
            "previous": signed.previous or held_number(entry),
            "second_id": signed.second_id,
        },
        sealed={"text": f"{entry.title}\n{entry.body}", "reason": grounds.reason},
    )
    db.session.add(
        Removal(
            number=number,
            community_id=entry.community_id,
            entry_id=entry.id,
            author_id=entry.author_id,
            moderator_id=signed.moderator_id,
            second_id=signed.second_id,
            article=grounds.article,
            quote=basis.own_words(entry, grounds.quote),
            reason=grounds.reason.strip(),
            milder=grounds.milder,
            was_held=entry.state == "held",
            rule=_rule_of(entry),
            at=clock.now(),
        )
    )
    db.session.flush()
    return number


def _rule_of(entry: Entry) -> str | None:
    """Return the live rule that had marked the text, for the figures by rule."""
    hits = db.session.scalar(select(VerdictRecord.hits).where(VerdictRecord.id == entry.verdict_id))
    return next((hit["rule"] for hit in hits or () if hit["mode"] == "live"), None)


def _close_reports(actor: Actor, entry: Entry, *, upheld: bool, answer: str = "") -> None:
    for report, _name in rulings.reports_of(entry.id):
        report.state = "upheld" if upheld else "rejected"
        report.closed_at, report.closed_by, report.answer = clock.now(), actor.user_id, answer
        report.closed_number = audit.record(
            actor,
            "report.closed",
            actor_role=role_of(actor, entry),
            community_id=entry.community_id,
            target=("entry", entry.id),
            author_id=report.reporter_id,
            body={
                "outcome": report.state,
                "reason": report.reason,
                "report_id": report.id,
                "previous": report.number,
            },
            sealed={"reason": answer} if answer else None,
        )
        _tell_reporter(report, entry, answer)


def _tell_reporter(report: Report, entry: Entry, answer: str) -> None:
    notices.tell(
        [report.reporter_id],
        "report.upheld" if report.state == "upheld" else "report.rejected",
        community_id=entry.community_id,
        url=f"/e/{entry.id}",
        params={"title": basis.public_title_of(entry.thread_id), "answer": answer},
    )


def _tell_author(
    code: str, entry: Entry, thread: Thread, number: int | None, *, article: str = ""
) -> None:
    shown = f"/decisions/{number}" if code == "moderation.removed" else f"/e/{entry.id}"
    notices.tell(
        [entry.author_id],
        code,
        community_id=entry.community_id,
        url=shown,
        params={
            "title": basis.title_of(thread.id),
            "number": number or 0,
            "article": article,
        },
    )


def tell_restored(entry: Entry, number: int) -> None:
    """Tell the author that a text is back in its place."""
    thread = db.session.get_one(Thread, entry.thread_id)
    _tell_author("moderation.restored", entry, thread, number)


def role_of(actor: Actor, entry: Entry) -> str:
    """Return the role in which an actor decides, for the open journal."""
    if not actor.is_person:
        return "system"
    who = standing(actor, entry.community_id or 0)
    return "moderator" if "moderator" in who.roles else "administrator"


def held_number(entry: Entry) -> int | None:
    """Return the number of the hold that the text is under, or None."""
    if entry.state != "held":
        return None
    verdict = select(VerdictRecord.number).where(VerdictRecord.id == entry.verdict_id)
    return db.session.scalar(verdict)
