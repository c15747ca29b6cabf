"""Founding a community: its card, its texts, its first administrator, what the rooms prepare."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from community.accounts import owner
from community.audit import services as audit
from community.communities import policies, ports
from community.communities.kinds import KINDS, SCOPES
from community.communities.models import CAP, Community, Membership
from community.communities.services import documents, roles, seats
from community.communities.standing import standing
from community.core.actor import SYSTEM, Actor
from community.core.clock import now
from community.core.db import db
from community.core.errors import Invalid
from community.core.transactions import use_case
from community.core.verdict import Verdict, deny, require
from community.notices import services as notices

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_LATIN = dict(zip("абвгдеёзийклмнопрстуфхцыэ", "abvgdeeziyklmnoprstufhcye", strict=True)) | {
    "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Founded:
    """A community that has just come to be."""

    id: int
    slug: str
    name: str


@use_case
def found(
    actor: Actor,
    *,
    name: str,
    administrator_id: int,
    slug: str | None = None,
    kind: str = "community",
    scope: str = "multi",
    subjects: Sequence[str] = (),
    district: str = "",
    tagline: str = "",
    about: str = "",
    goals: str = "",
    tasks: str = "",
    charter: str | None = None,
    rules: str | None = None,
    parent_id: int | None = None,
    cap: int = CAP,
) -> Founded:
    """Found a community with its first administrator; the operator's act (the rooms prepare theirs).

    Only the system founds at the top; a spin-off is founded by ``spin_off``.
    """
    require(_may_found(actor, parent_id))
    community = Community(
        slug=_free_slug(name, slug),
        name=name.strip(),
        kind=kind,
        scope=scope,
        subjects=list(subjects),
        district=district.strip(),
        tagline=tagline.strip(),
        about=about.strip(),
        goals=goals.strip(),
        tasks=tasks.strip(),
        parent_id=parent_id,
        cap=cap,
        services={},
        created_at=now(),
    )
    _check(community)
    db.session.add(community)
    db.session.flush()
    owner.close()  # whoever founds it, the installation needs no first-run page any more
    _settle(actor, community, administrator_id, charter, rules)
    return Founded(community.id, community.slug, community.name)


@use_case
def spin_off(
    actor: Actor,
    parent_id: int,
    *,
    name: str,
    aim: str,
    leader_id: int,
    slug: str | None = None,
    kind: str = "association",
    tasks: str = "",
) -> Founded:
    """Split an own association off: the parent's goals and rules hold there, its cap counts apart.

    Open to administrators of communities with at least 140 members (S3 §4, A15).
    """
    parent = seats.lock(parent_id)
    require(policies.may_administer(standing(actor, parent.id)))
    if parent.members < seats.SPLIT_FROM:
        require(deny("community.too_small", from_=seats.SPLIT_FROM))
    if leader_id not in _active(parent.id):
        raise Invalid({"leader": [_("Choose the leader among the members of the community.")]})
    ports.check_words(actor, name=name, aim=aim, tasks=tasks)
    made = found(
        SYSTEM,
        name=name,
        slug=slug,
        kind=kind,
        goals=aim,
        tasks=tasks,
        parent_id=parent.id,
        administrator_id=leader_id,
    )
    audit.record(
        actor,
        "community.spun_off",
        actor_role="administrator",
        community_id=parent.id,
        target=("community", made.id),
        body={"child_id": made.id, "members": parent.members},
    )
    notices.tell(
        [leader_id],
        "community.leads",
        community_id=made.id,
        url=f"/c/{made.slug}/",
        actor_id=actor.user_id,
        params={"community": made.name, "parent": parent.name},
    )
    return made


def slug_of(name: str) -> str:
    """Return an address made of a name: «Педагоги района» → «pedagogi-rayona»."""
    latin = "".join(_LATIN.get(letter, letter) for letter in name.lower())
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:40].strip("-") or "community"


def _may_found(actor: Actor, parent_id: int | None) -> Verdict:
    return policies.may_administer(standing(actor, parent_id or 0))


def _settle(
    actor: Actor, made: Community, administrator_id: int, charter: str | None, rules: str | None
) -> None:
    room = seats.lock(made.id)
    audit.record(actor, "community.founded", community_id=room.id, target=("community", room.id))
    texts = {"charter": charter, "rules": rules}
    in_force = [
        documents.store(actor, room, kind, text or documents.standard_text(kind))
        for kind, text in texts.items()
    ]
    # Whoever was chosen to lead a spin-off has read nothing yet and is asked at the first visit.
    agreed = (in_force[0], in_force[1]) if made.parent_id is None else (0, 0)
    seats.take(actor, room, administrator_id, came_by="founding", agreed=agreed)
    membership = db.session.scalars(
        select(Membership).where(
            Membership.community_id == room.id, Membership.user_id == administrator_id
        )
    ).one()
    roles.bestow(actor, room, membership, "administrator")
    ports.tell_founded(actor, room.id)


def _active(community_id: int) -> set[int]:
    return set(
        db.session.scalars(
            select(Membership.user_id).where(
                Membership.community_id == community_id, Membership.state == "active"
            )
        )
    )


def _free_slug(name: str, wanted: str | None) -> str:
    taken = set(db.session.scalars(select(Community.slug)))
    if wanted:
        if not _SLUG.fullmatch(wanted):
            raise Invalid({"slug": [_("Use small Latin letters, digits and hyphens.")]})
        if wanted in taken:
            require(deny("community.slug_taken"))
        return wanted
    base = slug_of(name)
    candidates = (base, *(f"{base[:36]}-{n}" for n in range(2, 1000)))
    return next(each for each in candidates if each not in taken)


def _check(community: Community) -> None:
    said: dict[str, list[str]] = {}
    if not community.name:
        said["name"] = [_("Give the community a name.")]
    if len(community.name) > 120:
        said["name"] = [_("Please keep it within %(max)d characters.", max=120)]
    if community.kind not in KINDS:
        said["kind"] = [_("Choose a kind from the list.")]
    if community.scope not in SCOPES:
        said["scope"] = [_("Choose one from the list.")]
    if not 2 <= community.cap <= CAP:
        said["cap"] = [_("The limit is from 2 to %(cap)s people.", cap=CAP)]
    if said:
        raise Invalid(said)
