"""Coming, being heard of, leaving: the book of who was there from when till when."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

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
    expected = db.session.get(HappeningPerson, (happening_id, actor.id))
    if expected is None:
        require(deny("calendar.not_expected"))
    last = _last(happening_id, actor.id)
    moment = clock.now()
    if last is not None and last.left_at is None:
        last.seen_at = max(last.seen_at, moment)
    elif last is not None and last.left_by == "silence" and moment < _until(last):
        last.left_at, last.left_by, last.seen_at = None, "", max(last.seen_at, moment)
    else:
        db.session.add(
            HappeningVisit(
                happening_id=happening_id, user_id=actor.id, came_at=moment, seen_at=moment
            )
        )
    db.session.flush()


@use_case
def still_here(actor: Actor, happening_id: int) -> bool:
    """Take down that a person is heard of; tell whether they are among those present."""
    last = _last(happening_id, actor.id)
    if last is None or last.left_by in ("self", "end"):
        return False
    if last.left_at is not None:
        if clock.now() >= _until(last):
            return False
        come(actor, happening_id)
    elif last.seen_at + HEARD_EVERY <= clock.now():
        last.seen_at = clock.now()
    return True


@use_case
def leave(actor: Actor, happening_id: int) -> None:
    """Take a person's leave down; nothing happens to one who is not here."""
    last = _last(happening_id, actor.id)
    if last is not None and last.left_at is None:
        _end(last, "self")


@use_case
def empty(happening_id: int) -> None:
    """Let everybody leave, because it is over."""
    here = select(HappeningVisit).where(
        HappeningVisit.happening_id == happening_id, HappeningVisit.left_at.is_(None)
    )
    for each in db.session.scalars(here):
        _end(each, "end")


@use_case
def miss_the_silent() -> list[int]:
    """Let those leave who are not heard of any more; return the happenings that they left."""
    before = clock.now() - SILENT_FOR
    silent = (
        select(HappeningVisit)
        .join(Happening, Happening.id == HappeningVisit.happening_id)
        .where(
            HappeningVisit.left_at.is_(None),
            HappeningVisit.seen_at < before,
            Happening.attendance == "live",
        )
        .order_by(HappeningVisit.id)
    )
    left = set()
    for each in db.session.scalars(silent):
        left.add(each.happening_id)
        db.session.execute(
            update(HappeningVisit)
            .where(HappeningVisit.id == each.id, HappeningVisit.seen_at < before)
            .values(left_at=HappeningVisit.seen_at, left_by="silence")
        )
    for happening_id in sorted(left):
        emit(PeopleLeft(happening_id=happening_id))
    return sorted(left)


def _until(visit: HappeningVisit) -> datetime:
    return visit.seen_at + CUT_WITHIN


def _end(visit: HappeningVisit, why: str) -> None:
    visit.left_at, visit.left_by = max(clock.now(), visit.came_at), why


def _last(happening_id: int, user_id: int) -> HappeningVisit | None:
    return db.session.scalars(
        select(HappeningVisit)
        .where(HappeningVisit.happening_id == happening_id, HappeningVisit.user_id == user_id)
        .order_by(HappeningVisit.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
