"""Meetings: an hour that was found together stands in the calendar; it is moved and called off."""

from sqlalchemy import select

from community.audit import services as audit
from community.calendar import policies, proposals
from community.calendar.models import Happening, HappeningPerson
from community.calendar.services import appointing, telling
from community.calendar.services.appointing import When, happening_for_change
from community.communities.models import Membership
from community.communities.standing import Standing, standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.publishing import drafts, gate
from community.publishing.facts import Circumstances, Words
from community.publishing.services import NO_RULES
from community.publishing.threads import thread_for_change

KIND = "meeting"


@use_case
def appoint(
    actor: Actor,
    community_id: int,
    source: tuple[str, int],
    when: When,
    *,
    seen: frozenset[str] = NO_RULES,
) -> int:
    """Put a meeting into the calendar that ``source`` (kind, id) proposes; return its thread.

    Those of its people who are members still are expected and told. Raises ``NotFound``,
    ``Refused``, ``Conflict`` (stands there already), ``Invalid`` (the hour), ``AskFirst``, ``Blocked``.
    """
    proposal = proposals.of(source[0], actor, community_id, source[1])
    thread_for_change(proposal.thread_id)  # of two at once the second finds it in the calendar
    standing_there = select(Happening.id).where(Happening.thread_id == proposal.thread_id)
    if db.session.scalar(standing_there) is not None:
        raise Conflict("calendar.stands_already")
    _require_sound(actor, standing(actor, community_id), when, seen)
    people = _members(community_id, set(proposal.people))
    happening_id = appointing.appoint(
        community_id, proposal.thread_id, KIND, when, people, attendance="whole", author_id=actor.id
    )
    happening = happening_for_change(happening_id)
    _journal(actor, happening, "happening.appointed", expected=len(people))
    _tell(actor, happening, "calendar.appointed", at=_stamp(when))
    drafts.drop(actor, place_of(*source))
    return proposal.thread_id


@use_case
def move(actor: Actor, happening_id: int, when: When, *, seen: frozenset[str] = NO_RULES) -> None:
    """Appoint another hour or place; everybody expected is told, and reminded anew.

    Raises ``Refused``, ``Invalid``, ``AskFirst``, ``Blocked`` as ``appoint`` does.
    """
    happening = _led(actor, happening_id)
    was = happening.starts_at
    _require_sound(actor, standing(actor, happening.community_id), when, seen)
    before = happening.sequence
    appointing.move(happening_id, when)
    drafts.drop(actor, place_of("move", happening_id))
    if happening.sequence == before:
        return
    _journal(actor, happening, "happening.moved", was=was.isoformat(), now=_stamp(when))
    _tell(actor, happening, "calendar.moved", at=_stamp(when))


@use_case
def cancel(actor: Actor, happening_id: int) -> None:
    """Call a meeting off; everybody expected is told."""
    happening = _led(actor, happening_id)
    if happening.state == "planned":
        appointing.settle(happening_id, "cancelled")
        _journal(actor, happening, "happening.cancelled")
        _tell(actor, happening, "calendar.called_off", at=happening.starts_at.isoformat())


@use_case
def restore(actor: Actor, happening_id: int) -> None:
    """Let a meeting take place after all that was called off, before its hour; all are told."""
    happening = _led(actor, happening_id)
    if happening.state == "cancelled" and happening.starts_at > clock.now():
        appointing.settle(happening_id, "planned")
        _journal(actor, happening, "happening.restored")
        _tell(actor, happening, "calendar.restored", at=happening.starts_at.isoformat())


def place_of(kind: str, number: int) -> str:
    """Return where a meeting is being appointed or moved, as drafts name it."""
    return f"meeting-{kind}:{number}"


def _led(actor: Actor, happening_id: int) -> Happening:
    happening = happening_for_change(happening_id)
    if happening.kind != KIND:
        raise NotFound
    who = standing(actor, happening.community_id)
    require(policies.may_lead(who, happening.author_id, happening.state))
    return happening


def _require_sound(actor: Actor, who: Standing, when: When, seen: frozenset[str]) -> None:
    require(policies.may_lead(who, actor.id, "planned"))
    if when.starts_at <= clock.now():
        raise Invalid({"starts_at": [N_("The beginning must be in the future.")]})
    if when.place.strip():
        at = Circumstances("topic", None, who.community_id)
        gate.weigh(actor, who, Words(body=when.place), at, seen=seen)


def _members(community_id: int, people: set[int]) -> list[int]:
    active = select(Membership.user_id).where(
        Membership.community_id == community_id, Membership.state == "active"
    )
    return sorted(people & set(db.session.scalars(active)))


def _tell(actor: Actor, happening: Happening, code: str, *, at: str) -> None:
    expected = select(HappeningPerson.user_id).where(
        HappeningPerson.happening_id == happening.id, HappeningPerson.user_id != actor.id
    )
    telling.tell(happening, sorted(db.session.scalars(expected)), code, actor, at=at)


def _journal(actor: Actor, happening: Happening, kind: str, **body: object) -> None:
    audit.record(
        actor, kind, actor_role=standing(actor, happening.community_id).role or "member",
        community_id=happening.community_id, target=("happening", happening.id),
        body={"happening_id": happening.id, **body},
    )  # fmt: skip


def _stamp(when: When) -> str:
    return when.starts_at.isoformat(timespec="seconds")
