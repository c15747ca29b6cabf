"""The journal as people read it: roles instead of names, sentences instead of codes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, select

from community.audit.chain import canon, moment, stamp
from community.audit.kinds import GROUPS, KINDS
from community.audit.models import AuditEntry, Sealed
from community.core.db import db

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a decision: a later entry that answers it."""

    number: int
    kind: str
    sentence: str
    outcome: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to show of the journal; everything where nothing is said."""

    group: str = ""
    """A group of kinds from ``kinds.GROUPS``; empty for all."""
    article: str = ""
    since: datetime | None = None
    until: datetime | None = None
    author_id: int | None = None
    target: tuple[str, int] | None = None


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
    query = select(AuditEntry).where(AuditEntry.community_id == community_id, *_conditions(filters))
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


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    entry = AuditEntry
    said: list[ColumnElement[bool]] = []
    if filters.group in GROUPS:
        said.append(entry.kind.in_([kind for kind in KINDS if _group(kind) == filters.group]))
    if filters.article:
        said.append(entry.body.contains(_written("article", filters.article), autoescape=True))
    if filters.since:
        said.append(entry.at >= stamp(filters.since))
    if filters.until:
        said.append(entry.at < stamp(filters.until))
    if filters.author_id is not None:
        said.append(entry.author_id == filters.author_id)
    if filters.target:
        kind, target_id = filters.target
        said += [entry.target_kind == kind, entry.target_id == target_id]
    return said


def _written(key: str, value: str) -> str:
    return canon({key: value}).decode()[1:-1]


def _group(kind: str) -> str:
    room = kind.partition(".")[0]
    return next((name for name, group in GROUPS.items() if room in group.rooms), "")


def entry(number: int) -> JournalRow | None:
    """Return one entry with its answers, or None; the caller asks whether it may be shown."""
    found = db.session.get(AuditEntry, number)
    return _rows([found])[0] if found else None


def community_of(number: int) -> int | None:
    """Return the community whose journal holds the number."""
    return db.session.scalar(select(AuditEntry.community_id).where(AuditEntry.number == number))


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
    columns = (AuditEntry.previous, AuditEntry.number, AuditEntry.kind, AuditEntry.body)
    query = select(*columns).where(AuditEntry.previous.in_(numbers)).order_by(AuditEntry.number)
    for previous, number, kind, body in db.session.execute(query):
        outcome = str(json.loads(body).get("outcome", ""))
        found.setdefault(int(previous or 0), []).append(
            Answer(number, kind, sentence(kind), outcome)
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
