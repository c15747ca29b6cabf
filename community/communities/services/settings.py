"""The card, the limit and the services of a community, changed by its administrators (T02)."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from sqlalchemy import update

from community.audit import services as audit
from community.communities import policies, ports
from community.communities.events import CommunityChanged
from community.communities.kinds import KINDS, SCOPES
from community.communities.models import CAP, Community
from community.communities.services import seats
from community.communities.services.offers import offer_free_seats
from community.communities.services_registry import known_codes
from community.communities.standing import standing
from community.core import outbox
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Invalid
from community.core.transactions import use_case
from community.core.verdict import deny, require


@use_case
def change_card(
    actor: Actor,
    community_id: int,
    *,
    name: str,
    kind: str,
    scope: str,
    subjects: Sequence[str],
    district: str,
    tagline: str,
    about: str,
    goals: str,
    tasks: str,
    offer_hours: int,
) -> None:
    """Change what a visitor reads about the community, and the term of an offered seat."""
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    _check(name, kind, scope, offer_hours)
    ports.check_words(
        actor,
        name=name,
        district=district,
        tagline=tagline,
        about=about,
        goals=goals,
        tasks=tasks,
        subjects=", ".join(subjects),
    )
    values = {
        "name": name.strip(),
        "kind": kind,
        "scope": scope,
        "subjects": list(subjects),
        "district": district.strip(),
        "tagline": tagline.strip(),
        "about": about.strip(),
        "goals": goals.strip(),
        "tasks": tasks.strip(),
        "offer_hours": offer_hours,
    }
    before = db.session.get_one(Community, room.id, populate_existing=True)
    changed = sorted(field for field, value in values.items() if getattr(before, field) != value)
    if not changed:
        return
    for field in changed:
        setattr(before, field, values[field])
    _trace(actor, room.id, "community.changed", {"fields": changed})


@use_case
def set_cap(actor: Actor, community_id: int, cap: int) -> None:
    """Set the community's own limit, at most 150; new free seats go to the waiting list first."""
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    if not 2 <= cap <= CAP:
        raise Invalid({"cap": [_("The limit is from 2 to %(cap)s people.", cap=CAP)]})
    if cap < room.members + room.reserved:
        require(deny("community.cap_below", taken=room.members + room.reserved))
    if cap == room.cap:
        return
    db.session.execute(
        update(Community)
        .where(Community.id == room.id)
        .values(cap=cap)
        .execution_options(synchronize_session=False)
    )
    _trace(actor, room.id, "community.cap_set", {"cap": cap, "was": room.cap})
    offer_free_seats(room)


@use_case
def switch_services(actor: Actor, community_id: int, wanted: Mapping[str, bool]) -> None:
    """Switch services of the community on and off; what is switched off keeps its data (T02)."""
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    community = db.session.get_one(Community, room.id, populate_existing=True)
    known = {code: bool(wanted[code]) for code in known_codes() if code in wanted}
    changed = {
        code: value for code, value in known.items() if community.services.get(code, True) != value
    }
    if not changed:
        return
    community.services = community.services | changed
    for code, value in sorted(changed.items()):
        _trace(actor, room.id, "community.service_switched", {"service": code, "on": value})


def _trace(actor: Actor, community_id: int, kind: str, body: dict[str, object]) -> None:
    audit.record(
        actor,
        kind,
        actor_role=standing(actor, community_id).role,
        community_id=community_id,
        target=("community", community_id),
        body=body,
    )
    outbox.emit(CommunityChanged(community_id=community_id))


def _check(name: str, kind: str, scope: str, offer_hours: int) -> None:
    said: dict[str, list[str]] = {}
    if not 1 <= len(name.strip()) <= 120:
        said["name"] = [_("Give the community a name.")]
    if kind not in KINDS:
        said["kind"] = [_("Choose a kind from the list.")]
    if scope not in SCOPES:
        said["scope"] = [_("Choose one from the list.")]
    if not 1 <= offer_hours <= 720:
        said["offer_hours"] = [_("From 1 to 720 hours.")]
    if said:
        raise Invalid(said)
