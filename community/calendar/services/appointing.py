"""A happening is appointed, moved, called off; its room has asked whether the actor may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from community.calendar.models import Happening, HappeningPerson
from community.core import clock
from community.core.db import db, insert
from community.core.errors import Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import N_

_UNSAID: dict[str, object] = {"answer": "", "proxy_id": None, "answered_at": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The time and the place of a happening, as they are announced; ``place`` was judged by the gate."""

    starts_at: datetime
    ends_at: datetime
    place: str = ""


@use_case
def appoint(
    community_id: int,
    thread_id: int,
    kind: str,
    when: When,
    people: Iterable[int],
    *,
    attendance: str = "live",
    takes_proxies: bool = False,
    author_id: int | None = None,
) -> int:
    """Put a happening into the calendar for the people who are expected; return its id.

    Raises ``Invalid`` (ends_at) where it ends before it begins.
    """
    _require_order(when)
    happening = Happening(
        community_id=community_id,
        thread_id=thread_id,
        kind=kind,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        place=when.place.strip(),
        attendance=attendance,
        takes_proxies=takes_proxies,
        author_id=author_id,
        changed_at=clock.now(),
    )
    db.session.add(happening)
    db.session.flush()
    expect(happening.id, people)
    return happening.id


@use_case
def expect(happening_id: int, people: Iterable[int]) -> None:
    """Add people to those who are expected; who is there already stays as they answered."""
    rows = [{"happening_id": happening_id, "user_id": each} for each in sorted(set(people))]
    if rows:
        values = insert(HappeningPerson).values(answer="", reminders=0)
        db.session.execute(values.on_conflict_do_nothing(), rows)


@use_case
def move(happening_id: int, when: When) -> None:
    """Appoint another time or place; of another time reminders begin anew and all are asked again."""
    _require_order(when)
    happening = happening_for_change(happening_id)
    moved = (happening.starts_at, happening.ends_at) != (when.starts_at, when.ends_at)
    if not moved and happening.place == when.place.strip():
        return
    happening.starts_at, happening.ends_at = when.starts_at, when.ends_at
    happening.place = when.place.strip()
    happening.sequence += 1
    happening.changed_at = clock.now()
    if moved:
        everyone = HappeningPerson.happening_id == happening_id
        db.session.execute(update(HappeningPerson).where(everyone).values(reminders=0, **_UNSAID))


@use_case
def arrange(happening_id: int, *, attendance: str, takes_proxies: bool) -> None:
    """Say how people are counted, and whether they may be stood in for.

    Whoever gave their voice away is asked again where voices are given no more.
    """
    happening = happening_for_change(happening_id)
    happening.attendance = attendance
    if happening.takes_proxies and not takes_proxies:
        given = HappeningPerson.happening_id == happening_id, HappeningPerson.answer == "proxy"
        db.session.execute(update(HappeningPerson).where(*given).values(**_UNSAID))
    happening.takes_proxies = takes_proxies


@use_case
def release(happening_id: int, user_id: int) -> None:
    """Expect a person no more; voices that they held go back to those who gave them."""
    mine = HappeningPerson.happening_id == happening_id
    held = mine, HappeningPerson.proxy_id == user_id
    db.session.execute(update(HappeningPerson).where(*held).values(**_UNSAID))
    db.session.execute(delete(HappeningPerson).where(mine, HappeningPerson.user_id == user_id))


@use_case
def settle(happening_id: int, state: str) -> None:
    """Let a happening be cancelled or over, or planned again."""
    happening = happening_for_change(happening_id)
    if happening.state != state:
        happening.sequence += "cancelled" in (happening.state, state)  # an end is no change
        happening.state = state
        happening.changed_at = clock.now()


def happening_for_change(happening_id: int) -> Happening:
    """Load a happening under its lock; raises ``NotFound``."""
    found = db.session.scalars(
        select(Happening)
        .where(Happening.id == happening_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _require_order(when: When) -> None:
    if when.starts_at >= when.ends_at:
        raise Invalid({"ends_at": [N_("The end comes after the beginning.")]})
