"""Who must know is told: moderators of what waits, on the same line as everyone's notices."""

from community.core.db import db
from community.core.outbox import consumes
from community.core.verdict import N_
from community.moderation import terms
from community.moderation.events import AppealMade, ReportMade
from community.moderation.models import Appeal, Report
from community.moderation.queries import rulings
from community.moderation.services import readers
from community.moderation.services.grounds import title_of
from community.notices import services as notices
from community.notices.sentences import Told
from community.publishing import decided, titles
from community.publishing.events import EntryHeld, RuleAlerted
from community.publishing.models import Entry

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
        "report.letter_upheld": N_("Your complaint of a letter was upheld: %(answer)s"),
        "report.letter_rejected": N_(
            "Your complaint of a letter was considered, decision № %(number)s: %(answer)s"
        ),
        "letter.warned": N_("A moderator answers a complaint of your letter: %(answer)s"),
        "report.lapsed": N_("The text in “%(title)s” that you complained of is gone"),
        "appeal.upheld": N_("Your appeal was considered: decision № %(number)s stands, see why"),
        "appeal.overturned": N_("Your appeal was granted: decision № %(number)s is cancelled"),
        "appeal.partly": N_(
            "Your appeal was granted in part: see what changes in decision № %(number)s"
        ),
        "appeal.rejected": N_("Your appeal against decision № %(number)s was not taken: see why"),
        "appeal.lapsed": N_(
            "Your appeal against decision № %(number)s needs no answer any more: see what happened"
        ),
    },
    group="moderation",
    card=decided.of_notice,
    fresh=titles.now,
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
        "moderation.letter": N_("A complaint of a letter: open it only if you decide on it"),
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
    people = [each for each in readers.moderators(event.community_id) if each != event.author_id]
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
    entry = db.session.get(Entry, report.entry_id) if report else None
    if report is None or entry is None or report.state != "new":
        return
    if entry.community_id is None:
        notices.tell(
            readers.moderators(report.community_id),
            "moderation.letter",
            community_id=report.community_id,
            url=f"/reports/{report.id}",
        )
        return
    _tell(entry, "moderation.reported", f"/e/{entry.id}/decide", but=entry.author_id)


@consumes(AppealMade)
def tell_of_appeal(event: AppealMade) -> None:
    """Tell those who may read an appeal: neither who decided nor a side of the dispute."""
    appeal = db.session.get(Appeal, event.appeal_id)
    if appeal is None or appeal.state != "new":
        return
    free = readers.free_readers(rulings.ruling(appeal.decision))
    if not free:
        terms.escalate(appeal.id)
        return
    notices.tell(
        free,
        "moderation.appealed",
        community_id=appeal.community_id,
        url=f"/decisions/{appeal.decision}",
        params={"number": appeal.decision},
    )


def _tell(entry: Entry, code: str, url: str, *, but: int) -> None:
    people = [each for each in readers.moderators(entry.community_id or 0) if each != but]
    notices.tell(
        people,
        code,
        community_id=entry.community_id,
        url=url,
        params={"title": title_of(entry.thread_id)},
    )
