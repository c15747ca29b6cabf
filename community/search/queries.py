"""Searching: the index proposes, the database decides who sees what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from community.accounts.models import Organisation, User
from community.communities.models import Membership
from community.core.actor import Actor
from community.core.db import db
from community.core.markup import plain
from community.files.models import Portrait
from community.publishing.access import (
    Viewer,
    entry_visible,
    public_title,
    thread_visible,
    viewer,
)
from community.publishing.models import Entry, Thread
from community.search import newest, spelling, upkeep
from community.search.asking import Asked
from community.search.engines import index
from community.search.fragments import fragment, marked
from community.search.parsing import parse, tidy
from community.search.places import places
from community.search.port import IndexUnavailable, Narrowing, Question
from community.search.views import PersonHit, Results, TextHit
from community.web.page import hue, initials

PAGE = 20
FIRST_PEOPLE = 3
"""People shown above the texts; the rest is one link away."""
FEW = 3
"""With so few hits another spelling is proposed."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the reader may see of the hits, best first."""

    entry_ids: Sequence[int] = ()
    user_ids: Sequence[int] = ()
    is_all: bool = True
    is_building: bool = False

    @property
    def count(self) -> int:
        return len(self.entry_ids) + len(self.user_ids)


def search(actor: Actor, community_id: int, asked: Asked) -> Results:
    """Return a page of what the actor may see; a line that finds nothing is tried as it was meant."""
    reader, question = viewer(actor), parse(asked.q)
    if question.is_empty:
        return Results()
    seen = _seen(reader, community_id, question, asked)
    suggestion = ""
    if seen.count <= FEW and not seen.is_building:
        suggestion = _suggestion(community_id, asked.q)
    if seen.count or not suggestion:
        return _page(community_id, question, asked, seen, suggestion=suggestion)
    meant = parse(suggestion)
    better = _seen(reader, community_id, meant, asked)
    if not better.count:
        return _page(community_id, question, asked, seen)
    return _page(community_id, meant, asked, better, suggestion=suggestion, instead_of=asked.q)


def _suggestion(community_id: int, typed: str) -> str:
    def frequencies(stems: Any) -> dict[str, int]:
        return index().frequencies(community_id, stems)

    try:
        return tidy(spelling.suggestion(typed, frequencies) or "")
    except IndexUnavailable:
        return ""


def _seen(reader: Viewer, community_id: int, question: Question, asked: Asked) -> _Seen:
    try:
        return _from_index(reader, community_id, question, asked)
    except IndexUnavailable:
        upkeep.rebuild_soon(community_id)
    rows = newest.matching(question, asked.narrowing, _allowed(reader, community_id, asked))
    return _Seen(entry_ids=rows, is_building=True)


def _from_index(reader: Viewer, community_id: int, question: Question, asked: Asked) -> _Seen:
    found_people: Sequence[str] = ()
    if asked.what == "people" or not asked.is_narrowed:
        people = Narrowing(what="person")
        found_people = index().search(community_id, question, people).keys
    user_ids = _members(community_id, [int(key[1:]) for key in found_people])
    if asked.what == "people":
        return _Seen(user_ids=user_ids)
    found = index().search(community_id, question, asked.narrowing)
    ids = [int(key[1:]) for key in found.keys]
    allowed = set(
        db.session.scalars(
            select(Entry.id)
            .join(Thread, Thread.id == Entry.thread_id)
            .where(Entry.id.in_(ids), _allowed(reader, community_id, asked))
        )
    )
    return _Seen([each for each in ids if each in allowed], user_ids, found.is_all)


def _allowed(reader: Viewer, community_id: int, asked: Asked) -> ColumnElement[bool]:
    """Only what the reader may see, as it stands now; an index may be a moment behind."""
    wanted: list[Any] = [
        Entry.community_id == community_id,
        Entry.state == "published",
        thread_visible(reader),
        entry_visible(reader),
    ]
    if asked.author is not None:
        wanted.append(Entry.author_id == asked.author)
    if asked.board is not None:
        wanted.append(Thread.shelf_id == asked.board)
    return and_(*wanted)


def _members(community_id: int, user_ids: Sequence[int]) -> list[int]:
    if not user_ids:
        return []
    here = set(
        db.session.scalars(
            select(Membership.user_id)
            .join(User, User.id == Membership.user_id)
            .where(Membership.community_id == community_id, Membership.state == "active")
            .where(Membership.user_id.in_(user_ids), User.state != "anonymised")
        )
    )
    return [each for each in user_ids if each in here]


def _page(community_id: int, question: Question, asked: Asked, seen: _Seen, **said: Any) -> Results:
    shown = seen.user_ids if asked.what == "people" else seen.entry_ids
    last = max(1, -(-len(shown) // PAGE))
    number = min(asked.page, last)
    here = shown[(number - 1) * PAGE : number * PAGE]
    first_people = seen.user_ids[:FIRST_PEOPLE] if number == 1 else ()
    people_only = asked.what == "people"
    stems = frozenset(question.wanted)
    return Results(
        texts=[] if people_only else _texts(here, stems),
        people=_people(here if people_only else first_people, stems),
        text_count=len(seen.entry_ids),
        person_count=len(seen.user_ids),
        is_all=seen.is_all,
        page=number,
        last=last,
        is_building=seen.is_building or upkeep.is_building(community_id),
        was_cut=question.was_cut,
        **said,
    )


def _texts(ids: Sequence[int], stems: frozenset[str]) -> list[TextHit]:
    if not ids:
        return []
    opener = aliased(Entry)
    rows = db.session.execute(
        select(
            Entry.id, Entry.title, Entry.html, Entry.published_at, Entry.created_at,
            public_title(opener).label("topic"), Thread.opener_id, Thread.shelf_id, User.name,
        )
        .join(Thread, Thread.id == Entry.thread_id)
        .join(opener, opener.id == Thread.opener_id)
        .join(User, User.id == Entry.author_id)
        .where(Entry.id.in_(ids))
    ).all()  # fmt: skip
    found = {row.id: row for row in rows}
    return [_text(found[each], stems) for each in ids if each in found]


def _text(row: Any, stems: frozenset[str]) -> TextHit:
    return TextHit(
        url=f"/e/{row.id}",
        title=marked(row.topic, stems),
        fragment=fragment(plain(row.html), stems),
        path=str(row.shelf_id or ""),
        author_name=row.name,
        at=row.published_at or row.created_at,
        is_reply=row.id != row.opener_id,
    )


def with_shelves(results: Results, names: dict[str, str]) -> Results:
    """Return the results with the names of the shelves their texts stand on."""
    texts = [replace(each, path=names.get(each.path, "")) for each in results.texts]
    return replace(results, texts=texts)


def _people(ids: Sequence[int], stems: frozenset[str]) -> list[PersonHit]:
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
    ).all()  # fmt: skip
    found = {row.id: row for row in rows}
    return [_person(found[each], stems) for each in ids if each in found]


def _person(row: Any, stems: frozenset[str]) -> PersonHit:
    name = " ".join(each for each in (row.last_name, row.first_name, row.patronymic) if each)
    parts = [row.short_name or "", row.post, row.subject_line]
    interests = ", ".join(places().interests_of(row.id))
    if interests:
        parts.append(interests)
    return PersonHit(
        url=f"/people/{row.id}",
        name=marked(name, stems),
        line=marked(" · ".join(each for each in parts if each), stems),
        initials=initials(row.name),
        hue=hue(row.id),
        photo_url=f"/files/{row.file_id}/thumb" if row.file_id else None,
    )


def authors(community_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of the members in the order of their surnames, to choose an author from."""
    rows = db.session.execute(
        select(User.id, User.last_name, User.first_name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.community_id == community_id, Membership.state == "active")
        .order_by(User.sort_name, User.id)
    )
    return [(row.id, f"{row.last_name} {row.first_name}") for row in rows]
