"""What the calendar tells and does in its own time: reminders, endings, leaving."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.calendar import kinds, views
from community.calendar.models import Happening, HappeningPerson
from community.calendar.services import answering, appointing, attending, reminding
from community.communities.events import MemberLeft
from community.core import clock
from community.core.db import db
from community.core.outbox import consumes
from community.core.verdict import N_
from community.core.worker import duty
from community.notices import services as notices
from community.notices.sentences import Told
from community.publishing.access import public_title
from community.publishing.models import Entry, Thread


def as_of_now(told: Sequence[Told]) -> Mapping[int, Mapping[str, str]]:
    """Return notice id -> the title as everybody may read it now, and the hour in the reader's words."""
    threads = {each.id: int(each.params.get("thread", 0)) for each in told}
    opener = aliased(Entry)
    rows = db.session.execute(
        select(Thread.id, public_title(opener).label("title"))
        .join(opener, opener.id == Thread.opener_id)
        .where(Thread.id.in_(set(threads.values())))
    )
    titles = {row.id: row.title for row in rows}
    return {
        each.id: {"title": titles.get(threads[each.id], "…"), "when": _when(each)} for each in told
    }


def _when(told: Told) -> str:
    at = told.params.get("at")
    return views.hour(datetime.fromisoformat(at)) if at else "…"


def is_near(told: Told) -> bool:
    """Tell, before a letter leaves, whether the reminded hour still holds and the person still comes."""
    row = db.session.execute(
        select(Happening.state, Happening.starts_at, HappeningPerson.answer)
        .join(HappeningPerson, HappeningPerson.happening_id == Happening.id)
        .where(
            Happening.thread_id == told.params["thread"], HappeningPerson.user_id == told.user_id
        )
    ).one_or_none()
    if row is None or row.state != "planned" or row.answer in ("no", "proxy"):
        return False
    same = row.starts_at.isoformat(timespec="seconds") == told.params["at"]
    return same and bool(clock.now() < row.starts_at)


notices.register(
    {
        "calendar.proxy_given": N_("%(person)s trusts you with their vote: “%(title)s”"),
        "calendar.proxy_taken_back": N_(
            "%(person)s votes without you now, your proxy is not needed: “%(title)s”"
        ),
        "calendar.holder_gave_back": N_(
            "%(person)s cannot vote in your name. Please answer anew: “%(title)s”"
        ),
        "calendar.appointed": N_("A meeting is appointed: %(when)s — “%(title)s”"),
        "calendar.moved": N_("A meeting is moved: now %(when)s — “%(title)s”"),
        "calendar.called_off": N_("A meeting is called off: “%(title)s”"),
        "calendar.restored": N_("The meeting takes place after all: %(when)s — “%(title)s”"),
    },
    group="calendar",
    fresh=as_of_now,
)
kinds.register(
    "meeting",
    kinds.Kind(
        name=N_("Meeting"),
        address=lambda slug, thread_id: f"/c/{slug}/meetings/{thread_id}",
        ends_by_itself=True,
    ),
)
notices.register(
    {
        "calendar.reminded": N_("A reminder: %(when)s — “%(title)s”"),
        "calendar.begins_soon": N_("It begins soon: %(when)s — “%(title)s”"),
    },
    group="calendar",
    still=is_near,
    fresh=as_of_now,
)


@consumes(MemberLeft)
def expect_no_more(event: MemberLeft) -> None:
    """Who left the community is not expected at what is to come; voices they hold go back."""
    answering.expect_no_more(event.community_id, event.user_id)


@duty
def remind() -> None:
    """Remind of what begins within a day, and again of what begins within an hour."""
    for happening_id in reminding.due():
        reminding.remind(happening_id)


@duty
def end_meetings() -> None:
    """Let be over what ends by itself and whose time is over."""
    past = select(Happening.id).where(
        Happening.state == "planned",
        Happening.ends_at <= clock.now(),
        Happening.kind.in_(kinds.ending_by_themselves()),
    )
    for happening_id in list(db.session.scalars(past)):
        appointing.settle(happening_id, "over")


@duty
def miss_the_silent() -> None:
    """Let the silent leave; asked by a query that finds none most of the time."""
    if attending.somebody_is_silent():
        attending.miss_the_silent()
