"""Reminders: the day before and the hour before, to those who did not say that they stay away."""

from sqlalchemy import select, update

from community.calendar import policies
from community.calendar.models import Happening, HappeningPerson
from community.calendar.services import telling
from community.calendar.services.appointing import happening_for_change
from community.communities.models import Membership
from community.core import clock
from community.core.db import db
from community.core.transactions import use_case

_CODES = {1: "calendar.reminded", 2: "calendar.begins_soon"}


def due() -> list[int]:
    """Return the happenings of which somebody may have to be reminded now."""
    now = clock.now()
    near = select(Happening.id).where(
        Happening.state == "planned",
        Happening.starts_at > now,
        Happening.starts_at <= now + max(policies.REMIND),
    )
    return list(db.session.scalars(near.order_by(Happening.starts_at)))


@use_case
def remind(happening_id: int) -> list[int]:
    """Send the reminder that is due to whoever has not got it; return whom.

    Nobody is reminded of what was appointed or moved when the reminder's hour had struck already:
    they have just been told.
    """
    happening = happening_for_change(happening_id)
    stage = policies.reminder(
        happening.starts_at, told_at=happening.changed_at, state=happening.state, now=clock.now()
    )
    if not stage:
        return []
    active = select(Membership.user_id).where(
        Membership.community_id == happening.community_id, Membership.state == "active"
    )
    waiting = (
        HappeningPerson.happening_id == happening_id,
        HappeningPerson.reminders < stage,
        HappeningPerson.answer.in_(("", "yes")),
        HappeningPerson.user_id.in_(active),
    )
    people = sorted(db.session.scalars(select(HappeningPerson.user_id).where(*waiting)))
    db.session.execute(update(HappeningPerson).where(*waiting).values(reminders=stage))
    at = happening.starts_at.isoformat(timespec="seconds")
    telling.tell(happening, people, _CODES[stage], at=at)
    return people
