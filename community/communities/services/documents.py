"""The charter and the rules: versions with a hash, and who agreed to which (A04)."""

import hashlib
from functools import lru_cache

from sqlalchemy import select, update

from community.audit import services as audit
from community.communities import policies, ports
from community.communities.models import Community, DocumentVersion, Membership
from community.communities.services import seats
from community.communities.services.cases import remember_agreement, why_refused
from community.communities.services.members import member
from community.communities.services.seats import Room
from community.communities.standing import standing
from community.config import ROOT
from community.core.actor import Actor
from community.core.clock import now
from community.core.db import db
from community.core.markup import clean
from community.core.transactions import use_case
from community.core.verdict import require

KINDS = ("charter", "rules")
_STANDARD = {"charter": "charter_template.md", "rules": "rules.md"}


@use_case
def publish_document(actor: Actor, community_id: int, kind: str, text: str) -> int:
    """Put a new text of the charter or the rules in force; every member is asked again.

    Returns the number of the version in force; an unchanged text makes no new version.
    """
    room = seats.lock(community_id)
    require(policies.may_administer(standing(actor, room.id)))
    ports.check_words(actor, text=text)
    if digest(clean(text).strip()) == digest_in_force(room, kind):
        return room.charter_version if kind == "charter" else room.rules_version
    number = store(actor, room, kind, text)
    if actor.user_id is not None and standing(actor, room.id).is_member:
        _remember(room.id, actor.id, {f"{kind}_agreed": number})
    return number


def store(actor: Actor, room: Room, kind: str, text: str) -> int:
    """Store the next version of a document and put it in force."""
    version = (room.charter_version if kind == "charter" else room.rules_version) + 1
    cleaned = clean(text).strip()
    db.session.add(
        DocumentVersion(
            community_id=room.id,
            kind=kind,
            number=version,
            text=cleaned,
            sha256=digest(cleaned),
            published_at=now(),
            published_by=actor.user_id,
        )
    )
    db.session.flush()
    db.session.execute(
        update(Community)
        .where(Community.id == room.id)
        .values({f"{kind}_version": version})
        .execution_options(synchronize_session=False)
    )
    audit.record(
        actor,
        "document.changed",
        actor_role=standing(actor, room.id).role,
        community_id=room.id,
        target=("community", room.id),
        body={"document": kind, "version": version, "version_hash": digest(cleaned)},
    )
    return version


@use_case
def agree(actor: Actor, community_id: int, *, agreed: tuple[int, int]) -> None:
    """Agree with the charter and the rules in force; the version and the moment are stored."""
    room = seats.lock(community_id)
    require(policies.may_read_inside(standing(actor, room.id)))
    require(why_refused(room, agreed))
    found = member(room, actor.id)
    found.charter_agreed, found.rules_agreed = agreed
    found.agreed_at = now()
    remember_agreement(actor, room)


def digest(text: str) -> str:
    """Return the SHA-256 of a document's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_in_force(room: Room, kind: str) -> str | None:
    """Return the hash of the version in force, or None when there is none yet."""
    number = room.charter_version if kind == "charter" else room.rules_version
    return db.session.scalar(
        select(DocumentVersion.sha256).where(
            DocumentVersion.community_id == room.id,
            DocumentVersion.kind == kind,
            DocumentVersion.number == number,
        )
    )


@lru_cache(maxsize=4)
def standard_text(kind: str) -> str:
    """Return the text that a new community starts with."""
    file = ROOT / "community" / "texts" / "ru" / _STANDARD[kind]
    return file.read_text("utf-8").strip()


def _remember(community_id: int, user_id: int, values: dict[str, int]) -> None:
    db.session.execute(
        update(Membership)
        .where(Membership.community_id == community_id, Membership.user_id == user_id)
        .values(**values, agreed_at=now())
        .execution_options(synchronize_session=False)
    )
