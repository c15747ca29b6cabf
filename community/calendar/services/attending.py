"""Coming, being heard of, leaving: the book of who was there from when till when.

The book of one person never runs backwards, whatever the clock of the machine does: a stay begins
where the one before ended or later, and ends where it began or later. The happening is locked before
a stay, so that two windows of one person, and the end of it all, come one after the other.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, update

from community.calendar.events import PeopleLeft
from community.calendar.models import Happening, HappeningPerson, HappeningVisit
from community.calendar.services.appointing import happening_for_change
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import deny, require

SILENT_FOR = timedelta(minutes=3)
"""Who is not heard of for so long has left, at the moment they were last heard of."""
CUT_WITHIN = timedelta(minutes=10)
"""A silence shorter than this was a cut of the line: the stay goes on as if nothing had been."""
HEARD_EVERY = timedelta(seconds=30)


@use_case
def come(actor: Actor, happening_id: int) -> None:
    """Take a person's arrival down; one who is here already, or was cut off shortly, goes on.

    Raises ``Refused`` for one who is not on the list (calendar.not_expected), and when it is over or
    called off (calendar.is_over).
    """
    if happening_for_change(happening_id).state != "planned":
        require(deny("calendar.is_over"))
    if db.session.get(HappeningPerson, (happening_id, actor.id)) is None:
        require(deny("calendar.not_expected"))
    last, moment = _for_change(happening_id, actor.id), clock.now()
    if last is not None and last.left_at is None:
        last.seen_at = max(last.seen_at, moment)
    elif last is not None and _was_cut(last, moment):
        _go_on(last, moment)
    else:
        moment = moment if last is None or last.left_at is None else max(moment, last.left_at)
        visit = HappeningVisit(happening_id=happening_id, user_id=actor.id)
        visit.came_at = visit.seen_at = moment
        db.session.add(visit)
    db.session.flush()


@use_case
def still_here(actor: Actor, happening_id: int) -> bool:
    """Take down that a person is heard of; tell whether they are among those present."""
    last, moment = db.session.scalar(_newest(happening_id, actor.id)), clock.now()
    if last is None:
        return False
    if last.left_at is None:
        _hear(last.id, moment)
        return True
    if not _was_cut(last, moment) or happening_for_change(happening_id).state != "planned":
        return False
    last = _for_change(happening_id, actor.id)  # another window may have come or left meanwhile
    if last is not None and last.left_at is not None and _was_cut(last, moment):
        _go_on(last, moment)
    return last is not None and last.left_at is None


@use_case
def leave(actor: Actor, happening_id: int) -> None:
    """Take a person's leave down; nothing happens to one who is not here."""
    last = _for_change(happening_id, actor.id)
    if last is not None and last.left_at is None:
        _end(last, "self")


@use_case
def empty(happening_id: int) -> None:
    """Let everybody leave, because it is over."""
    happening_for_change(happening_id)  # whoever is coming now comes before this, or not at all
    here = select(HappeningVisit).where(
        HappeningVisit.happening_id == happening_id, HappeningVisit.left_at.is_(None)
    )
    here = here.order_by(HappeningVisit.id).execution_options(populate_existing=True)
    for each in db.session.scalars(here.with_for_update()):
        _end(each, "end")


def somebody_is_silent() -> bool:
    """Tell whether ``miss_the_silent`` has anything to do; cheap, for each minute."""
    now = clock.now()
    found = _live(or_(_silent_at(now), _ahead_of(now))).limit(1)
    return db.session.scalar(found) is not None


@use_case
def miss_the_silent() -> list[int]:
    """Let those leave who are not heard of any more; return the happenings that they left.

    A stay whose last hearing lies ahead was written before the clock was set back: it counts as
    heard of now, or nobody would miss that person until the clock comes there again.
    """
    now = clock.now()
    for each in db.session.scalars(_live(_ahead_of(now)).with_for_update(of=HappeningVisit)):
        _bring_back(each, now)
    left = set()
    for each in db.session.scalars(_live(_silent_at(now)).with_for_update(of=HappeningVisit)):
        each.left_at, each.left_by = each.seen_at, "silence"
        left.add(each.happening_id)
    for happening_id in sorted(left):
        emit(PeopleLeft(happening_id=happening_id))
    return sorted(left)


def _live(condition: ColumnElement[bool]) -> Select[HappeningVisit]:
    """Return the stays that go on at happenings where one is present while one is here."""
    return (
        select(HappeningVisit)
        .join(Happening, Happening.id == HappeningVisit.happening_id)
        .where(HappeningVisit.left_at.is_(None), Happening.attendance == "live", condition)
        .order_by(HappeningVisit.id)
        .execution_options(populate_existing=True)
    )


def _silent_at(now: datetime) -> ColumnElement[bool]:
    return HappeningVisit.seen_at < now - SILENT_FOR


def _ahead_of(now: datetime) -> ColumnElement[bool]:
    return HappeningVisit.seen_at > now + SILENT_FOR


def _bring_back(visit: HappeningVisit, now: datetime) -> None:
    earlier = select(HappeningVisit.left_at).where(
        HappeningVisit.happening_id == visit.happening_id,
        HappeningVisit.user_id == visit.user_id,
        HappeningVisit.id < visit.id,
    )
    before = db.session.scalar(earlier.order_by(HappeningVisit.id.desc()).limit(1))
    visit.came_at = min(visit.came_at, max(now, before or now))
    visit.seen_at = max(now, visit.came_at)


def _hear(visit_id: int, moment: datetime) -> None:
    """Write a hearing down by one statement, which waits for no other lock than the row's."""
    rarely = HappeningVisit.left_at.is_(None), HappeningVisit.seen_at <= moment - HEARD_EVERY
    heard = update(HappeningVisit).where(HappeningVisit.id == visit_id, *rarely)
    db.session.execute(heard.values(seen_at=moment))


def _was_cut(visit: HappeningVisit, moment: datetime) -> bool:
    return visit.left_by == "silence" and moment < visit.seen_at + CUT_WITHIN


def _go_on(visit: HappeningVisit, moment: datetime) -> None:
    visit.left_at, visit.left_by, visit.seen_at = None, "", max(visit.seen_at, moment)


def _end(visit: HappeningVisit, why: str) -> None:
    visit.left_at, visit.left_by = max(clock.now(), visit.came_at), why
    visit.seen_at = min(visit.seen_at, visit.left_at)


def _newest(happening_id: int, user_id: int) -> Select[HappeningVisit]:
    return (
        select(HappeningVisit)
        .where(HappeningVisit.happening_id == happening_id, HappeningVisit.user_id == user_id)
        .order_by(HappeningVisit.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _for_change(happening_id: int, user_id: int) -> HappeningVisit | None:
    """Return the newest stay of a person under its lock."""
    return db.session.scalar(_newest(happening_id, user_id).with_for_update())
