"""A planned council gets another time, other leaders, more people; everybody concerned is told."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from community.audit import services as audit
from community.calendar.models import Happening
from community.calendar.services import appointing
from community.calendar.services.appointing import When
from community.communities.models import Membership
from community.communities.standing import standing
from community.core.actor import Actor
from community.core.db import db
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import require
from community.councils.events import CouncilMoved, PeopleExpected
from community.councils.models import Council, CouncilItem
from community.councils.policies import holding as policies
from community.councils.policies import planning as before
from community.councils.queries.people import expected
from community.councils.services.holding import advance, council_for_change
from community.councils.services.planning import CouncilPlan, require_plan, weigh_place
from community.publishing import services as publishing
from community.publishing.models import Thread, ThreadPerson
from community.publishing.services import NO_RULES

_SEATS = ("chairman_id", "secretary_id", "deputy_id")


@use_case
def replan(
    actor: Actor,
    council_id: int,
    plan: CouncilPlan,
    version: int,
    *,
    seen: frozenset[str] = NO_RULES,
) -> None:
    """Change the time, the place, the leaders and the order of a planned council.

    Of another time or place everybody expected is told, and of another time asked again.
    ``plan.people`` and ``plan.follows_id`` are those of the calling and change nothing here.
    """
    council = council_for_change(council_id)
    who = standing(actor, council.community_id)
    require(policies.may_prepare(who, council))
    if any(getattr(council, seat) != getattr(plan, seat) for seat in _SEATS):
        require(before.may_seat(who, council))
    require_plan(plan, expected(council.happening_id))
    happening = db.session.get_one(Happening, council.happening_id)
    if happening.place != plan.when.place.strip():
        weigh_place(actor, council.community_id, plan.when.place, seen)
    advance(council, version)
    moved = _move(actor, council, happening, plan.when)
    appointing.arrange(
        council.happening_id, attendance=plan.attendance, takes_proxies=plan.takes_proxies
    )
    _seat(actor, council, plan)
    council.mode, council.quorum = plan.mode, plan.quorum
    council.proposals_until = plan.proposals_until
    if moved:
        emit(CouncilMoved(council_id=council_id, what=moved))


@use_case
def expect_more(actor: Actor, council_id: int, people: frozenset[int], version: int) -> int:
    """Expect more members at a planned council; return how many were added. They are told."""
    council = council_for_change(council_id)
    require(policies.may_prepare(standing(actor, council.community_id), council))
    advance(council, version)
    active = select(Membership.user_id).where(
        Membership.community_id == council.community_id,
        Membership.state == "active",
        Membership.user_id.in_(people),
    )
    fresh = set(db.session.scalars(active)) - expected(council.happening_id)
    _expect(council, fresh)
    return len(fresh)


@use_case
def expect_newcomer(user_id: int, community_id: int) -> None:
    """Expect a new member at the planned councils that all members are expected at."""
    for council in _planned(community_id):
        if not db.session.get_one(Thread, council.thread_id).by_invitation:
            _expect(council, {user_id} - expected(council.happening_id))


@use_case
def release_leaver(user_id: int, community_id: int) -> None:
    """Expect one who left the community no more at its planned councils."""
    for council in _planned(community_id):
        appointing.release(council.happening_id, user_id)
        items = select(CouncilItem).where(
            CouncilItem.council_id == council.thread_id, CouncilItem.rapporteur_id == user_id
        )
        for item in db.session.scalars(items):
            item.rapporteur_id = None
        publishing.stir(council.thread_id)


def _planned(community_id: int) -> list[Council]:
    found = select(Council.thread_id).where(
        Council.community_id == community_id, Council.state == "planned"
    )
    ids = list(db.session.scalars(found.order_by(Council.thread_id)))
    return [each for each in map(council_for_change, ids) if each.state == "planned"]


def _move(actor: Actor, council: Council, happening: Happening, when: When) -> str:
    """Move a council in the calendar; return «time» or «place», or "" where nothing moved."""
    was, ended, place = happening.starts_at, happening.ends_at, happening.place
    appointing.move(happening.id, when)
    if (was, ended, place) == (when.starts_at, when.ends_at, when.place.strip()):
        return ""
    _journal(actor, council, "council.moved",
             **{"from": _told(was), "until": _told(when.starts_at)})  # fmt: skip
    return "place" if (was, ended) == (when.starts_at, when.ends_at) else "time"


def _seat(actor: Actor, council: Council, plan: CouncilPlan) -> None:
    for seat, kind in (
        ("chairman_id", "council.chair_passed"),
        ("secretary_id", "council.secretary_changed"),
    ):
        was, now = getattr(council, seat), getattr(plan, seat)
        if was != now:
            _journal(actor, council, kind, was=was, now=now)
            setattr(council, seat, now)
    council.deputy_id = plan.deputy_id


def _expect(council: Council, people: set[int]) -> None:
    if not people:
        return
    appointing.expect(council.happening_id, people)
    if db.session.get_one(Thread, council.thread_id).by_invitation:
        items = select(CouncilItem.thread_id).where(CouncilItem.council_id == council.thread_id)
        for thread_id in (*db.session.scalars(items), council.thread_id):  # as texts lock them
            for user_id in sorted(people):
                db.session.merge(ThreadPerson(thread_id=thread_id, user_id=user_id))
            publishing.stir(thread_id)
    emit(PeopleExpected(council_id=council.thread_id, people=sorted(people)))


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _journal(actor: Actor, council: Council, kind: str, **body: Any) -> None:
    audit.record(
        actor, kind, actor_role=standing(actor, council.community_id).role or "member",
        community_id=council.community_id, target=("council", council.thread_id),
        body={"council_id": council.thread_id, **body},
    )  # fmt: skip
