"""The card of any decision by its number (rules, §5): what a page, a notice, a letter and JSON show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from community.audit import queries as journal
from community.audit.queries import JournalRow
from community.communities.models import Community
from community.core.db import db
from community.notices.sentences import Told
from community.publishing import cards
from community.publishing.access import Viewer
from community.publishing.cards import Card, article, how, marked, ways_of_hold, why_held
from community.publishing.decisions import HOLD_TERM, PERSON_TERM, waits_for_person
from community.publishing.models import Entry, VerdictRecord
from community.publishing.views import EntryView

Part = Callable[[JournalRow, bool], Mapping[str, Any] | None]
_parts: list[Part] = []


@dataclass(frozen=True, slots=True)
class Statement:
    """A decision as its card tells it; ``words`` are the author's, for those who may read them."""

    row: JournalRow
    words: str
    verdict: VerdictRecord | None
    waiting_id: int | None
    """The entry that still waits under this decision."""
    is_author: bool


def tells(part: Part) -> Part:
    """Let a room say more of its decisions: given a row and whether its author reads, fields of the card.

    «also» are offers that come after those that the card has.
    """
    if part not in _parts:
        _parts.append(part)
    return part


def of_number(number: int, reader: Viewer) -> Card | None:
    """Return the card of a decision, or None without such a number; who may open it, the caller asks.

    The author and the moderators read the marked words and the reason, others only what the open
    journal says.
    """
    row = journal.entry(number)
    if row is None:
        return None
    is_author = reader.user_id is not None and (
        row.author_id == reader.user_id or row.target == ("user", reader.user_id)
    )
    reads = is_author or _community(row) in reader.moderates
    card = _card(_statement(row, reads=reads, is_author=is_author))
    if reads:
        for part in _parts:
            said = dict(part(row, is_author) or {})
            also = said.pop("also", ())
            card |= said
            card["offers"] = [*card["offers"], *also]
    return card


@cards.provide
def of_own(reader: Viewer, entries: Sequence[EntryView]) -> dict[int, Card]:
    """Return the whole cards of the reader's own waiting texts, with all that they may do."""
    made: dict[int, Card] = {}
    for entry in entries:
        number = entry.decision["number"] if entry.is_mine and entry.decision else None
        if entry.state == "held" and number and (card := of_number(number, reader)):
            made[entry.id] = card
    return made


def of_notice(told: Told) -> Card | None:
    """Return the card of the decision that a notice tells of, as its addressee may read it."""
    number = told.params.get("number")
    if not isinstance(number, int) or number < 1:
        return None
    return of_number(number, Viewer(told.user_id, frozenset(), frozenset()))


def _community(row: JournalRow) -> int | None:
    return journal.community_of(row.number)


def _statement(row: JournalRow, *, reads: bool, is_author: bool) -> Statement:
    verdict = db.session.scalar(
        select(VerdictRecord).where(VerdictRecord.number == row.number).limit(1)
    )
    waiting = None
    if verdict is not None:
        held = select(Entry.id).where(Entry.verdict_id == verdict.id, Entry.state == "held")
        waiting = db.session.scalar(held.limit(1))
    words = journal.sealed(row.number).get("text", "") if reads else ""
    return Statement(row, words, verdict, waiting, is_author)


def _card(said: Statement) -> Card:
    row, hits = said.row, _live(said.verdict)
    detected = bool(row.rule)
    return {
        "kind": row.kind,
        "title": _title(said),
        "message": _message(said),
        "article": article(row.article) if row.article else "",
        "article_url": _code_url(row),
        "fragments": marked(said.words.partition("\n")[2], hits) if said.words else [],
        "until": _until(said, hits),
        "decided_by": _by(row),
        "detected": detected,
        "automated": _automated(row),
        "how": how(_automated(row), detected=detected),
        "number": row.number,
        "url": f"/decisions/{row.number}",
        "journal_url": f"/journal/{row.number}",
        "offers": _ways(said) if said.is_author else [],
    }


def _live(verdict: VerdictRecord | None) -> list[dict[str, Any]]:
    return [hit for hit in verdict.hits if hit["mode"] == "live"] if verdict else []


def _automated(row: JournalRow) -> str:
    said = row.body.get("automatic")
    return "full" if said is True else said if said in ("full", "part") else "no"


def _by(row: JournalRow) -> str:
    if row.rule and row.automatic:
        return str(_("rule %(rule)s, version %(version)s", rule=row.rule, version=row.rule_version))
    if row.role in ("moderator", "administrator"):
        return str(_("a moderator decided"))
    return row.role_name


def _message(said: Statement) -> str:
    if said.waiting_id:
        return why_held(_live(said.verdict))
    if said.row.kind == "entry.blocked" and said.is_author:
        return str(_("Nobody has seen the text. It is kept among your drafts: change it there."))
    then = said.row.answers[-1] if said.row.answers else None
    if then is None:
        return ""
    return str(_("What came later: %(what)s, № %(number)s.", what=then.words, number=then.number))


def _title(said: Statement) -> str:
    if said.row.kind == "entry.held" and not said.waiting_id:
        return str(_("The text waited for a check"))
    return said.row.sentence


def _until(said: Statement, hits: list[dict[str, Any]]) -> Any:
    if not said.waiting_id:
        return None
    return said.row.at + (PERSON_TERM if waits_for_person(hits) else HOLD_TERM)


def _ways(said: Statement) -> list[dict[str, Any]]:
    if said.waiting_id:
        return ways_of_hold(said.waiting_id)
    if said.row.kind == "entry.blocked":
        return [{"name": _("My drafts"), "url": "/drafts", "primary": True}]
    return []


def _code_url(row: JournalRow) -> str:
    community_id = _community(row)
    return code_page(community_id) if row.article and community_id is not None else ""


def code_page(community_id: int) -> str:
    """Return the page of the code, on which the article of a decision stands."""
    slug = db.session.scalar(select(Community.slug).where(Community.id == community_id))
    return f"/c/{slug}/rules" if slug else ""
