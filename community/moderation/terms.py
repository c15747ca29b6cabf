"""What happens when terms run out: holds free themselves, people are reminded, appeals go higher.

Duties of the worker; each may run in several workers at once and does a thing once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from community.communities.models import Community
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import SYSTEM
from community.core.db import db
from community.core.transactions import use_case
from community.core.verdict import N_
from community.core.worker import duty
from community.moderation.models import Appeal, Report
from community.moderation.queries import holds, rulings
from community.moderation.services import appealing, complaining, deciding, readers, settling
from community.moderation.services.grounds import title_of
from community.notices import services as notices
from community.notices.models import Notice
from community.publishing import ruleset, waiting
from community.publishing.decisions import PERSON_TERM, waits_for_person
from community.publishing.models import Entry, VerdictRecord
from community.publishing.threads import entry_for_change
from community.publishing.waiting import Case
from community.web import words

notices.register(
    {
        "moderation.overdue": N_("A text in “%(title)s” has waited for a decision for three days"),
        "moderation.escalated": N_(
            "Nobody has answered the appeal against decision № %(number)s for three days"
        ),
        "moderation.operator": N_(
            "Nobody in the community can answer the appeal against decision № %(number)s: please do"
        ),
        "moderation.term": N_("A case in “%(title)s” is to be decided by %(time)s"),
    },
    group="duty",
)
LIGHT = 2
"""Up to this severity a text does not wait for ever when nobody is free (rules, §5)."""
NEAR = 6
"""Moderators are reminded when a sixth of a term is left: four hours of a day."""


@duty
def tend_holds() -> None:
    """Free machine holds whose term is over; tell administrators of those that a person forgot."""
    rows = db.session.execute(
        select(Entry, VerdictRecord.hits)
        .join(VerdictRecord, VerdictRecord.id == Entry.verdict_id)
        .where(Entry.state == "held")
        .order_by(Entry.id)
        .limit(500)
    ).all()
    moment = clock.now()
    upheld = holds.upheld([row.Entry.verdict_id for row in rows])
    due = [
        (row.Entry.id, row.Entry.verdict_id in upheld or waits_for_person(row.hits))
        for row in rows
        if holds.term_of(row.Entry, row.hits) <= moment
    ]
    for entry_id, by_person in due:
        if by_person:
            attend(entry_id)
        else:
            deciding.release_in_term(entry_id)


@use_case
def attend(entry_id: int) -> None:
    """See to a text that has waited for a person too long: free it, or tell who stands higher.

    Where nobody may decide, a light case is let go; a grave one is told to the site's operators.
    """
    entry, thread = entry_for_change(entry_id)
    what = _ruling_of_hold(entry)
    if what is None or entry.state != "held":
        return
    free = [each for each in readers.free_readers(what) if each != entry.author_id]
    if not free and rulings.severity(what.verdict_id, _severity) <= LIGHT:
        deciding.let_through(SYSTEM, entry, thread, outcome="unattended")
        return
    people = free or readers.operators()
    params = {"title": title_of(entry.thread_id)}
    _once(people, "moderation.overdue", f"/e/{entry_id}/decide", entry.community_id, params)


@duty
def tend_appeals() -> None:
    """Close appeals with nothing left to cancel, free those left half-read, send the old ones higher."""
    for each in db.session.scalars(select(Appeal).where(Appeal.closed_at.is_(None)).limit(500)):
        if not rulings.ruling(each.decision).stands:
            settling.lapse(each.id)
            continue
        if each.state == "taken":
            appealing.return_in_term(each.id)
        if each.created_at + PERSON_TERM <= clock.now():
            escalate(each.id)


@use_case
def escalate(appeal_id: int) -> None:
    """Send an appeal that nobody answered higher: a light hold is let go, administrators are told.

    Where the community has nobody who may answer, the site's operators do.
    """
    found = db.session.get(Appeal, appeal_id, populate_existing=True)
    if found is None or found.closed_at is not None:
        return
    what = rulings.ruling(found.decision)
    free = readers.free_readers(what)
    if what.kind == "hold" and not free and rulings.severity(what.verdict_id, _severity) <= LIGHT:
        entry, thread = entry_for_change(what.entry_id or 0)
        deciding.let_through(SYSTEM, entry, thread, outcome="unattended")
        return
    first = found.escalated_at is None
    if first:
        found.escalated_at = clock.now()
        settling.step(SYSTEM, found, "appeal.escalated", role="system")
    params = {"number": found.decision}
    if first and free:
        people = [each for each in readers.administrators(what.community_id) if each in free]
        _once(people or free, "moderation.escalated", _page(found), found.community_id, params)
    if not free or found.created_at + 2 * PERSON_TERM <= clock.now():
        _once(readers.operators(), "moderation.operator", _page(found), None, params)


@duty
def tend_reports() -> None:
    """Close complaints of texts that are gone: there is nothing to decide on."""
    gone = (
        select(Report.id)
        .join(Entry, Entry.id == Report.entry_id)
        .where(Report.state == "new", Entry.state.in_(("withdrawn", "removed")))
    )
    for report_id in db.session.scalars(gone.limit(200)).all():
        complaining.lapse(report_id)


@duty
def remind_of_terms() -> None:
    """Remind those who decide, once, before the term of a case runs out."""
    for community_id in db.session.scalars(select(Community.id)).all():
        who = Standing(None, community_id, is_member=True, roles=frozenset({"administrator"}))
        for case in waiting.waiting(who):
            if _is_near(case, clock.now()):
                remind(community_id, case)


@use_case
def remind(community_id: int, case: Case) -> None:
    """Tell those who decide on a case that its term is near; a case is reminded of once."""
    source = next(each for each in waiting.all_sources() if each.kind == case.kind)
    people = (
        readers.administrators(community_id)
        if source.role == "administrator"
        else readers.moderators(community_id)
    )
    assert case.until is not None
    by = f"{case.until.astimezone(words.zone()):%d.%m, %H:%M}"
    params = {"title": case.title or case.who, "time": by}
    _once(people, "moderation.term", case.url, community_id, params, since=case.since)


def _is_near(case: Case, moment: datetime) -> bool:
    if case.until is None:
        return False
    left, whole = case.until - moment, case.until - case.since
    return timedelta(0) < left <= whole / NEAR


def _ruling_of_hold(entry: Entry) -> rulings.Ruling | None:
    number = db.session.scalar(
        select(VerdictRecord.number).where(VerdictRecord.id == entry.verdict_id)
    )
    return rulings.ruling(number) if number else None


def _severity(rule_id: str) -> int:
    """Return how grave a rule in force is; one that is gone counts as grave."""
    try:
        return ruleset.in_force().rule(rule_id).severity
    except KeyError:
        return 4


def _page(found: Appeal) -> str:
    return f"/decisions/{found.decision}"


def _once(
    people: list[int],
    code: str,
    url: str,
    community_id: int | None,
    params: Mapping[str, object],
    *,
    since: datetime | None = None,
) -> None:
    told = select(Notice.user_id).where(Notice.code == code, Notice.url == url)
    if since is not None:
        told = told.where(Notice.created_at >= since)
    had = set(db.session.scalars(told))
    notices.tell(
        [each for each in people if each not in had],
        code,
        community_id=community_id,
        url=url,
        params=params,
    )
