"""Erasing a text for good: for personal data or by law alone, by two people (rules, §6)."""

from sqlalchemy import select, update

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid
from community.core.verdict import N_, deny, require
from community.moderation import code, policies
from community.moderation.models import (
    Appeal,
    MilderStep,
    Proposal,
    Removal,
    Report,
    Warning_,
)
from community.moderation.services import deciding
from community.moderation.services import grounds as basis
from community.moderation.services.deciding import Signed
from community.moderation.services.grounds import Grounds
from community.notices import services as notices
from community.publishing import erasing
from community.publishing.models import Entry, Thread

ERASED = "— — — — — — — — — — —"
"""What stands in the place of words that are gone, where the schema asks for some."""


def require_purgeable(actor: Actor, entry: Entry, grounds: Grounds) -> None:
    """Raise unless the words may be proposed for erasing by this person and on these grounds."""
    who = standing(actor, entry.community_id or 0)
    require(policies.may_decide(who, entry, basis.parties_of(actor.id, entry)))
    basis.require_as_read(entry, grounds.revision)
    if grounds.article not in code.PURGE_GROUNDS:
        require(deny("purge.no_ground"))
    if not entry.body:
        raise Conflict("purge.already")
    if basis.exact_quote(entry, grounds.quote) is None:
        raise Invalid({"quote": [N_("The quotation must stand in the text letter by letter.")]})
    if len(" ".join(grounds.reason.split())) < 20:
        raise Invalid(
            {"reason": [N_("At least 20 characters: whose data these are, or which law.")]}
        )


def purge(actor: Actor, entry: Entry, thread: Thread, grounds: Grounds, signed: Signed) -> int:
    """Erase a text inside the use case of the second signature; return the number of the decision.

    The salted hash stays in the journal. The author is told, without the words.
    """
    number = entry.removal_number
    if entry.state in ("published", "held"):
        number = deciding.hide(actor, entry, thread, grounds, signed)
    notices.withdraw("moderation.removed", f"/decisions/{number}")
    quote = basis.own_words(entry, grounds.quote)
    erasing.erase(entry.id, quote=quote)
    _erase_around(entry)
    made = audit.record(
        actor,
        "entry.purged",
        actor_role=deciding.role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={"article": grounds.article, "previous": number, "second_id": signed.second_id},
    )
    notices.tell(
        [entry.author_id],
        "moderation.purged",
        community_id=entry.community_id,
        url=f"/e/{entry.id}",
        params={"number": made},
    )
    return made


def _erase_around(entry: Entry) -> None:
    """Erase what moderation itself wrote about the text: it quotes the words."""
    about = select(Removal.number).where(Removal.entry_id == entry.id)
    _set(Removal, Removal.entry_id == entry.id, quote=ERASED, reason=ERASED, purged_at=clock.now())
    _set(Report, Report.entry_id == entry.id, words="")
    _set(Report, Report.entry_id == entry.id, answer="")
    _set(Appeal, Appeal.decision.in_(about), words=ERASED, answer=ERASED)
    _set(Warning_, Warning_.decision.in_(about), reason=ERASED)
    _set(Proposal, Proposal.entry_id == entry.id, quote=ERASED, reason=ERASED, answer=ERASED)
    _set(MilderStep, MilderStep.entry_id == entry.id, quote=ERASED, reason=ERASED)


def _set(table: type, where: object, **values: object) -> None:
    db.session.execute(
        update(table).where(where).values(values),  # type: ignore[arg-type]
        execution_options={"synchronize_session": "fetch"},
    )
