"""Letters as their two people see them; every query starts from who asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from community.accounts.models import Organisation, User
from community.communities.models import Community, Membership
from community.communities.services_registry import is_on
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import NotFound
from community.core.markup import plain, without_quotations
from community.files import queries as files
from community.messages.models import Correspondence
from community.publishing.models import Entry, ReadMark, Thread, ThreadPerson
from community.publishing.views import EntryView
from community.web.page import hue, initials

SERVICE = "letters"
PER_PAGE = 20
_MANY = 100
_EXCERPT = 140


@dataclass(frozen=True, slots=True)
class Correspondent:
    """The other of the two, as the macros of ``people.html`` draw people."""

    id: int
    name: str
    initials: str
    hue: int
    photo_url: str | None
    url: str | None
    school: str
    subjects: str
    is_here: bool
    """False once the person has left the site."""
    shares: bool
    """Whether the two are members of one community that has letters."""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A correspondence in the list: with whom, the last words, whether they are new."""

    thread_id: int
    person: Correspondent
    excerpt: str
    is_mine: bool
    at: datetime
    fresh: int


@dataclass(frozen=True, slots=True)
class LettersPage:
    """A numbered page of one's correspondences, the liveliest first."""

    rows: Sequence[LetterRow]
    number: int
    last: int


UNREAD = select(func.count()).select_from(
    select(ThreadPerson.thread_id)
    .join(Thread, Thread.id == ThreadPerson.thread_id)
    .outerjoin(
        ReadMark,
        and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == ThreadPerson.user_id),
    )
    .where(
        ThreadPerson.user_id == bindparam("reader"),
        Thread.audience == "pair",
        Thread.entry_count > func.coalesce(ReadMark.position, 0),
    )
    .limit(_MANY)
    .subquery()
)
"""How many correspondences hold something new; the frame asks it beside the count of notices."""


def with_person(actor: Actor, other_id: int) -> int | None:
    """Return the thread in which the two correspond, or None while nobody has written."""
    first, second = sorted((actor.id, other_id))
    return db.session.scalar(
        select(Correspondence.thread_id).where(
            Correspondence.first_id == first, Correspondence.second_id == second
        )
    )


def other_of(actor: Actor, thread_id: int) -> int:
    """Return the other person of one's correspondence; raises ``NotFound`` for those of others."""
    row = db.session.execute(
        select(Correspondence.first_id, Correspondence.second_id).where(
            Correspondence.thread_id == thread_id, _mine(actor)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    other: int = row.first_id if row.second_id == actor.user_id else row.second_id
    return other


def correspondent(actor: Actor, other_id: int) -> Correspondent:
    """Return a person one may have to do with: a neighbour, or somebody one has written with."""
    row = db.session.execute(_people().where(User.id == other_id)).one_or_none()
    if row is None:
        raise NotFound
    shares = other_id in sharing(actor, [other_id])
    if other_id != actor.user_id and not shares and not _knows(actor, other_id):
        raise NotFound
    return _correspondent(row, files.portraits([other_id]), shares=shares)


def sharing(actor: Actor, others: Sequence[int]) -> frozenset[int]:
    """Return those of the people who are with the actor in a community where letters are on."""
    mine = aliased(Membership)
    rows = db.session.execute(
        select(Membership.user_id, Community.services)
        .join(mine, mine.community_id == Membership.community_id)
        .join(Community, Community.id == Membership.community_id)
        .where(
            mine.user_id == actor.user_id,
            mine.state == "active",
            Membership.user_id.in_(others),
            Membership.state == "active",
        )
    )
    return frozenset(row.user_id for row in rows if is_on(row.services, SERVICE))


def page(actor: Actor, number: int = 1) -> LettersPage:
    """Return a page of the actor's correspondences; a number past the end is ``NotFound``."""
    total = db.session.scalar(select(func.count()).select_from(Correspondence).where(_mine(actor)))
    last = max(1, -(-(total or 0) // PER_PAGE))
    if not 1 <= number <= last:
        raise NotFound
    found = db.session.execute(_list(actor).limit(PER_PAGE).offset((number - 1) * PER_PAGE)).all()
    ids = [row.id for row in found]
    faces, near = files.portraits(ids), sharing(actor, ids)
    rows = [_row(actor, row, faces, shares=row.id in near) for row in found]
    return LettersPage(rows, number, last)


def sent_lately(actor: Actor) -> tuple[int, datetime | None]:
    """Return how many letters the person sent within an hour, and when the first of them is an hour old."""
    since = clock.now() - timedelta(hours=1)
    row = db.session.execute(
        select(func.count(), func.min(Entry.created_at))
        .join(Thread, Thread.id == Entry.thread_id)
        .where(Entry.author_id == actor.id, Entry.created_at > since, Thread.kind == "letter")
    ).one()
    return row[0], row[1] + timedelta(hours=1) if row[1] else None


def read_by_other(actor: Actor, thread_id: int) -> int:
    """Return the place up to which the other of the two has read."""
    read = select(ReadMark.position).where(
        ReadMark.thread_id == thread_id, ReadMark.user_id != actor.user_id
    )
    return db.session.scalar(read) or 0


def introduce(actor: Actor, person: Correspondent, entries: Sequence[EntryView]) -> None:
    """Give the two of a correspondence their faces and pages, and one's own letters their acts."""
    own_face = files.portraits([actor.id]).get(actor.id)
    for entry in entries:
        photo, url = (own_face, "/people/me") if entry.is_mine else (person.photo_url, person.url)
        entry.author = replace(entry.author, photo_url=photo, url=url)


def _mine(actor: Actor) -> Any:
    return or_(Correspondence.first_id == actor.user_id, Correspondence.second_id == actor.user_id)


def _knows(actor: Actor, other_id: int) -> bool:
    return with_person(actor, other_id) is not None


_PERSON = (
    User.id,
    User.name,
    User.state.label("user_state"),
    User.subject_line,
    Organisation.short_name,
)


def _people() -> Any:
    return select(*_PERSON).outerjoin(Organisation, Organisation.id == User.organisation_id)


def _list(actor: Actor) -> Any:
    other = case(
        (Correspondence.first_id == actor.user_id, Correspondence.second_id),
        else_=Correspondence.first_id,
    )
    latest = and_(Entry.thread_id == Thread.id, Entry.position == Thread.entry_count)
    mark = and_(ReadMark.thread_id == Thread.id, ReadMark.user_id == actor.user_id)
    return (
        select(
            *_PERSON, Thread.id.label("thread_id"), Thread.last_at, Thread.entry_count,
            Entry.html, Entry.state.label("entry_state"), Entry.author_id, ReadMark.position,
        )
        .select_from(Correspondence)
        .join(Thread, Thread.id == Correspondence.thread_id)
        .join(User, User.id == other)
        .outerjoin(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(Entry, latest)
        .outerjoin(ReadMark, mark)
        .where(_mine(actor))
        .order_by(Thread.last_at.desc(), Thread.id.desc())
    )  # fmt: skip


def _row(actor: Actor, row: Any, faces: dict[int, str], *, shares: bool) -> LetterRow:
    words = plain(without_quotations(row.html)) if row.entry_state == "published" else ""
    return LetterRow(
        thread_id=row.thread_id,
        person=_correspondent(row, faces, shares=shares),
        excerpt=_beginning(words),
        is_mine=row.author_id == actor.user_id,
        at=row.last_at,
        fresh=max(0, row.entry_count - (row.position or 0)),
    )


def _correspondent(row: Any, faces: dict[int, str], *, shares: bool) -> Correspondent:
    is_here = row.user_state != "anonymised"
    return Correspondent(
        id=row.id,
        name=row.name,
        initials=initials(row.name),
        hue=hue(row.id),
        photo_url=faces.get(row.id) if shares else None,
        url=f"/people/{row.id}" if shares else None,
        school=(row.short_name or "") if shares else "",
        subjects=row.subject_line if shares else "",
        is_here=is_here,
        shares=shares,
    )


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT].rsplit(" ", 1)[0] + "…"
