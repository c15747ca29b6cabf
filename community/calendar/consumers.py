"""What the calendar tells, and its periodic work: those who are not heard of any more have left."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.calendar.models import HappeningVisit
from community.calendar.services import attending
from community.core import clock
from community.core.db import db
from community.core.verdict import N_
from community.core.worker import duty
from community.notices import services as notices
from community.notices.sentences import Told
from community.publishing.access import public_title
from community.publishing.models import Entry, Thread


def titles_now(told: Sequence[Told]) -> Mapping[int, Mapping[str, str]]:
    """Return notice id -> the title of its happening as everybody may read it now."""
    threads = {each.id: int(each.params.get("thread", 0)) for each in told}
    opener = aliased(Entry)
    rows = db.session.execute(
        select(Thread.id, public_title(opener).label("title"))
        .join(opener, opener.id == Thread.opener_id)
        .where(Thread.id.in_(set(threads.values())))
    )
    titles = {row.id: row.title for row in rows}
    return {notice: {"title": titles.get(thread, "…")} for notice, thread in threads.items()}


notices.register(
    {
        "calendar.proxy_given": N_("%(person)s trusts you with their vote: “%(title)s”"),
        "calendar.proxy_taken_back": N_(
            "%(person)s votes without you now, your proxy is not needed: “%(title)s”"
        ),
        "calendar.holder_gave_back": N_(
            "%(person)s cannot vote in your name. Please answer anew: “%(title)s”"
        ),
    },
    group="community",
    fresh=titles_now,
)


@duty
def miss_the_silent() -> None:
    """Let the silent leave; asked by a query that finds none most of the time."""
    silent = select(HappeningVisit.id).where(
        HappeningVisit.left_at.is_(None),
        HappeningVisit.seen_at < clock.now() - attending.SILENT_FOR,
    )
    if db.session.scalar(silent.limit(1)) is not None:
        attending.miss_the_silent()
