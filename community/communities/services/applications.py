"""Applications: a person asks, an administrator decides with words, the applicant is told (S3 §6)."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from community.audit import services as audit
from community.communities import policies, ports
from community.communities.models import Application, Invitation
from community.communities.services import offers, seats
from community.communities.services.cases import (
    close,
    for_change,
    open_case,
    remember_agreement,
    step,
    why_refused,
)
from community.communities.services.seats import Room
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db
from community.core.errors import Invalid
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.notices import services as notices

MIN_REASON = 10
"""Characters of a reason: nobody is refused without words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision: the person is in, or has a place in the waiting list."""

    application_id: int | None
    user_id: int
    state: str
    place: int | None = None


@use_case
def apply(
    actor: Actor,
    community_id: int,
    *,
    why: str,
    agreed: tuple[int, int],
    invitation: Invitation | None = None,
) -> int:
    """Ask to join, having agreed with the charter and rules in force; return the application's id."""
    room = seats.lock(community_id)
    require(policies.may_apply(standing(actor, room.id)))
    require(why_refused(room, agreed))
    if open_case(room, actor.id) is not None:
        require(deny("application.already_open"))
    require_words("why", why)
    ports.check_words(actor, why=why)
    application = file(actor, room, why=why, agreed=agreed, invitation=invitation)
    notices.tell(
        seats.administrators(room.id),
        "application.received",
        community_id=room.id,
        url=f"/c/{room.slug}/admin/applications",
        actor_id=actor.user_id,
        params={"community": room.name, "person": actor.name},
    )
    return application.id


def file(
    actor: Actor,
    room: Room,
    *,
    why: str,
    agreed: tuple[int, int],
    invitation: Invitation | None = None,
) -> Application:
    """Store a new application and its first step."""
    application = Application(
        community_id=room.id,
        user_id=actor.id,
        why=why.strip(),
        state="new",
        invitation_id=invitation.id if invitation else None,
        charter_version=agreed[0],
        rules_version=agreed[1],
        created_at=now(),
    )
    db.session.add(application)
    remember_agreement(actor, room)
    step(actor, application, "new")
    audit.record(
        actor,
        "application.made",
        community_id=room.id,
        target=("application", application.id),
        body={"user_id": actor.id},
    )
    return application


@use_case
def withdraw(actor: Actor, application_id: int) -> None:
    """Take one's own application back; a seat kept for it is offered to the next."""
    room, application = for_change(application_id)
    require(policies.may_answer(actor.id, application.user_id))
    _require_open(application)
    _end(actor, room, application, "withdrawn")


@use_case
def approve(actor: Actor, application_id: int) -> Outcome:
    """Admit the applicant; at the cap that is impossible, and a numbered place is given instead."""
    room, application = for_change(application_id)
    who = standing(actor, room.id)
    require(policies.may_decide(who, application.user_id, application.state))
    if application.state != "new":
        return _outcome(application)
    application.decided_at, application.decided_by = now(), actor.user_id
    return settle(actor, room, application, came_by="application")


def settle(actor: Actor, room: Room, application: Application, *, came_by: str) -> Outcome:
    """Seat a vetted applicant, or put them on the waiting list where no seat is free."""
    if not seats.may_take(room):
        offers.put_on_list(actor, room, application)
        return _outcome(application)
    agreed = (application.charter_version, application.rules_version)
    seats.take(actor, room, application.user_id, came_by=came_by, agreed=agreed)
    close(actor, application, "approved")
    audit.record(
        actor,
        "application.approved",
        actor_role=standing(actor, room.id).role,
        community_id=room.id,
        target=("application", application.id),
        body={"user_id": application.user_id, "members": room.members + 1},
    )
    notices.tell(
        [application.user_id],
        "application.approved",
        community_id=room.id,
        url=f"/c/{room.slug}/",
        params={"community": room.name},
    )
    return _outcome(application)


@use_case
def refuse(actor: Actor, application_id: int, *, reason: str) -> None:
    """Refuse with a reason that the applicant reads; a seat kept for them goes to the next."""
    room, application = for_change(application_id)
    who = standing(actor, room.id)
    require(policies.may_decide(who, application.user_id, application.state))
    require_words("reason", reason)
    ports.check_words(actor, reason=reason)
    _end(actor, room, application, "refused", reason=reason.strip(), role=who.role)
    notices.tell(
        [application.user_id],
        "application.refused",
        community_id=room.id,
        url=f"/c/{room.slug}/application",
        params={"community": room.name, "reason": reason.strip()},
    )


@use_case
def admit(actor: Actor, community_id: int, user_id: int) -> Outcome:
    """Seat a registered person without an application, as an import or the command line does.

    The seat is taken by the same function, and the charter is agreed with at the first visit.
    Refuses with «community.full» where no seat is free.
    """
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    application = open_case(room, user_id)
    if application is not None and application.state == "offered":
        close(actor, application, "approved")
        agreed = (application.charter_version, application.rules_version)
        seats.take_reserved(actor, room, user_id, agreed=agreed)
        return Outcome(application.id, user_id, "approved")
    seats.take(actor, room, user_id, came_by="admission", agreed=(0, 0))
    if application is not None:
        close(actor, application, "approved")
    notices.tell(
        [user_id],
        "application.approved",
        community_id=room.id,
        url=f"/c/{room.slug}/",
        params={"community": room.name},
    )
    return Outcome(None, user_id, "approved")


def require_words(field: str, said: str) -> None:
    """Refuse a reason that says nothing; raises ``Invalid`` for ``field``."""
    length = len(" ".join(said.split()))
    if length < MIN_REASON:
        short = MIN_REASON - length
        raise Invalid(
            {
                field: [
                    _("Please write a few words more: the person should understand you.")
                    + " "
                    + ngettext(
                        "%(num)s character is missing.", "%(num)s characters are missing.", short
                    )
                ]
            }
        )


def _end(
    actor: Actor,
    room: Room,
    application: Application,
    state: str,
    *,
    reason: str = "",
    role: str = "",
) -> None:
    had_seat = application.state == "offered"
    close(actor, application, state, reason=reason)
    audit.record(
        actor,
        f"application.{state}",
        actor_role=role,
        community_id=room.id,
        target=("application", application.id),
        body={"user_id": application.user_id},
        sealed={"reason": reason} if reason else None,
    )
    if had_seat:
        seats.release(room)
        offers.offer_free_seats(room)


def _require_open(application: Application) -> None:
    if application.state not in ("new", "waitlisted", "offered"):
        require(deny("application.closed"))


def _outcome(application: Application) -> Outcome:
    waits = application.state == "waitlisted"
    place = offers.place(application) if waits else None
    return Outcome(application.id, application.user_id, application.state, place)
