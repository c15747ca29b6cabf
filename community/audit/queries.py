"""The journal as people read it: roles instead of names, sentences instead of codes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from community.audit.chain import moment, stamp
from community.audit.filters import OUTCOMES, Filters, conditions
from community.audit.kinds import KINDS
from community.audit.models import AuditEntry, Sealed
from community.core.db import db

PER_PAGE = 30
MOST = 10_000
"""So many rows the page counts; beyond it says «more than»."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a decision: a later entry that answers it."""

    number: int
    kind: str
    sentence: str
    outcome: str
    at: datetime

    @property
    def words(self) -> str:
        """Return what became of it, with the outcome of an appeal."""
        said = OUTCOMES.get(self.outcome) if self.kind == "appeal.closed" else None
        return f"{self.sentence}: {gettext(said)}" if said else self.sentence


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry for the open page; it names the role of who acted, never the person."""

    number: int
    at: datetime
    kind: str
    sentence: str
    article: str
    rule: str
    rule_version: int | None
    role: str
    role_name: str
    automatic: bool
    outcome: str
    target: tuple[str, int] | None
    previous: int | None
    actor_id: int | None
    """For the author and the moderators only; the open page leaves it out."""
    author_id: int | None
    hash: str
    body: Mapping[str, Any]
    answers: Sequence[Answer] = ()

    @property
    def by(self) -> str:
        """Return who acted: the rule where no person did, else the role."""
        if self.automatic and self.rule:
            rule = gettext("rule %(rule)s, version %(version)s")
            return str(rule % {"rule": self.rule, "version": self.rule_version})
        return self.role_name


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of the journal, newest first; the keys lead to its neighbours."""

    rows: Sequence[JournalRow]
    newer: int | None = None
    """Ask with ``after`` this number for the newer page."""
    older: int | None = None
    """Ask with ``before`` this number for the older page."""
    filters: Filters = field(default_factory=Filters)


def page(
    community_id: int,
    filters: Filters | None = None,
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PER_PAGE,
) -> JournalPage:
    """Return a page of a community's journal, walked by numbers and never by OFFSET."""
    filters = filters or Filters()
    query = select(AuditEntry).where(AuditEntry.community_id == community_id, *conditions(filters))
    if after is not None:
        query = query.where(AuditEntry.number > after).order_by(AuditEntry.number)
    else:
        query = query.order_by(AuditEntry.number.desc())
        if before is not None:
            query = query.where(AuditEntry.number < before)
    found = list(db.session.scalars(query.limit(size + 1)))
    more, found = len(found) > size, found[:size]
    if after is not None:
        found.reverse()
    if not found:
        return JournalPage((), filters=filters)
    newer = found[0].number if (more if after is not None else before is not None) else None
    older = found[-1].number if (after is not None or more) else None
    return JournalPage(_rows(found), newer, older, filters)


def total(community_id: int, filters: Filters) -> int:
    """Count what the filters show, up to ``MOST``."""
    found = select(AuditEntry.number).where(
        AuditEntry.community_id == community_id, *conditions(filters)
    )
    return db.session.scalar(select(func.count()).select_from(found.limit(MOST).subquery())) or 0


def began(community_id: int) -> datetime | None:
    """Return the moment of the community's first entry."""
    query = select(AuditEntry.at).where(AuditEntry.community_id == community_id)
    at = db.session.scalar(query.order_by(AuditEntry.number).limit(1))
    return moment(at) if at else None


def walk(community_id: int, filters: Filters) -> Iterator[JournalRow]:
    """Yield a community's journal from its beginning, a batch at a time, for a stream."""
    query = select(AuditEntry).where(AuditEntry.community_id == community_id, *conditions(filters))
    last = 0
    while True:
        after = query.where(AuditEntry.number > last).order_by(AuditEntry.number).limit(BATCH)
        found = list(db.session.scalars(after))
        yield from _rows(found)
        if len(found) < BATCH:
            return
        last = found[-1].number
        db.session.expunge_all()


def entry(number: int) -> JournalRow | None:
    """Return one entry with its answers, or None; the caller asks whether it may be shown."""
    found = db.session.get(AuditEntry, number)
    return _rows([found])[0] if found else None


def community_of(number: int) -> int | None:
    """Return the community whose journal holds the number."""
    return db.session.scalar(select(AuditEntry.community_id).where(AuditEntry.number == number))


def viewed(actor_id: int, what: str, user_ids: Sequence[int], *, since: datetime) -> set[int]:
    """Return those of the people whose data of a kind the actor has looked at since a moment."""
    if not user_ids:
        return set()
    query = select(AuditEntry.target_id, AuditEntry.body).where(
        AuditEntry.target_kind == "user",
        AuditEntry.target_id.in_(user_ids),
        AuditEntry.kind == "personal.viewed",
        AuditEntry.actor_id == actor_id,
        AuditEntry.at >= stamp(since),
    )
    rows = db.session.execute(query)
    return {row.target_id for row in rows if json.loads(row.body).get("what") == what}


def sealed(number: int) -> dict[str, str]:
    """Return the words kept beside an entry by part («text», «reason»), those not erased."""
    rows = db.session.execute(select(Sealed.part, Sealed.text).where(Sealed.number == number))
    return {row[0]: row[1] for row in rows}


def sealed_of(numbers: Sequence[int], part: str) -> dict[int, str]:
    """Return one part of the words kept beside several entries, by number."""
    rows = db.session.execute(
        select(Sealed.number, Sealed.text).where(Sealed.number.in_(numbers), Sealed.part == part)
    )
    return {row[0]: row[1] for row in rows}


def _rows(entries: Sequence[AuditEntry]) -> list[JournalRow]:
    answers = _answers([each.number for each in entries])
    return [_row(each, answers.get(each.number, ())) for each in entries]


def _answers(numbers: Sequence[int]) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = {}
    columns = (
        AuditEntry.previous,
        AuditEntry.number,
        AuditEntry.kind,
        AuditEntry.body,
        AuditEntry.at,
    )
    query = select(*columns).where(AuditEntry.previous.in_(numbers)).order_by(AuditEntry.number)
    for previous, number, kind, body, at in db.session.execute(query):
        outcome = str(json.loads(body).get("outcome", ""))
        found.setdefault(int(previous or 0), []).append(
            Answer(number, kind, sentence(kind), outcome, moment(at))
        )
    return found


def _row(each: AuditEntry, answers: Sequence[Answer]) -> JournalRow:
    body = json.loads(each.body)
    return JournalRow(
        number=each.number,
        at=moment(each.at),
        kind=each.kind,
        sentence=sentence(each.kind),
        article=str(body.get("article") or ""),
        rule=str(body.get("rule") or ""),
        rule_version=body.get("rule_version"),
        role=each.actor_role,
        role_name=role_name(each.actor_role),
        automatic=body.get("automatic") in ("full", "part", True),
        outcome=str(body.get("outcome") or ""),
        target=(each.target_kind, each.target_id) if each.target_kind and each.target_id else None,
        previous=each.previous,
        actor_id=each.actor_id,
        author_id=each.author_id,
        hash=each.hash,
        body=body,
        answers=answers,
    )


def sentence(kind: str) -> str:
    """Return the sentence of a kind in the reader's language."""
    return str(gettext(KINDS[kind].sentence)) if kind in KINDS else kind


def role_name(role: str) -> str:
    """Return the role of who acted in the reader's language; a member is called so by default."""
    names = {
        "administrator": gettext("administrator"),
        "moderator": gettext("moderator"),
        "expert": gettext("expert"),
        "member": gettext("member"),
        "person": gettext("member"),
        "visitor": gettext("visitor"),
        "operator": gettext("operator of the site"),
        "system": gettext("by rule, without a person"),
    }
    return str(names.get(role, role))
