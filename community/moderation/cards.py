"""The card of a removal, for the author and the moderators (rules, §5)."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from community.audit import queries as journal
from community.audit.queries import JournalRow
from community.core import clock
from community.core.errors import NotFound
from community.core.verdict import N_
from community.moderation import code, policies
from community.moderation.models import Proposal, Removal
from community.moderation.queries import decisions, proposals, rulings, steps
from community.publishing import cards, decided
from community.publishing.access import Viewer
from community.publishing.views import EntryView, FoldView, RemovalView


@cards.provide
def of_removals(reader: Viewer, entries: Sequence[EntryView]) -> dict[int, cards.Card]:
    """Return the cards of removed entries that the reader may read, and word every stub's line."""
    _fold(entries)
    removed = {entry.id: entry for entry in entries if entry.state == "removed"}
    if not removed:
        return {}
    made: dict[int, cards.Card] = {}
    for entry_id, row in decisions.removals_of(list(removed)).items():
        entry = removed[entry_id]
        entry.removal = RemovalView(
            article=code.article_name(row.Removal.article),
            decision_number=row.Removal.number,
            journal_url=f"/journal/{row.Removal.number}",
            appeal_note=_appeal_note(row.Appeal),
            erased=row.Removal.purged_at is not None,
        )
        if entry.html or entry.is_mine:
            made[entry_id] = card(
                row.Removal,
                row.Appeal,
                for_author=entry.author_id == reader.user_id,
                reader_id=reader.user_id,
            )
    return made


_PROPOSED = {
    "removal": N_(
        "A moderator proposes to hide this text, and another person decides. Its words could harm, so "
        "until then only the author and the moderators see it."
    ),
    "purge": N_(
        "A moderator proposes to erase these words for good, and another person decides. Until then "
        "only the author and the moderators see them."
    ),
}


@cards.provide
def of_proposals(reader: Viewer, entries: Sequence[EntryView]) -> dict[int, cards.Card]:
    """Return the cards of texts that a moderator's proposal, and no rule, keeps out of sight."""
    held = [entry.id for entry in entries if entry.state == "held"]
    found = proposals.hiding(held) if held else []
    return {
        made.entry_id: _card_of_proposal(made, moderates=made.community_id in reader.moderates)
        for made in found
        if made.entry_id is not None
    }


def _card_of_proposal(made: Proposal, *, moderates: bool) -> cards.Card:
    by_law = made.article == code.LAW
    article = _("art. %(name)s", name=code.article_name(made.article))
    offer = {"name": _("To the proposal"), "url": f"/proposals/{made.number}"}
    return {
        "title": _("The text waits for a second signature"),
        "article": _("a demand of the law") if by_law else article,
        "article_url": "" if by_law else decided.code_page(made.community_id),
        "message": str(_(_PROPOSED[made.kind])),
        "fragments": [made.quote] if made.quote else [],
        "until": made.until,
        "decided_by": _("a moderator proposes"),
        "detected": False,
        "automated": "no",
        "how": "",
        "number": None,
        "url": "",
        "journal_url": "",
        "offers": [offer] if moderates else [],
    }


@decided.tells
def of_row(row: JournalRow, is_author: bool) -> cards.Card | None:  # noqa: FBT001 — who reads, not how
    """Say of a removal what its row of the journal may not: the words quoted and the reason."""
    if row.kind != "entry.removed":
        return None
    found = decisions.decision(row.number)
    return card(found.Removal, found.Appeal, for_author=is_author)


@decided.tells
def of_others(row: JournalRow, is_author: bool) -> cards.Card | None:  # noqa: FBT001 — who reads, not how
    """Say of the other decisions why they were made, and offer the appeal (rules, §5)."""
    if row.kind not in _WHY:
        return None
    try:
        what = rulings.ruling(row.number)
    except NotFound:
        return None
    appeal = rulings.appeal_of(row.number, what.side)
    told: cards.Card = {"appeal_note": _appeal_note(appeal)}
    reason = journal.sealed(row.number).get("reason", "")
    if reason:
        told["message"] = _("The moderator explains: %(reason)s", reason=reason)
    if row.kind in _TITLES:
        told["title"] = str(_(_TITLES[row.kind]))
    if is_author and appeal is None and what.stands:
        told["also"] = [{"name": _("Appeal"), "url": f"/decisions/{row.number}#appeal"}]
    return told


_TITLES = {
    "report.closed": N_("Your complaint was considered: the text stays"),
    "warning.given": N_("You have been warned"),
    "membership.suspended": N_("Your membership is suspended"),
}
_WHY = ("entry.held", "entry.blocked", "entry.paused", *_TITLES)


def _fold(entries: Sequence[EntryView]) -> None:
    """Put on folded texts the article and the moderator's words."""
    folded = {entry.id: entry for entry in entries if entry.fold_number}
    if not folded:
        return
    for step in steps.folds_of(list(folded)):
        folded[step.entry_id].fold = FoldView(
            code.article_name(step.article), step.reason, f"/steps/{step.number}"
        )


def card(
    removal: Removal, appeal: Any, *, for_author: bool, text: str = "", reader_id: int | None = None
) -> cards.Card:
    """Return the card of a removal: article in our words, the fragment, the reason, what to do now."""
    article = code.articles().get(removal.article)
    offers = []
    if for_author and appeal is None and removal.restored_at is None:
        offers.append(
            {"name": _("Appeal"), "url": f"/decisions/{removal.number}#appeal", "primary": True}
        )
    offers += undo_offers(removal, reader_id)
    return {
        "title": _("The text is hidden"),
        "article": _("art. %(name)s", name=code.article_name(removal.article)),
        "article_url": decided.code_page(removal.community_id),
        "message": "\n".join(
            filter(None, [article.text if article else "", _why(removal)]),
        ),
        "fragments": [removal.quote],
        "until": None,
        "decided_by": _("a moderator decided"),
        "detected": False,
        "automated": "no",
        "how": cards.how("no", detected=False),
        "number": removal.number,
        "url": f"/decisions/{removal.number}",
        "journal_url": f"/journal/{removal.number}",
        "appeal_note": _appeal_note(appeal),
        "text": text,
        "offers": offers,
    }


def undo_offers(removal: Removal, reader_id: int | None) -> list[dict[str, Any]]:
    """Return the offer to take a decision back at once, to the one who made it alone (rules, §6)."""
    if reader_id != removal.moderator_id or not _is_fresh(removal):
        return []
    url = f"/decisions/{removal.number}/undo"
    name = _("Take it back without traces (within five minutes)")
    return [{"name": name, "url": url, "post": True}]


def _is_fresh(removal: Removal) -> bool:
    alone = removal.second_id is None and removal.restored_at is None
    return alone and clock.now() - removal.at <= policies.UNDO_TERM


def _why(removal: Removal) -> str:
    return _("The moderator explains: %(reason)s", reason=removal.reason)


def _appeal_note(appeal: Any) -> str:
    if appeal is None:
        return ""
    return {
        "new": _("appealed, another moderator considers it"),
        "taken": _("appealed, another moderator is reading it now"),
        "upheld": _("appealed, the decision stands"),
        "overturned": _("appealed, the decision is cancelled"),
        "partly": _("appealed, the decision is cancelled in part"),
        "rejected": _("appealed, the appeal was not considered"),
        "withdrawn": _("the appeal was withdrawn"),
        "lapsed": _("the appeal needed no answer any more"),
    }[appeal.state]
