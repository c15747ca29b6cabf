"""The waiting list: numbered places, and a freed seat kept for the first of them for a term."""

from datetime import timedelta

from sqlalchemy import select

from community.audit import services as audit
from community.communities import policies
from community.communities.models import Application
from community.communities.services import seats
from community.communities.services.cases import (
    close,
    for_change,
    remember_agreement,
    step,
    why_refused,
)
from community.communities.services.seats import Room
from community.core.actor import SYSTEM, Actor
from community.core.clock import now
from community.core.db import db
from community.core.transactions import use_case
from community.core.verdict import require
from community.notices import services as notices


def put_on_list(actor: Actor, room: Room, application: Application) -> None:
    """Give an application the last place of the waiting list."""
    application.queued_at = now()
    step(actor, application, "waitlisted")
    audit.record(
        actor,
        "application.waitlisted",
        community_id=room.id,
        target=("application", application.id),
        body={"user_id": application.user_id},
    )
    notices.tell(
        [application.user_id],
        "application.waitlisted",
        community_id=room.id,
        url=f"/c/{room.slug}/application",
        params={"community": room.name, "place": place(application), "cap": room.cap},
    )


def place(application: Application) -> int:
    """Return the application's number in the waiting list, 1 for the next."""
    ahead = db.session.execute(
        select(Application.queued_at, Application.id).where(
            Application.community_id == application.community_id,
            Application.state == "waitlisted",
        )
    ).all()
    own = (application.queued_at, application.id)
    return 1 + sum((row[0], row[1]) < own for row in ahead)


def offer_free_seats(room: Room) -> None:
    """Keep each free seat for the next of the waiting list and tell them until when."""
    room = seats.lock(room.id)
    while seats.may_take(room):
        application = db.session.scalars(
            select(Application)
            .where(Application.community_id == room.id, Application.state == "waitlisted")
            .order_by(Application.queued_at, Application.id)
            .limit(1)
        ).one_or_none()
        if application is None:
            return
        _offer(room, application)
        room = seats.lock(room.id)


def _offer(room: Room, application: Application) -> None:
    seats.reserve(room)
    until = now() + timedelta(hours=room.offer_hours)
    application.offer_until = until
    step(SYSTEM, application, "offered")
    audit.record(
        SYSTEM,
        "seat.offered",
        community_id=room.id,
        target=("application", application.id),
        body={"user_id": application.user_id, "until": until.isoformat(timespec="seconds")},
    )
    notices.tell(
        [application.user_id],
        "seat.offered",
        community_id=room.id,
        url=f"/c/{room.slug}/application",
        params={"community": room.name, "hours": room.offer_hours},
    )


@use_case
def accept_offer(actor: Actor, application_id: int, *, agreed: tuple[int, int]) -> None:
    """Take the seat that was kept for the applicant; the charter and rules are agreed with again."""
    room, application = for_change(application_id)
    require(policies.may_answer(actor.id, application.user_id))
    require(policies.may_take_offer(application.state, application.offer_until, now()))
    require(why_refused(room, agreed))
    remember_agreement(actor, room)
    close(actor, application, "approved")
    seats.take_reserved(actor, room, application.user_id, agreed=agreed)
    notices.tell(
        seats.administrators(room.id),
        "seat.taken",
        community_id=room.id,
        url=f"/c/{room.slug}/admin/members",
        actor_id=actor.user_id,
        params={"community": room.name, "person": actor.name},
    )


@use_case
def decline_offer(actor: Actor, application_id: int) -> None:
    """Decline the kept seat; it is offered to the next at once."""
    room, application = for_change(application_id)
    require(policies.may_answer(actor.id, application.user_id))
    require(policies.may_take_offer(application.state, application.offer_until, now()))
    _give_back(actor, room, application, "declined")


@use_case
def lapse(application_id: int) -> bool:
    """End an offer whose term has run out and offer the seat to the next; True when it did."""
    room, application = for_change(application_id)
    if application.state != "offered" or (application.offer_until or now()) > now():
        return False
    _give_back(SYSTEM, room, application, "lapsed")
    notices.tell(
        [application.user_id],
        "seat.lapsed",
        community_id=room.id,
        url=f"/c/{room.slug}/apply",
        params={"community": room.name},
    )
    return True


def _give_back(actor: Actor, room: Room, application: Application, state: str) -> None:
    close(actor, application, state)
    seats.release(room)
    audit.record(
        actor,
        f"seat.{state}",
        community_id=room.id,
        target=("application", application.id),
        body={"user_id": application.user_id},
    )
    offer_free_seats(room)


def lapse_due() -> int:
    """End every offer whose term has run out, each in a transaction of its own; return how many."""
    due = db.session.scalars(
        select(Application.id)
        .where(Application.state == "offered", Application.offer_until <= now())
        .order_by(Application.offer_until, Application.id)
    ).all()
    return sum(lapse(each) for each in due)
