"""A decision as its page tells it: the card, the text whole, the names, the appeal and its steps.

It gathers what several rooms' floors know of one number, for the page and for JSON alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from community.audit import queries as journal
from community.communities.standing import Standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.moderation import cards, policies
from community.moderation.models import Appeal, Removal
from community.moderation.queries import appeals
from community.moderation.queries.appeals import Step
from community.moderation.queries.rulings import Ruling
from community.moderation.services import readers, remedies
from community.publishing import access, decided
from community.publishing.cards import Card
from community.publishing.decisions import PERSON_TERM
from community.publishing.models import Entry
from community.web.errors import sentence


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """What one reader may see of a decision and do about it."""

    what: Ruling
    card: Card
    title: str
    text: str
    """The text that was decided on, whole: its author has it back whatever happened."""
    appellant_name: str
    """Whom the decision concerns: the author of the text, or who complained of it."""
    decider_name: str
    is_own: bool
    is_moderator: bool
    appeal: Appeal | None
    steps: Sequence[Step]
    taker_name: str
    is_taker: bool
    may_appeal: bool
    too_late: bool
    appeal_until: datetime
    answer_by: datetime | None
    may_answer: bool
    why_not: str
    """Why a moderator may not answer; nothing for others."""
    partly: str
    """What granting a part of the appeal would mean; nothing where it has no parts."""


def read(actor: Actor, who: Standing, what: Ruling, appeal: Appeal | None) -> DecisionPage:
    """Return a decision as a person reads it; that they may read it is the caller's."""
    is_own = actor.user_id == what.about_id
    title, text = _words(what)
    can_still = is_own and appeal is None and what.stands
    late = clock.now() - what.at > policies.APPEAL_TERM
    is_open = appeal is not None and appeal.closed_at is None
    reads = readers.may_read(actor, what, appeal) if is_open else None
    return DecisionPage(
        what=what,
        card=_card(actor, what, appeal),
        title=title,
        text=text,
        appellant_name=appeals.name_of(what.about_id),
        decider_name=appeals.name_of(what.decider_id),
        is_own=is_own,
        is_moderator=who.is_moderator and not is_own,
        appeal=appeal,
        steps=appeals.steps(what.number, what.about_id) if appeal else (),
        taker_name=appeals.name_of(appeal.taken_by) if appeal else "",
        is_taker=appeal is not None and appeal.taken_by == actor.user_id,
        may_appeal=can_still and not late,
        too_late=can_still and late,
        appeal_until=what.at + policies.APPEAL_TERM,
        answer_by=appeal.created_at + PERSON_TERM if appeal else None,
        may_answer=bool(reads),
        why_not=sentence(reads) if reads is not None and not reads else "",
        partly=_("the text stays hidden, the warning is cancelled")
        if is_open and remedies.may_be_eased(what)
        else "",
    )


def as_json(said: DecisionPage) -> dict[str, Any]:
    """Return what the card alone does not say: whether the decision stands, and its appeal."""
    appeal = said.appeal
    return {
        "kind": said.what.kind,
        "at": said.what.at.isoformat(),
        "stands": said.what.stands,
        "may_appeal": said.may_appeal,
        "appeal": appeal
        and {
            "state": appeal.state,
            "made_at": appeal.created_at.isoformat(),
            "closed_at": appeal.closed_at.isoformat() if appeal.closed_at else None,
            "answer": appeal.answer,
            "steps": [{"number": each.number, "kind": each.kind} for each in said.steps],
        },
    }


def _card(actor: Actor, what: Ruling, appeal: Appeal | None) -> Card:
    card = decided.of_number(what.number, access.viewer(actor)) or {}
    if actor.user_id != what.about_id:  # what the author may do is not offered to others
        card["offers"] = _ways(what)
    elif appeal is not None:
        card["offers"] = [each for each in card["offers"] if "#appeal" not in each.get("url", "")]
    removal = db.session.get(Removal, what.number) if what.kind == "removal" else None
    if removal is not None and appeal is None:
        card["offers"] = [*card["offers"], *cards.undo_offers(removal, actor.user_id)]
    return card


def _ways(what: Ruling) -> list[dict[str, Any]]:
    if what.kind == "hold" and what.stands:
        return [{"name": _("Decide on the text"), "url": f"/e/{what.entry_id}/decide"}]
    return []


def _words(what: Ruling) -> tuple[str, str]:
    if what.kind in {"report", "suspension"}:
        return "", ""
    entry = db.session.get(Entry, what.entry_id) if what.entry_id else None
    if entry is not None:
        return entry.title, entry.body
    title, _line, body = journal.sealed(what.number).get("text", "").partition("\n")
    return title, body
