"""Decision cards (rules, §5): what happened, why, by whom, what can be done now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from community.core.db import db
from community.publishing.access import Viewer
from community.publishing.decisions import (
    HIDDEN,
    HOLD_TERM,
    PERSON_TERM,
    Decision,
    Mark,
    holding,
    waits_for_person,
)
from community.publishing.models import Entry, VerdictRecord
from community.publishing.views import EntryView
from community.rules.engine import OVER_BUDGET

MOST = 5
"""So many places a card shows; the composer underlines them all."""
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
    touched = [
        entry for entry in entries if entry.fold_number or entry.state in ("held", "removed")
    ]
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
        "message": "\n".join(
            filter(None, [*dict.fromkeys(mark.message for mark in marks), foretold(decision)])
        )
        or decision.message,
        "article": article(first.article) if first else "",
        "article_url": "",
        "fragments": _fragments(body, marks),
        "until": decision.until,
        "decided_by": _rule(first.rule, first.v) if first else "",
        "detected": decision.automatic,
        "automated": "full" if decision.automatic else "no",
        "how": how("full" if decision.automatic else "no", detected=decision.automatic),
        "number": decision.number,
        "url": f"/decisions/{decision.number}" if decision.number else "",
        "journal_url": f"/journal/{decision.number}" if decision.number else "",
        "offers": [],
    } | more


def _rule(rule: str, version: int) -> str:
    return str(_("rule %(rule)s, version %(version)s", rule=rule, version=version))


def foretold(decision: Decision) -> str:
    """Return what will happen when the author sends the text as it is, told before it happens."""
    if decision.act != "hold" or decision.number is not None:
        return ""
    if any(mark.release == "person" for mark in decision.marks if "hold" in mark.acts):
        return str(
            _(
                "If you send it as it is, only you and the moderators see it until a moderator decides."
            )
        )
    return str(
        _(
            "If you send it as it is, only you and the moderators see it until it is checked; without a "
            "moderator it is published in %(hours)s hours.",
            hours=round(HOLD_TERM.total_seconds() / 3600),
        )
    )


def how(automated: str, *, detected: bool) -> str:
    """Return in words what a machine did and what a person: found and decided (rules, §5)."""
    if automated == "full":
        return str(_("found and decided automatically, without a person"))
    if detected or automated == "part":
        return str(_("found automatically, decided by a person"))
    return str(_("found and decided by a person"))


def _fragments(body: str, marks: Sequence[Mark]) -> list[str]:
    found = [
        hidden(body[start:end]) if "mask" in mark.offers else body[start:end]
        for mark in marks
        for start, end in mark.spans
    ]
    return list(dict.fromkeys(found))[:MOST]


def marked(body: str, hits: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the places that stored hits mark in a text, personal data masked."""
    found = [
        hidden(body[start:end]) if "mask" in hit.get("offer", ()) else body[start:end]
        for hit in hits
        for start, end in hit["spans"]
    ]
    return list(dict.fromkeys(found))[:MOST]


def hidden(fragment: str) -> str:
    """Return what still tells its author which place is meant, and tells others nothing."""
    return f"{fragment[:2]}{HIDDEN}"


def ways_of_hold(entry_id: int) -> list[dict[str, Any]]:
    """Return what the author of a waiting text may do at once."""
    return [
        {"name": _("Change the text"), "url": f"/e/{entry_id}/edit", "primary": True},
        {"name": _("Take it back"), "url": f"/e/{entry_id}/withdraw"},
    ]


def as_json(card: Mapping[str, Any]) -> Card:
    """Return a card for those who ask for JSON: every field of the screen under a name that stays."""
    until = card.get("until")
    return {
        "what": card["title"],
        "message": card["message"],
        "article": card.get("article", ""),
        "article_url": card.get("article_url", ""),
        "fragments": list(card.get("fragments", ())),
        "until": until.isoformat() if until else None,
        "decided_by": card.get("decided_by", ""),
        "detected_automatically": bool(card.get("detected")),
        "decided_automatically": card.get("automated", "no"),
        "number": card.get("number"),
        "url": card.get("url", ""),
        "journal_url": card.get("journal_url", ""),
        "next": [
            {key: str(offer[key]) for key in ("name", "url", "accept") if offer.get(key)}
            for offer in card.get("offers", ())
        ],
    }


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
        .where(VerdictRecord.id.in_(waiting), VerdictRecord.act == "hold")
    )
    cards = {}
    for verdict, body in rows:
        entry = waiting[verdict.id]
        cards[entry.id] = _card_of_hold(verdict, body, entry)
    return cards


def _card_of_hold(verdict: VerdictRecord, body: str, entry: EntryView) -> Card:
    hits = [hit for hit in verdict.hits if hit["mode"] == "live"]
    first: dict[str, Any] = hits[0] if hits else {"rule": "", "v": 1, "article": ""}
    return {
        "title": _("The text waits for a check"),
        "message": why_held(hits),
        "article": article(first["article"]) if hits else "",
        "article_url": "",
        "fragments": marked(body, hits),
        "until": _term(verdict, hits),
        "decided_by": _rule(first["rule"], first["v"]) if hits else "",
        "detected": True,
        "automated": "full",
        "how": how("full", detected=True),
        "number": verdict.number,
        "url": f"/decisions/{verdict.number}" if verdict.number else "",
        "journal_url": f"/journal/{verdict.number}" if verdict.number else "",
        "offers": ways_of_hold(entry.id) if entry.is_mine else [],
    }


def why_held(hits: Sequence[Mapping[str, Any]]) -> str:
    """Return in words why a text waits: a rule found a place, or it was too much for the rules."""
    if not holding(hits):
        return OVER_BUDGET
    return str(
        _(
            "A rule found a place that a person should look at. Only the author and moderators see "
            "the text. You can change it now: the rules will look again at once."
        )
    )


def _term(verdict: VerdictRecord, hits: Sequence[Mapping[str, Any]]) -> Any:
    return verdict.at + (PERSON_TERM if waits_for_person(hits) else HOLD_TERM)
