"""What of the journal is shown: a closed set of questions, one condition of SQL each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import aliased

from community.audit.chain import canon, stamp
from community.audit.kinds import GROUPS, KINDS
from community.audit.models import AuditEntry
from community.core.verdict import N_

OUTCOMES: dict[str, str] = {
    "appealed": N_("appealed against"),
    "overturned": N_("cancelled after an appeal"),
    "partly": N_("changed after an appeal"),
    "upheld": N_("left in force after an appeal"),
    "restored": N_("the text was put back"),
    "released": N_("the text was published"),
}
"""What became of a decision: the later entries that answer it."""

_ANSWERED_BY = {
    "appealed": "appeal.made",
    "restored": "entry.restored",
    "released": "entry.released",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to show of the journal; everything where nothing is said."""

    what: str = ""
    """A group of kinds from ``kinds.GROUPS``, or one kind; what is neither shows everything."""
    article: str = ""
    """An article as decisions write it: «4.1-оскорбления»."""
    outcome: str = ""
    """What became of the decision, of ``OUTCOMES``."""
    since: datetime | None = None
    until: datetime | None = None
    author_id: int | None = None
    target: tuple[str, int] | None = None


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """Return the conditions under which an entry is shown."""
    entry = AuditEntry
    said: list[ColumnElement[bool]] = []
    if filters.what in GROUPS:
        said.append(entry.kind.in_([kind for kind in KINDS if group_of(kind) == filters.what]))
    elif filters.what in KINDS:
        said.append(entry.kind == filters.what)
    if filters.article:
        said.append(_holds_article(filters.article))
    if filters.outcome in OUTCOMES:
        said.append(_came_to(filters.outcome))
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


def group_of(kind: str) -> str:
    """Return the group of the page to which a kind belongs."""
    room = kind.partition(".")[0]
    return next((name for name, group in GROUPS.items() if room in group.rooms), "")


def _holds_article(article: str) -> ColumnElement[bool]:
    """A rule may stand on several articles, parted by «; »."""
    alone = canon({"article": article}).decode()[1:-1]
    several = (f"{alone[:-1]};", f'; {article}"', f"; {article};")
    body = AuditEntry.body
    return or_(*(body.contains(each, autoescape=True) for each in (alone, *several)))


def _came_to(outcome: str) -> ColumnElement[bool]:
    answer = aliased(AuditEntry)
    how = answer.kind == _ANSWERED_BY.get(outcome, "appeal.closed")
    if outcome not in _ANSWERED_BY:
        written = canon({"outcome": outcome}).decode()[1:-1]
        how = how & answer.body.contains(written, autoescape=True)
    return exists().where(answer.previous == AuditEntry.number, how)
