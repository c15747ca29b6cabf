"""Members: leaving at will, suspension and removal with a reason, and «confirm you take part»."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from community.audit import services as audit
from community.communities import policies, ports
from community.communities.events import StandingChanged
from community.communities.models import Application, Membership, RoleGrant
from community.communities.services import seats
from community.communities.services.applications import require_words
from community.communities.services.cases import close, open_case
from community.communities.services.offers import offer_free_seats
from community.communities.services.seats import Room
from community.communities.standing import standing
from community.core import outbox
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db
from community.core.transactions import use_case
from community.core.verdict import deny, require
from community.notices import services as notices

ASK_AGAIN_AFTER = timedelta(days=14)


@use_case
def leave(actor: Actor, community_id: int) -> None:
    """Leave at will; the last administrator hands the role over first (S3 §6, A11)."""
    room = seats.lock(community_id)
    _leave(actor, room, member(room, actor.id))
    offer_free_seats(room)


@use_case
def leave_all(actor: Actor) -> None:
    """Leave every community and take back every open application: the account is being closed."""
    rows = db.session.scalars(
        select(Membership.community_id)
        .where(Membership.user_id == actor.id, Membership.state.in_(("active", "suspended")))
        .union(
            select(Application.community_id).where(
                Application.user_id == actor.id,
                Application.state.in_(("new", "waitlisted", "offered")),
            )
        )
    ).all()
    rooms = [seats.lock(each) for each in sorted(rows)]
    for room in rooms:
        found = _membership(room, actor.id)
        if found is not None:
            _leave(actor, room, found)
        _withdraw_open(actor, room)
        offer_free_seats(room)


@use_case
def remove(actor: Actor, community_id: int, user_id: int, *, reason: str) -> None:
    """Take a member out with a reason that they read; the seat goes to the next."""
    room = seats.lock(community_id)
    found = _target(actor, room, user_id)
    _require_reason(actor, reason)
    seats.vacate(room, found, state="removed", note=reason.strip())
    _trace(actor, room, user_id, "membership.removed", reason)
    _tell(room, user_id, "membership.removed", reason)
    offer_free_seats(room)


@dataclass(frozen=True, slots=True)
class Term:
    """For how long a membership is suspended, and by which article; None days until it is resumed."""

    days: int | None = None
    article: str = ""
    previous: int | None = None
    """The proposal that an administrator signed: its row in the journal."""


NO_TERM = Term()
LONGEST = 365


@use_case
def suspend(
    actor: Actor, community_id: int, user_id: int, *, reason: str, term: Term = NO_TERM
) -> int:
    """Let a member only read for a while; the seat stays theirs. Returns the decision's number.

    Only an administrator does it (B10); the person is told the reason, the term and the appeal.
    """
    room = seats.lock(community_id)
    found = _target(actor, room, user_id)
    _require_reason(actor, reason)
    if found.state == "suspended":
        require(deny("community.suspended"))
    if term.days is not None and not 0 < term.days <= LONGEST:
        require(deny("member.bad_term"))
    until = now() + timedelta(days=term.days) if term.days else None
    number = _trace(
        actor, room, user_id, "membership.suspended", reason,
        body={"until": f"{until:%Y-%m-%d}" if until else None, "article": term.article,
              "previous": term.previous},
    )  # fmt: skip
    found.state, found.state_note = "suspended", reason.strip()
    found.suspended_until, found.suspended_number = until, number
    found.suspended_article = term.article
    code = "membership.suspended_until" if until else "membership.suspended"
    _tell(room, user_id, code, reason, url=f"/decisions/{number}", until=until)
    outbox.emit(StandingChanged(community_id=room.id, user_id=user_id))
    return number


@use_case
def resume(actor: Actor, community_id: int, user_id: int) -> None:
    """Let a suspended member write again, before the term or at its end."""
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    found = member(room, user_id)
    if found.state != "suspended":
        require(deny("member.not_suspended"))
    previous = found.suspended_number
    _clear_suspension(found)
    body = {"previous": previous, "code": "term" if actor.kind == "system" else "earlier"}
    _trace(actor, room, user_id, "membership.resumed", body=body)
    _tell(room, user_id, "membership.resumed")
    outbox.emit(StandingChanged(community_id=room.id, user_id=user_id))


def _clear_suspension(found: Membership) -> None:
    found.state, found.state_note = "active", ""
    found.suspended_until = found.suspended_number = None
    found.suspended_article = ""


def suspensions_due() -> list[tuple[int, int]]:
    """Return (community, person) of the suspensions whose term is over."""
    rows = db.session.execute(
        select(Membership.community_id, Membership.user_id).where(
            Membership.state == "suspended", Membership.suspended_until <= now()
        )
    )
    return [(row.community_id, row.user_id) for row in rows]


@use_case
def ask_to_confirm(actor: Actor, community_id: int, user_ids: Iterable[int]) -> int:
    """Ask silent members whether they still take part; nobody is removed by it (A08).

    Whoever was asked within two weeks is not asked again. Returns how many letters went out.
    """
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    asked = list(
        db.session.scalars(
            update(Membership)
            .where(
                Membership.community_id == room.id,
                Membership.user_id.in_(list(user_ids)),
                Membership.state == "active",
                (Membership.asked_to_confirm_at.is_(None))
                | (Membership.asked_to_confirm_at < now() - ASK_AGAIN_AFTER),
            )
            .values(asked_to_confirm_at=now())
            .returning(Membership.user_id)
            .execution_options(synchronize_session=False)
        )
    )
    if asked:
        notices.tell(
            asked,
            "membership.confirm",
            community_id=room.id,
            url=f"/c/{room.slug}/confirm",
            params={"community": room.name},
        )
    return len(asked)


@use_case
def confirm(actor: Actor, community_id: int) -> None:
    """Say «yes, I take part»: counts as activity and answers the question."""
    room = seats.lock(community_id)
    require(policies.may_read_inside(standing(actor, room.id)))
    found = member(room, actor.id)
    found.last_active_at, found.asked_to_confirm_at = now(), None


@use_case
def touch(user_id: int, community_id: int) -> None:
    """Remember that the member was here; called at most once a day per member."""
    db.session.execute(
        update(Membership)
        .where(
            Membership.community_id == community_id,
            Membership.user_id == user_id,
            Membership.state == "active",
        )
        .values(last_active_at=now(), asked_to_confirm_at=None)
        .execution_options(synchronize_session=False)
    )


def member(room: Room, user_id: int) -> Membership:
    """Return the person's membership, active or suspended; refuses where there is none."""
    found = _membership(room, user_id)
    if found is None:
        require(deny("member.not_found"))
    assert found is not None
    return found


def _membership(room: Room, user_id: int) -> Membership | None:
    return db.session.scalars(
        select(Membership).where(
            Membership.community_id == room.id,
            Membership.user_id == user_id,
            Membership.state.in_(("active", "suspended")),
        )
    ).one_or_none()


def _target(actor: Actor, room: Room, user_id: int) -> Membership:
    who = standing(actor, room.id)
    require(policies.may_administer(who))
    found = member(room, user_id)
    roles = frozenset(
        db.session.scalars(select(RoleGrant.role).where(RoleGrant.membership_id == found.id))
    )
    require(policies.may_change_member(who, roles, user_id))
    return found


def _leave(actor: Actor, room: Room, found: Membership) -> None:
    seats.vacate(room, found, state="left")
    _trace(actor, room, found.user_id, "membership.left")


def _withdraw_open(actor: Actor, room: Room) -> None:
    application = open_case(room, actor.id)
    if application is None:
        return
    had_seat = application.state == "offered"
    close(actor, application, "withdrawn")
    audit.record(
        actor,
        "application.withdrawn",
        community_id=room.id,
        target=("application", application.id),
        body={"user_id": actor.id},
    )
    if had_seat:
        seats.release(room)


def _require_reason(actor: Actor, reason: str) -> None:
    require_words("reason", reason)
    ports.check_words(actor, reason=reason)


def _trace(
    actor: Actor,
    room: Room,
    user_id: int,
    kind: str,
    reason: str = "",
    *,
    body: Mapping[str, Any] | None = None,
) -> int:
    role = standing(actor, room.id).role
    return audit.record(
        actor,
        kind,
        actor_role=role,
        community_id=room.id,
        target=("user", user_id),
        body=body,
        sealed={"reason": reason.strip()} if reason else None,
    )


def _tell(
    room: Room,
    user_id: int,
    code: str,
    reason: str = "",
    *,
    url: str = "",
    until: datetime | None = None,
) -> None:
    params = {"community": room.name}
    if reason:
        params["reason"] = reason.strip()
    if until:
        params["until"] = f"{until:%d.%m.%Y}"
    notices.tell(
        [user_id], code, community_id=room.id, url=url or f"/c/{room.slug}/", params=params
    )
