"""What waits for a decision: a port by which any room puts its cases on one page (rules, §5).

A room provides a ``Source``: how its cases are read, and how they are counted for the rail. The
page of moderation sorts them by term; what a case is about stays in the room that has it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, select

from community.communities.standing import Standing
from community.core.db import fetch


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that waits for a person: what, of whom, since when, until when, and where."""

    kind: str
    id: int
    """Names the case together with ``kind``; what a moderator takes up."""
    title: str
    who: str
    """Whose text or act it is about."""
    excerpt: str
    since: datetime
    until: datetime | None
    """The end of its term; a case without one comes last."""
    count: int
    """How many have brought it: complaints of one text are one case."""
    about: str
    """What it is about, ready to be read: the article of the code, the reason of a complaint."""
    url: str
    """The page on which it is decided."""
    version: int
    """Changes with the case; a form that was drawn from another version is refused."""


@dataclass(frozen=True, slots=True)
class Source:
    """The cases of one kind: their name on the page, their reader, their count."""

    kind: str
    name: str
    """An English sentence (msgid): «complaint», «appeal»."""
    cases: Callable[[Standing], Iterable[Case]]
    """Cases of the community in which the reader has this standing; they moderate it."""
    counted: ScalarSelect[Any]
    """How many there are, as a scalar question with the parameter ``community``."""
    role: str = "moderator"
    """Who decides: «moderator» (administrators too) or «administrator»."""


_sources: dict[str, Source] = {}
_counting: dict[bool, Any] = {}


def provide(source: Source) -> Source:
    """Let a room put its cases on the page «Что ждёт решения»; a kind belongs to one room."""
    if source.kind in _sources and _sources[source.kind].name != source.name:
        raise ValueError(f"the kind {source.kind} is provided twice")
    _sources[source.kind] = source
    _counting.clear()
    return source


def all_sources() -> list[Source]:
    """Return every kind of case, in the order in which rooms gave them."""
    return list(_sources.values())


def sources(who: Standing) -> list[Source]:
    """Return the kinds of cases that a person may decide, in the order in which rooms gave them."""
    if not who.is_moderator:
        return []
    return [each for each in _sources.values() if _decides(who, each)]


def waiting(who: Standing) -> list[Case]:
    """Return what waits for a person in their community, the nearest term first."""
    found = [case for each in sources(who) for case in each.cases(who)]
    return sorted(found, key=_by_term)


def count(who: Standing) -> int:
    """Count what waits for a person in their community, by one question."""
    mine = [each.counted for each in sources(who)]
    if not mine:
        return 0
    if who.is_administrator not in _counting:
        _counting[who.is_administrator] = select(*mine)
    return sum(fetch(_counting[who.is_administrator], community=who.community_id).one())


def _decides(who: Standing, source: Source) -> bool:
    return source.role == "moderator" or who.is_administrator


def _by_term(case: Case) -> tuple[bool, datetime, str, int]:
    return (case.until is None, case.until or case.since, case.kind, case.id)
