"""The public face of communities: a card, the catalogue, the texts (A01, A02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from community.communities.models import Community, DocumentVersion, Membership
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.markup import render


@dataclass(frozen=True, slots=True)
class Card:
    """A community as a visitor may know it."""

    id: int
    slug: str
    name: str
    kind: str
    scope: str
    subjects: Sequence[str]
    district: str
    tagline: str
    about: str
    goals: Sequence[str]
    tasks: Sequence[str]
    parent_id: int | None
    members: int
    reserved: int
    cap: int
    offer_hours: int
    charter_version: int
    rules_version: int
    created_at: datetime
    services: Mapping[str, bool]

    @property
    def is_full(self) -> bool:
        """Tell whether no seat is free: each is taken or promised."""
        return self.members + self.reserved >= self.cap


_COLUMNS = (
    Community.id, Community.slug, Community.name, Community.kind, Community.scope,
    Community.subjects, Community.district, Community.tagline, Community.about, Community.goals,
    Community.tasks, Community.parent_id, Community.members, Community.reserved, Community.cap,
    Community.offer_hours, Community.charter_version, Community.rules_version,
    Community.created_at, Community.services,
)  # fmt: skip


def card(community_id: int) -> Card:
    """Return the card of a community, or raise ``NotFound``."""
    row = db.session.execute(select(*_COLUMNS).where(Community.id == community_id)).one_or_none()
    if row is None:
        raise NotFound
    return _card(row)


def catalogue(*, kind: str = "", subject: str = "", words: str = "") -> list[Card]:
    """Return the communities by name, filtered by kind, subject and words of the name (A02)."""
    statement = select(*_COLUMNS).order_by(Community.name)
    if kind:
        statement = statement.where(Community.kind == kind)
    cards = [_card(row) for row in db.session.execute(statement)]
    wanted, folded = subject.casefold(), words.casefold()
    return [
        each
        for each in cards
        if (not wanted or wanted in {name.casefold() for name in each.subjects})
        and (not folded or folded in f"{each.name} {each.tagline}".casefold())
    ]


def only_slug() -> tuple[int, str]:
    """Return how many communities there are (0, 1, 2 for more) and the address of the first."""
    slugs = db.session.scalars(select(Community.slug).order_by(Community.id).limit(2)).all()
    return len(slugs), slugs[0] if slugs else ""


def family(community: Card) -> tuple[Card | None, list[Card]]:
    """Return the parent and the associations split off (A15)."""
    parent = card(community.parent_id) if community.parent_id else None
    rows = db.session.execute(
        select(*_COLUMNS).where(Community.parent_id == community.id).order_by(Community.name)
    )
    return parent, [_card(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Text:
    """A version of the charter or the rules, rendered for reading."""

    kind: str
    number: int
    sha256: str
    published_at: datetime
    source: str
    html: Markup
    is_in_force: bool


def text_in_force(community: Card, kind: str) -> Text:
    """Return the version that people agree to now."""
    number = community.charter_version if kind == "charter" else community.rules_version
    return text_version(community, kind, number)


def text_version(community: Card, kind: str, number: int) -> Text:
    """Return one version of a document, old ones too, or raise ``NotFound``."""
    row = db.session.execute(
        select(DocumentVersion).where(
            DocumentVersion.community_id == community.id,
            DocumentVersion.kind == kind,
            DocumentVersion.number == number,
        )
    ).scalar_one_or_none()
    if row is None:
        raise NotFound
    in_force = community.charter_version if kind == "charter" else community.rules_version
    return Text(
        kind,
        number,
        row.sha256,
        row.published_at,
        row.text,
        Markup(render(row.text)),  # noqa: S704 — ``render`` is the one sanitiser
        number == in_force,
    )


def versions(community_id: int, kind: str) -> list[tuple[int, datetime, str]]:
    """Return (number, moment, hash) of every version, the newest first."""
    rows = db.session.execute(
        select(DocumentVersion.number, DocumentVersion.published_at, DocumentVersion.sha256)
        .where(DocumentVersion.community_id == community_id, DocumentVersion.kind == kind)
        .order_by(DocumentVersion.number.desc())
    )
    return [(number, at, sha) for number, at, sha in rows]


def memberships(actor: Actor) -> set[int]:
    """Return the ids of the communities that the person is in."""
    if actor.user_id is None:
        return set()
    return set(
        db.session.scalars(
            select(Membership.community_id).where(
                Membership.user_id == actor.user_id, Membership.state == "active"
            )
        )
    )


def _card(row: Any) -> Card:
    values = row._asdict()
    values["goals"], values["tasks"] = _lines(row.goals), _lines(row.tasks)
    return Card(**values)


def _lines(text: str) -> list[str]:
    return [line.strip(" -—•\t") for line in text.splitlines() if line.strip(" -—•\t")]
