"""Who must know is told: moderators of what waits, on the same line as everyone's notices."""

from sqlalchemy import select

from community.communities.models import Membership, RoleGrant
from community.core import clock
from community.core.db import db
from community.core.outbox import consumes
from community.core.transactions import use_case
from community.core.verdict import N_
from community.core.worker import duty
from community.moderation.events import AppealMade, ReportMade
from community.moderation.models import Appeal, Removal, Report
from community.moderation.queries import holds
from community.moderation.services import deciding
from community.moderation.services.grounds import title_of
from community.notices import services as notices
from community.notices.models import Notice
from community.notices.sentences import Told
from community.publishing import decided
from community.publishing.events import EntryHeld, RuleAlerted
from community.publishing.models import Entry, VerdictRecord

notices.register(
    {
        "moderation.removed": N_(
            "Your text in “%(title)s” was hidden by a moderator, decision № %(number)s: see why"
        ),
        "moderation.restored": N_("Your text in “%(title)s” is back in its place"),
        "moderation.released": N_("Your text in “%(title)s” was checked and published"),
        "moderation.warned": N_("You have been warned, № %(number)s: see the reason and the term"),
        "report.upheld": N_("Your complaint was upheld: the text in “%(title)s” is hidden"),
        "report.rejected": N_("The text in “%(title)s” stays: %(answer)s"),
        "appeal.upheld": N_("Your appeal was considered: decision № %(number)s stands, see why"),
        "appeal.overturned": N_(
            "Your appeal was granted: decision № %(number)s is cancelled, the text is back"
        ),
    },
    group="moderation",
    card=decided.of_notice,
)


def _still_waits(told: Told) -> bool:
    """Tell whether the text still waits, asked just before a letter leaves."""
    entry = db.session.get(Entry, int((told.url or "").removeprefix("/e/") or 0))
    return entry is not None and entry.state == "held"


notices.register(
    {
        "moderation.held": N_(
            "Your text in “%(title)s” waits for a check, decision № %(number)s: see why"
        ),
    },
    group="moderation",
    still=_still_waits,
    card=decided.of_notice,
)
notices.register(
    {
        "moderation.waits": N_("A text waits for a decision in “%(title)s”"),
        "moderation.overdue": N_("A text in “%(title)s” has waited for a decision for three days"),
        "moderation.reported": N_("A complaint of a text in “%(title)s”"),
        "moderation.alerted": N_("Please look at once: rule %(rule)s has met a text"),
        "moderation.appealed": N_("An appeal against decision № %(number)s waits for an answer"),
    },
    group="duty",
)


@consumes(EntryHeld)
def tell_of_hold(event: EntryHeld) -> None:
    """Tell its author and the moderators that a text waits; nothing when it was decided meanwhile."""
    entry = db.session.get(Entry, event.entry_id)
    if entry is not None and entry.state == "held":
        notices.tell(
            [entry.author_id],
            "moderation.held",
            community_id=entry.community_id,
            url=f"/e/{entry.id}",
            params={"title": title_of(entry.thread_id), "number": event.number},
        )
        _tell(entry, "moderation.waits", f"/e/{entry.id}/decide", but=entry.author_id)


@consumes(RuleAlerted)
def tell_of_alert(event: RuleAlerted) -> None:
    """Tell moderators at once of a text that is out, or of one that a rule has stopped (rules, §3)."""
    people = [each for each in moderators(event.community_id) if each != event.author_id]
    notices.tell(
        people,
        "moderation.alerted",
        community_id=event.community_id,
        url=f"/e/{event.entry_id}" if event.entry_id else f"/journal/{event.number}",
        params={"rule": event.rule},
    )


@consumes(ReportMade)
def tell_of_report(event: ReportMade) -> None:
    """Tell moderators of a complaint."""
    report = db.session.get(Report, event.report_id)
    entry = report and db.session.get(Entry, report.entry_id)
    if report is not None and entry and report.state == "new":
        _tell(entry, "moderation.reported", f"/e/{entry.id}/decide", but=entry.author_id)


@consumes(AppealMade)
def tell_of_appeal(event: AppealMade) -> None:
    """Tell moderators, but not the one who decided, of an appeal."""
    appeal = db.session.get(Appeal, event.appeal_id)
    if appeal is None or appeal.state != "new":
        return
    removal = db.session.get_one(Removal, appeal.decision)
    people = [each for each in moderators(appeal.community_id) if each != removal.moderator_id]
    notices.tell(
        people,
        "moderation.appealed",
        community_id=appeal.community_id,
        url=f"/decisions/{appeal.decision}",
        params={"number": appeal.decision},
    )


@duty
def tend_holds() -> None:
    """Free machine holds whose term is over; tell administrators of those that a person forgot."""
    rows = db.session.execute(
        select(Entry, VerdictRecord.hits)
        .join(VerdictRecord, VerdictRecord.id == Entry.verdict_id)
        .where(Entry.state == "held")
        .limit(500)
    ).all()
    moment = clock.now()
    due = [
        (row.Entry.id, holds.waits_for_person(row.hits))
        for row in rows
        if holds.term_of(row.Entry, row.hits) <= moment
    ]
    for entry_id, by_person in due:
        if by_person:
            remind(entry_id)
        else:
            deciding.release_in_term(entry_id)


@use_case
def remind(entry_id: int) -> None:
    """Tell the administrators, once, that a text has waited for a person longer than its term."""
    url = f"/e/{entry_id}/decide"
    told = select(Notice.id).where(Notice.code == "moderation.overdue", Notice.url == url)
    entry = db.session.get(Entry, entry_id)
    if entry is not None and db.session.scalar(told.limit(1)) is None:
        _tell(entry, "moderation.overdue", url, but=entry.author_id)


def moderators(community_id: int) -> list[int]:
    """Return the moderators and administrators of a community."""
    return list(
        db.session.scalars(
            select(Membership.user_id)
            .join(RoleGrant, RoleGrant.membership_id == Membership.id)
            .where(
                Membership.community_id == community_id,
                Membership.state == "active",
                RoleGrant.role.in_(("moderator", "administrator")),
            )
            .distinct()
        )
    )


def _tell(entry: Entry, code: str, url: str, *, but: int) -> None:
    people = [each for each in moderators(entry.community_id or 0) if each != but]
    notices.tell(
        people,
        code,
        community_id=entry.community_id,
        url=url,
        params={"title": title_of(entry.thread_id)},
    )
