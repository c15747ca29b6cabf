"""Happenings as a reader may see them; what waits for a moderator or was hidden is in no calendar."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from community.calendar import kinds
from community.calendar.models import Happening, HappeningPerson
from community.communities import services_registry
from community.communities.models import Community
from community.core import clock
from community.core.db import db
from community.core.errors import NotFound
from community.publishing.access import Viewer, thread_visible
from community.publishing.models import Entry, Thread

PER_PAGE = 20
LOOKS_BACK = timedelta(days=180)
"""So far back a calendar program is told what was."""
_OPENER = aliased(Entry)


@dataclass(frozen=True, slots=True)
class Row:
    """A happening as one reader sees it; title and place are empty while its words are hidden."""

    id: int
    community_id: int
    slug: str
    community: str
    thread_id: int
    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    state: str
    sequence: int
    changed_at: datetime
    """When it was changed last, or the reader's answer was."""
    answer: str | None
    """What the reader answered: empty, yes, no, proxy; None where they are not expected."""
    proxy_id: int | None

    @property
    def address(self) -> str:
        """Return the path of its page."""
        return kinds.of(self.kind).address(self.slug, self.thread_id)

    @property
    def kind_name(self) -> str:
        """Return what it is, as an English msgid."""
        return kinds.of(self.kind).name

    @property
    def goes_on(self) -> bool:
        """Tell whether it has begun and is not over."""
        return self.state == "planned" and self.starts_at <= clock.now() < self.ends_at

    @property
    def waits_for_me(self) -> bool:
        """Tell whether the reader is asked to answer and has not."""
        return self.answer == "" and self.state == "planned" and self.ends_at > clock.now()


def happening(reader: Viewer, happening_id: int, community_id: int) -> Happening:
    """Return a happening of the community that the reader may know of, or raise ``NotFound``."""
    known = db.session.scalar(
        select(Happening)
        .join(Thread, Thread.id == Happening.thread_id)
        .where(
            Happening.id == happening_id,
            Happening.community_id == community_id,
            thread_visible(reader),
        )
    )
    if known is None:
        raise NotFound
    return known


def found(reader: Viewer, community_id: int, condition: Any) -> Row:
    """Return the one happening of the community that ``condition`` names, or raise ``NotFound``."""
    rows = _rows(reader, Happening.community_id == community_id, condition)
    if not rows:
        raise NotFound
    return rows[0]


def author_of(happening_id: int) -> int | None:
    """Return who appointed a meeting."""
    return db.session.scalar(select(Happening.author_id).where(Happening.id == happening_id))


def opener_of(thread_id: int) -> int | None:
    """Return the text with which the talk of a happening begins."""
    return db.session.scalar(select(Thread.opener_id).where(Thread.id == thread_id))


def meeting_of(thread_id: int) -> int | None:
    """Return the happening that a thread has in the calendar, or None."""
    return db.session.scalar(select(Happening.id).where(Happening.thread_id == thread_id))


def coming(reader: Viewer, community_id: int) -> list[Row]:
    """Return what is to come in a community or goes on, the nearest first; called off ones too."""
    ahead = Happening.state != "over", Happening.ends_at > clock.now()
    return _rows(reader, Happening.community_id == community_id, *ahead)


def was(reader: Viewer, community_id: int, number: int) -> tuple[list[Row], int]:
    """Return a page of what was, the latest first, and the number of the last page."""
    past = or_(Happening.state == "over", Happening.ends_at <= clock.now())
    here = Happening.community_id == community_id, past
    counted = _joined(select(func.count()).select_from(Happening), reader, *here)
    last = max(1, -(-(db.session.scalar(counted) or 0) // PER_PAGE))
    if not 1 <= number <= last:
        raise NotFound
    page = _statement(reader, *here).order_by(Happening.starts_at.desc(), Happening.id.desc())
    return _made(page.offset((number - 1) * PER_PAGE).limit(PER_PAGE)), last


def today(reader: Viewer, community_id: int, until: datetime) -> list[Row]:
    """Return what the reader is expected at before ``until``, and did not say no to."""
    soon = (
        Happening.state == "planned",
        Happening.ends_at > clock.now(),
        Happening.starts_at < until,
        HappeningPerson.answer.in_(("", "yes")),
    )
    return _rows(reader, Happening.community_id == community_id, *soon)


def feed(reader: Viewer) -> list[Row]:
    """Return the happenings of all the reader's communities whose calendar is switched on."""
    services = select(Community.id, Community.services).where(Community.id.in_(reader.communities))
    on = [
        row.id
        for row in db.session.execute(services)
        if services_registry.is_on(row.services, "calendar")
    ]
    recent = Happening.ends_at > clock.now() - LOOKS_BACK
    return _rows(reader, Happening.community_id.in_(on), recent)


def _rows(reader: Viewer, *conditions: Any) -> list[Row]:
    return _made(_statement(reader, *conditions).order_by(Happening.starts_at, Happening.id))


def _statement(reader: Viewer, *conditions: Any) -> Any:
    asked = select(
        Happening, Community.slug, Community.name, _OPENER.title,
        (_OPENER.state == "published").label("is_shown"),
        HappeningPerson.answer, HappeningPerson.answered_at, HappeningPerson.proxy_id,
    )  # fmt: skip
    return _joined(asked, reader, *conditions)


def _joined(statement: Any, reader: Viewer, *conditions: Any) -> Any:
    mine = and_(
        HappeningPerson.happening_id == Happening.id,
        HappeningPerson.user_id == (reader.user_id or 0),
    )
    return (
        statement.join(Community, Community.id == Happening.community_id)
        .join(Thread, Thread.id == Happening.thread_id)
        .join(_OPENER, _OPENER.id == Thread.opener_id)
        .outerjoin(HappeningPerson, mine)
        .where(thread_visible(reader), Thread.state.in_(("open", "closed")), *conditions)
    )


def _made(statement: Any) -> list[Row]:
    return [_row(row) for row in db.session.execute(statement)]


def _row(row: Any) -> Row:
    it: Happening = row.Happening
    changed = it.changed_at if row.answered_at is None else max(it.changed_at, row.answered_at)
    return Row(
        it.id, it.community_id, row.slug, row.name, it.thread_id, it.kind,
        row.title if row.is_shown else "", it.starts_at, it.ends_at,
        it.place if row.is_shown else "", it.state, it.sequence, changed, row.answer, row.proxy_id,
    )  # fmt: skip
