"""Invitations: a link or letters with a term and a count; the seat is taken as everyone's (A14)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from sqlalchemy import select, update

from community.audit import services as audit
from community.communities import letters, policies, ports
from community.communities.models import Invitation, Membership
from community.communities.services import applications, offers, seats
from community.communities.services.applications import Outcome
from community.communities.services.cases import close, open_case, why_refused
from community.communities.services.seats import Room
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db
from community.core.errors import Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.notices import services as notices

MAX_LETTERS = 30


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh invitation; its code is shown this once and stored as a hash."""

    id: int
    code: str
    email: str | None


@use_case
def invite(
    actor: Actor,
    community_id: int,
    *,
    days: int = 14,
    uses: int = 1,
    note: str = "",
    emails: Sequence[str] = (),
) -> list[Made]:
    """Make one link, or one letter with its own link for each address."""
    room = seats.lock(community_id)
    who = standing(actor, room.id)
    require(policies.may_invite(who))
    to = _addresses(emails)
    _check(days, uses)
    ports.check_words(actor, note=note)
    admits = bool(policies.may_administer(who))
    made = [
        _make(
            actor,
            room,
            admits=admits,
            days=days,
            uses=1 if address else uses,
            note=note,
            email=address,
        )
        for address in (to or [None])
    ]
    for each in made:
        if each.email:
            letters.send_invitation(actor, room, each.email, each.code, note=note, days=days)
    audit.record(
        actor,
        "invitation.made",
        actor_role=who.role,
        community_id=room.id,
        target=("invitation", made[0].id),
        body={"invitation_id": made[0].id, "uses": uses if not to else len(made)},
    )
    return made


@use_case
def revoke_invitation(actor: Actor, community_id: int, invitation_id: int) -> None:
    """Take an invitation back: its maker's or an administrator's act."""
    found = db.session.get(Invitation, invitation_id)
    if found is None or found.community_id != community_id:
        raise NotFound
    if found.made_by != actor.user_id:
        require(policies.may_administer(standing(actor, found.community_id)))
    if found.revoked_at is not None:
        return
    found.revoked_at = now()
    audit.record(
        actor,
        "invitation.revoked",
        actor_role=standing(actor, found.community_id).role,
        community_id=found.community_id,
        target=("invitation", found.id),
    )


@use_case
def open_invitation(code: str) -> None:
    """Count that the link was opened."""
    db.session.execute(
        update(Invitation)
        .where(Invitation.code_hash == Invitation.hash_of(code))
        .values(opened=Invitation.opened + 1)
        .execution_options(synchronize_session=False)
    )


@use_case
def accept_invitation(
    actor: Actor, code: str, *, agreed: tuple[int, int], why: str = ""
) -> Outcome:
    """Come in by an invitation: an administrator's admits, a member's files an application.

    An application that waits already is the one that is decided; at the cap the invited person
    takes a place in the waiting list.
    """
    room, invitation = _for_use(code)
    require(policies.may_apply(standing(actor, room.id)))
    require(why_refused(room, agreed))
    admits = invitation.admits and invitation.made_by in seats.administrators(room.id)
    if not admits:
        application_id = applications.apply(
            actor, room.id, why=why, agreed=agreed, invitation=invitation
        )
        outcome = Outcome(application_id, actor.id, "new")
    else:
        _require_not_removed(room, actor.id)
        outcome = _come_in(actor, room, invitation, agreed, why)
    invitation.uses += 1
    db.session.flush()
    _tell_maker(actor, room, invitation, outcome)
    return outcome


def _come_in(
    actor: Actor, room: Room, invitation: Invitation, agreed: tuple[int, int], why: str
) -> Outcome:
    application = open_case(room, actor.id)
    if application is not None and application.state == "offered":
        close(actor, application, "approved")
        seats.take_reserved(actor, room, actor.id, agreed=agreed)
        return Outcome(application.id, actor.id, "approved")
    if application is not None and application.state == "waitlisted":
        return Outcome(application.id, actor.id, "waitlisted", offers.place(application))
    if application is None:
        said = why.strip() or _("By invitation.")
        ports.check_words(actor, why=said)
        application = applications.file(actor, room, why=said, agreed=agreed, invitation=invitation)
    application.charter_version, application.rules_version = agreed
    application.invitation_id = invitation.id
    return applications.settle(actor, room, application, came_by="invitation")


def _for_use(code: str) -> tuple[Room, Invitation]:
    row = db.session.execute(
        select(Invitation.id, Invitation.community_id).where(
            Invitation.code_hash == Invitation.hash_of(code)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    room = seats.lock(row.community_id)
    found = db.session.get_one(Invitation, row.id, populate_existing=True)
    require(
        policies.may_use_invitation(
            revoked=found.revoked_at is not None,
            expires_at=found.expires_at,
            uses=found.uses,
            uses_limit=found.uses_limit,
            now=now(),
        )
    )
    return room, found


def _require_not_removed(room: Room, user_id: int) -> None:
    state = db.session.scalar(
        select(Membership.state).where(
            Membership.community_id == room.id, Membership.user_id == user_id
        )
    )
    if state == "removed":
        require(deny("invitation.after_removal"))


def _make(
    actor: Actor, room: Room, *, admits: bool, days: int, uses: int, note: str, email: str | None
) -> Made:
    code = secrets.token_urlsafe(18)
    row = Invitation(
        community_id=room.id,
        made_by=actor.id,
        code_hash=Invitation.hash_of(code),
        admits=admits,
        note=note.strip(),
        email=email,
        uses_limit=uses,
        uses=0,
        opened=0,
        created_at=now(),
        expires_at=now() + timedelta(days=days),
    )
    db.session.add(row)
    db.session.flush()
    return Made(row.id, code, email)


def _tell_maker(actor: Actor, room: Room, invitation: Invitation, outcome: Outcome) -> None:
    if outcome.state == "new":
        return  # the administrators are told of the application
    notices.tell(
        [invitation.made_by],
        "invitation.accepted",
        community_id=room.id,
        url=f"/c/{room.slug}/invitations",
        actor_id=actor.user_id,
        params={"community": room.name, "person": actor.name},
    )


def _addresses(emails: Sequence[str]) -> list[str | None]:
    found: list[str | None] = []
    bad: list[str] = []
    for each in dict.fromkeys(part.strip() for part in emails if part.strip()):
        try:
            found.append(validate_email(each, check_deliverability=False).normalized)
        except EmailNotValidError:
            bad.append(each)
    if bad:
        raise Invalid(
            {"emails": [_("This is not an e-mail address: %(bad)s", bad=", ".join(bad[:3]))]}
        )
    if len(found) > MAX_LETTERS:
        raise Invalid({"emails": [_("At most %(max)s letters at once.", max=MAX_LETTERS)]})
    return found


def _check(days: int, uses: int) -> None:
    if not 1 <= days <= 90:
        raise Invalid({"days": [_("From 1 to 90 days.")]})
    if not 1 <= uses <= 150:
        raise Invalid({"uses": [_("From 1 to 150 people.")]})
