"""A person's page, from what the reader may see of the person."""

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from community.accounts import queries as accounts
from community.accounts.models import Organisation, User
from community.communities.models import Community, Membership, RoleGrant
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.markup import plain, without_quotations
from community.files.models import Portrait
from community.files.queries import portrait_url
from community.profiles.models import Interest, Profile
from community.profiles.views import Excerpt, Place, ProfilePage, Role
from community.publishing import queries as words
from community.publishing.access import Viewer, viewer
from community.publishing.views import EntryView
from community.web.page import hue, initials

LATEST = 8
_EXCERPT = 220


def profile(actor: Actor, user_id: int) -> ProfilePage:
    """Return a person's page, or ``NotFound`` for a reader who shares no community with them.

    Of a person who has left them all only the name, the former names and the texts remain (B05).
    """
    row = _person(user_id)
    is_mine = actor.user_id == user_id
    places = _places(actor, user_id)
    if not (is_mine or places):
        raise NotFound
    is_here = is_mine or any(each.is_active for each in places)
    reader = viewer(actor)
    return ProfilePage(
        id=user_id,
        name=" ".join(each for each in (row.first_name, row.patronymic, row.last_name) if each),
        short_name=row.name,
        initials=initials(row.name),
        hue=hue(user_id),
        photo_url=portrait_url(row.file_id) if row.file_id and is_here else None,
        large_photo_url=f"/files/{row.file_id}" if row.file_id and is_here else None,
        school=(row.school or "") if is_here else "",
        settlement=(row.settlement or "") if is_here else "",
        post=row.post if is_here else "",
        subjects=accounts.subject_names(user_id) if is_here else (),
        role=row.role if is_here else "",
        registered_at=row.created_at,
        is_mine=is_mine,
        is_here=is_here,
        former_names=accounts.former_names(user_id),
        places=places,
        interests=interests(user_id) if is_here else (),
        about=about(reader, user_id) if is_here else None,
        latest=_latest(reader, user_id),
    )


def shares_community(actor: Actor, user_id: int) -> bool:
    """Tell whether the actor is now in a community where the person is, or was."""
    return actor.user_id == user_id or bool(_places(actor, user_id))


def home(user_id: int) -> int | None:
    """Return the community that a person's own page belongs to: the first of those they are in."""
    return db.session.scalar(
        select(Membership.community_id)
        .where(Membership.user_id == user_id, Membership.state == "active")
        .order_by(Membership.joined_at, Membership.id)
        .limit(1)
    )


def interests(user_id: int) -> list[str]:
    """Return a person's interests in their own order."""
    rows = select(Interest.words).where(Interest.user_id == user_id).order_by(Interest.position)
    return list(db.session.scalars(rows))


def about(reader: Viewer, user_id: int) -> EntryView | None:
    """Return what the person says of themselves, as far as the reader may read it."""
    entry_id = db.session.scalar(select(Profile.entry_id).where(Profile.user_id == user_id))
    found = words.entries(reader, [entry_id]) if entry_id else []
    return found[0] if found else None


def about_for_change(actor: Actor) -> tuple[str, int]:
    """Return the actor's own words about themselves as they typed them, with their revision."""
    entry_id = db.session.scalar(select(Profile.entry_id).where(Profile.user_id == actor.id))
    if entry_id is None:
        return "", 0
    entry, _thread = words.entry(viewer(actor), entry_id)
    return (entry.body, entry.revision) if entry.state in ("published", "held") else ("", 0)


def _person(user_id: int) -> Any:
    row = db.session.execute(
        select(
            User.name, User.last_name, User.first_name, User.patronymic, User.post, User.role,
            User.created_at, Organisation.name.label("school"), Organisation.settlement,
            Portrait.file_id,
        )
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Portrait, Portrait.user_id == User.id)
        .where(User.id == user_id, User.state != "anonymised")
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return row


def _places(actor: Actor, user_id: int) -> list[Place]:
    """The communities that both know: the actor is in, the person is or was in."""
    mine = aliased(Membership)
    rows = db.session.execute(
        select(
            Community.slug, Community.name, Membership.joined_at, Membership.state,
            RoleGrant.role, RoleGrant.fields, RoleGrant.order_number, RoleGrant.order_date,
        )
        .join(Membership, and_(Membership.community_id == Community.id, Membership.user_id == user_id))
        .join(mine, and_(mine.community_id == Community.id, mine.user_id == (actor.user_id or 0)))
        .outerjoin(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(or_(mine.state == "active", mine.id == Membership.id))
        .order_by(Community.name, Community.id, RoleGrant.role)
    ).all()  # fmt: skip
    places: dict[str, Place] = {}
    roles: dict[str, list[Role]] = {}
    for row in rows:
        held = roles.setdefault(row.slug, [])
        is_active = row.state == "active"
        places.setdefault(row.slug, Place(row.slug, row.name, row.joined_at, is_active, held))
        if row.role and is_active:
            held.append(Role(row.role, row.fields, row.order_number, row.order_date))
    return list(places.values())


def _latest(reader: Viewer, user_id: int) -> list[Excerpt]:
    return [
        Excerpt(each.title, _beginning(plain(without_quotations(each.html))), each.url, each.at)
        for each in words.latest_by(reader, user_id, LATEST)
    ]


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT].rsplit(" ", 1)[0] + "…"
