"""Members complain of texts and of letters to them (B02); what they say is judged like any word."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from community.audit import services as audit
from community.communities.models import Membership
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
from community.moderation.models import Report
from community.moderation.services.grounds import public_title_of
from community.notices import services as notices
from community.publishing import access, counting, gate
from community.publishing import queries as words_of
from community.publishing import services as publishing
from community.publishing.facts import Circumstances, Words
from community.publishing.models import Entry
from community.publishing.services import NO_RULES

MOST_WORDS = 2000
LOOKED_BACK = timedelta(days=30)
FEWEST = 3
"""So many decided complaints tell a habit from a mistake; fewer never count against anyone."""


@use_case
def report(
    actor: Actor, entry_id: int, *, reason: str, words: str = "", seen: frozenset[str] = NO_RULES
) -> int:
    """Complain of a text, or of a letter to oneself, with one of the listed reasons (B02).

    Raises ``AskFirst`` when the complaint itself is rude, ``Paused`` for a flood of empty ones,
    ``Conflict`` for the second one of the same text. Returns the complaint's id.
    """
    entry, _thread = publishing.entry_for_change(entry_id)
    words_of.entry(access.viewer(actor), entry_id)  # raises for what they may not know of
    if entry.state != "published":
        raise NotFound
    community_id = entry.community_id or shared_community(actor.id, entry.author_id)
    who = standing(actor, community_id)
    require(policies.may_report(who, entry))
    if reason not in code.reasons():
        raise Invalid({"reason": [N_("Choose one of the listed reasons.")]})
    at = Circumstances(event="report", community_id=community_id)
    gate.weigh(actor, who, Words(body=words[:MOST_WORDS]), at, seen=seen)
    number = audit.record(
        actor,
        "report.made",
        actor_role="member",
        community_id=community_id,
        target=("entry", entry.id),
        body={"reason": reason, "entry_id": entry.id},
        sealed={"reason": words} if words else None,
    )
    made = Report(
        community_id=community_id,
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


@use_case
def lapse(report_id: int) -> None:
    """Close a complaint whose text is gone; who complained is told."""
    found = db.session.get(Report, report_id)
    if found is None:
        return
    entry, _thread = publishing.entry_for_change(found.entry_id)
    db.session.refresh(found)
    if found.state != "new" or entry.state in ("published", "held"):
        return
    found.state, found.closed_at = "lapsed", clock.now()
    close_in_journal(SYSTEM, found, role="system")
    notices.tell(
        [found.reporter_id],
        "report.lapsed",
        community_id=found.community_id,
        url=f"/e/{found.entry_id}",
        params={"title": public_title_of(entry.thread_id)},
    )


def close_in_journal(actor: Actor, found: Report, *, role: str, answer: str = "") -> int:
    """Write the decision on a complaint; its number is what the reporter may appeal against."""
    found.closed_number = audit.record(
        actor,
        "report.closed",
        actor_role=role,
        community_id=found.community_id,
        target=("entry", found.entry_id),
        author_id=found.reporter_id,
        body={
            "outcome": found.state,
            "reason": found.reason,
            "report_id": found.id,
            "previous": found.number,
        },
        sealed={"reason": answer} if answer else None,
    )
    return found.closed_number


def shared_community(one_id: int, other_id: int) -> int:
    """Return the community whose moderators answer for a letter: the first that the two share.

    Where they share none any more, the first of who complains; raises ``NotFound`` without one.
    """
    mine, theirs = aliased(Membership), aliased(Membership)
    first = select(func.min(mine.community_id)).where(
        mine.user_id == one_id, mine.state == "active"
    )
    both = first.join(theirs, theirs.community_id == mine.community_id).where(
        theirs.user_id == other_id, theirs.state.in_(("active", "suspended"))
    )
    found = db.session.scalar(both) or db.session.scalar(first)
    if found is None:
        raise NotFound
    return found


def share_upheld(user_id: int, _since: datetime) -> int | None:
    """Return how many per cent of a person's decided complaints were right, of a month's (ПОМ-1).

    None while few are decided: nobody is paused for an honest mistake.
    """
    rows = db.session.execute(
        select(Report.state, func.count())
        .where(
            Report.reporter_id == user_id,
            Report.state.in_(("upheld", "rejected")),
            Report.created_at >= clock.now() - LOOKED_BACK,
        )
        .group_by(Report.state)
    )
    counted = {row[0]: row[1] for row in rows}
    decided = sum(counted.values())
    return None if decided < FEWEST else counted.get("upheld", 0) * 100 // decided


counting.provide_share("report", share_upheld)


def is_letter(entry: Entry) -> bool:
    """Tell whether a text is a letter: nobody but the two may read it without a complaint."""
    return entry.community_id is None


def _store(made: Report) -> None:
    known = select(Report.id).where(
        Report.entry_id == made.entry_id, Report.reporter_id == made.reporter_id
    )
    if db.session.scalar(known) is not None:
        raise Conflict("report.already")
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError:
        require(deny("report.already"))
