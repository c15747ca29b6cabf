"""Decision cards (rules, §5): what happened, why, by whom, what can be done now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from community.core.db import db
from community.publishing.access import Viewer
from community.publishing.decisions import Decision
from community.publishing.models import Entry, VerdictRecord
from community.publishing.views import EntryView

Card = dict[str, Any]
CardProvider = Callable[[Viewer, Sequence[EntryView]], Mapping[int, Card]]
_providers: list[CardProvider] = []


def provide(provider: CardProvider) -> CardProvider:
    """Let a room tell authors of decisions on their entries: entry id -> card."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def attach(reader: Viewer, entries: Sequence[EntryView]) -> None:
    """Put cards on the entries whose decisions the reader may read: their own, or a moderator's."""
    touched = [entry for entry in entries if entry.state in ("held", "removed")]
    if not touched:
        return
    for provider in (_held, *_providers):
        for entry_id, card in provider(reader, touched).items():
            next(entry for entry in touched if entry.id == entry_id).decision = card


def of(decision: Decision, body: str, **more: Any) -> Card:
    """Return the card of a decision on ``body``; ``more`` adds or replaces fields of the card."""
    title = {
        "notice": _("Please look once more"),
        "hold": _("Your text waits for a check"),
        "cooldown": _("A pause, please"),
        "block": _("The text was not published"),
        "refuse": _("The text was not published"),
    }.get(decision.act, _("Please look once more"))
    marks = decision.marks
    first = marks[0] if marks else None
    return {
        "title": title,
        "message": "\n".join(dict.fromkeys(mark.message for mark in marks)) or decision.message,
        "article": article(first.article) if first else "",
        "article_url": "",
        "fragments": [body[start:end] for mark in marks for start, end in mark.spans][:5],
        "until": decision.until,
        "decided_by": _("rule %(rule)s, version %(version)s", rule=first.rule, version=first.v)
        if first
        else "",
        "automatic": decision.automatic,
        "number": decision.number,
        "journal_url": f"/journal/{decision.number}" if decision.number else "",
        "offers": [],
    } | more


def article(code: str) -> str:
    """Return «ст. 4.1 «оскорбления»» for «4.1-оскорбления»."""
    number, _dash, name = code.split(";", maxsplit=1)[0].partition("-")
    return str(_("art. %(number)s “%(name)s”", number=number.strip(), name=name.strip()))


def _held(_reader: Viewer, entries: Sequence[EntryView]) -> dict[int, Card]:
    waiting = {entry.verdict_id: entry for entry in entries if entry.state == "held"}
    if not waiting:
        return {}
    rows = db.session.execute(
        select(VerdictRecord, Entry.body)
        .join(Entry, Entry.verdict_id == VerdictRecord.id)
        .where(VerdictRecord.id.in_(waiting))
    )
    cards = {}
    for verdict, body in rows:
        entry = waiting[verdict.id]
        cards[entry.id] = _card_of_hold(verdict, body)
    return cards


def _card_of_hold(verdict: VerdictRecord, body: str) -> Card:
    hits = [hit for hit in verdict.hits if hit["mode"] == "live"]
    first: dict[str, Any] = hits[0] if hits else {"rule": "", "v": 1, "article": ""}
    return {
        "title": _("The text waits for a check"),
        "message": _(
            "A rule found a place that a person should look at. Only the author and moderators see "
            "the text. You can change it now: the rules will look again at once."
        ),
        "article": article(first["article"]),
        "fragments": [body[start:end] for hit in hits for start, end in hit["spans"]][:5],
        "decided_by": _(
            "rule %(rule)s, version %(version)s", rule=first["rule"], version=first["v"]
        ),
        "automatic": True,
        "number": verdict.number,
        "journal_url": f"/journal/{verdict.number}" if verdict.number else "",
        "offers": [],
    }
