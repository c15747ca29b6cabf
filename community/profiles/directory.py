"""The directory of a community: who is who, by school, subject, interest, role, name (A10)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from community.accounts.models import Organisation, Subject, User, UserSubject
from community.accounts.names import fold
from community.communities.models import Membership, RoleGrant
from community.core.db import db
from community.files.models import Portrait
from community.files.queries import portrait_url
from community.profiles.models import Interest
from community.profiles.views import Choice, DirectoryPage, Filters, PersonView
from community.web.page import hue, initials

PAGE = 24
SUGGESTED = 8
COMMUNITY_ROLES = ("administrator", "moderator", "expert")
CALLINGS = ("teacher", "head", "methodist", "parent", "partner")


def page(community_id: int, filters: Filters, number: int) -> DirectoryPage:
    """Return one page of the members in the order of their surnames, with the choices of the filters."""
    members = _members(community_id)
    wanted = members.where(*_conditions(filters))
    found = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    last = max(1, -(-found // PAGE))
    number = min(max(number, 1), last)
    ids = db.session.scalars(
        wanted.order_by(User.sort_name, User.id).limit(PAGE).offset((number - 1) * PAGE)
    ).all()
    return DirectoryPage(
        people=_people(ids, community_id),
        found=found,
        members=db.session.scalar(select(func.count()).select_from(members.subquery())) or 0,
        number=number,
        last=last,
        schools=_schools(members),
        subjects=_subjects(members),
        interests=_interests(members),
    )


def suggest(community_id: int, typed: str) -> list[tuple[str, str]]:
    """Return (name, post) of up to eight members whose name begins so; for completion after an @."""
    named = _named(typed)
    if not named:
        return []
    rows = db.session.execute(
        select(User.name, User.subject_line, Organisation.short_name)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .where(User.id.in_(_members(community_id)), *named)
        .order_by(User.sort_name, User.id)
        .limit(SUGGESTED)
    )
    return [(row[0], ", ".join(each for each in (row[2], row[1]) if each)) for row in rows]


def _members(community_id: int) -> Select[int]:
    return (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.community_id == community_id, Membership.state == "active")
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    wanted = _named(filters.words)
    if filters.school:
        wanted.append(User.organisation_id == _number(filters.school))
    if filters.subject:
        teaches = select(UserSubject.user_id).where(
            UserSubject.subject_id == _number(filters.subject)
        )
        wanted.append(User.id.in_(teaches))
    if filters.interest:
        likes = select(Interest.user_id).where(Interest.folded == fold(filters.interest))
        wanted.append(User.id.in_(likes))
    if filters.role in COMMUNITY_ROLES:
        wanted.append(
            Membership.id.in_(select(RoleGrant.membership_id).where(RoleGrant.role == filters.role))
        )
    elif filters.role:
        wanted.append(User.role == filters.role)
    return wanted


def _named(typed: str) -> list[ColumnElement[bool]]:
    """Each word typed begins some part of the name; ё and е, any case."""
    return [
        or_(
            User.sort_name.startswith(word, autoescape=True),
            User.sort_name.contains(f" {word}", autoescape=True),
        )
        for word in fold(typed).split()[:6]
    ]


def _number(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def _people(ids: Sequence[int], community_id: int) -> list[PersonView]:
    if not ids:
        return []
    rows = db.session.execute(
        select(
            User.id, User.name, User.last_name, User.first_name, User.patronymic, User.post,
            User.subject_line, Organisation.short_name, Portrait.file_id,
        )
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Portrait, Portrait.user_id == User.id)
        .where(User.id.in_(ids))
        .order_by(User.sort_name, User.id)
    ).all()  # fmt: skip
    roles, interests = _roles(ids, community_id), _interests_of(ids)
    return [
        PersonView(
            id=row.id,
            name=" ".join(each for each in (row.last_name, row.first_name, row.patronymic) if each),
            initials=initials(row.name),
            hue=hue(row.id),
            photo_url=portrait_url(row.file_id) if row.file_id else None,
            url=f"/people/{row.id}",
            school=row.short_name or "",
            post=row.post,
            subjects=row.subject_line,
            roles=roles.get(row.id, ()),
            interests=interests.get(row.id, ()),
        )
        for row in rows
    ]


def _roles(ids: Sequence[int], community_id: int) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(Membership.user_id, RoleGrant.role)
        .join(RoleGrant, RoleGrant.membership_id == Membership.id)
        .where(Membership.user_id.in_(ids), Membership.community_id == community_id)
        .order_by(RoleGrant.role)
    )
    found: dict[int, list[str]] = {}
    for user_id, role in rows:
        found.setdefault(user_id, []).append(role)
    return found


def _interests_of(ids: Sequence[int]) -> dict[int, list[str]]:
    rows = db.session.execute(
        select(Interest.user_id, Interest.words)
        .where(Interest.user_id.in_(ids))
        .order_by(Interest.user_id, Interest.position)
    )
    found: dict[int, list[str]] = {}
    for user_id, words in rows:
        found.setdefault(user_id, []).append(words)
    return found


def _schools(members: Select[int]) -> list[Choice]:
    rows = db.session.execute(
        select(Organisation.id, Organisation.short_name, func.count())
        .join(User, User.organisation_id == Organisation.id)
        .where(User.id.in_(members))
        .group_by(Organisation.id, Organisation.short_name)
        .order_by(Organisation.short_name)
    )
    return [Choice(str(row[0]), row[1], row[2]) for row in rows]


def _subjects(members: Select[int]) -> list[Choice]:
    rows = db.session.execute(
        select(Subject.id, Subject.name, func.count())
        .join(
            UserSubject,
            and_(UserSubject.subject_id == Subject.id, UserSubject.user_id.in_(members)),
        )
        .group_by(Subject.id, Subject.name)
        .order_by(Subject.name)
    )
    return [Choice(str(row[0]), row[1], row[2]) for row in rows]


def _interests(members: Select[int]) -> list[Choice]:
    rows = db.session.execute(
        select(Interest.folded, func.min(Interest.words), func.count())
        .where(Interest.user_id.in_(members))
        .group_by(Interest.folded)
        .order_by(func.count().desc(), Interest.folded)
        .limit(60)
    )
    return [Choice(row[0], row[1], row[2]) for row in rows]
