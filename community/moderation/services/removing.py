"""Hiding a text: at once, or after another person's signature; and taking it back at once."""

from sqlalchemy import select, update

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, NotFound
from community.core.transactions import use_case
from community.core.verdict import require
from community.moderation import policies
from community.moderation.models import Appeal, Removal, Report
from community.moderation.queries import proposals
from community.moderation.services import deciding, milder, signing
from community.moderation.services import grounds as basis
from community.moderation.services.deciding import Signed
from community.moderation.services.grounds import Grounds
from community.notices import services as notices
from community.publishing import deciding as states
from community.publishing import services as publishing
from community.publishing.models import Entry


@use_case
def remove(actor: Actor, entry_id: int, grounds: Grounds) -> int:
    """Hide a text with article, quotation and reason; return the number of the decision.

    Where one signature is not enough, the text stays and the number is the proposal's (rules, §6).
    Raises ``Refused`` without grounds or for a side of the dispute, ``Conflict`` when someone was
    first or the author has changed the text.
    """
    entry, thread = publishing.entry_for_change(entry_id)
    require_removable(actor, entry, grounds)
    why = proposals.why_two(actor.id, entry)
    if why:
        return signing.propose(actor, entry, grounds, kind="removal", why=why)
    return deciding.hide(actor, entry, thread, grounds, Signed(actor.id))


def require_removable(actor: Actor, entry: Entry, grounds: Grounds) -> None:
    """Raise unless the actor may hide the text as it stands, and on these grounds."""
    who = standing(actor, entry.community_id or 0)
    parties = basis.parties_of(actor.id, entry)
    require(policies.may_decide(who, entry, parties))
    if entry.state not in ("published", "held"):
        raise Conflict("entry.not_published")
    basis.require_as_read(entry, grounds.revision)
    if proposals.waiting_for(entry.id) is not None:
        raise Conflict("proposal.waits")
    basis.require_grounds(entry, grounds, parties)
    milder.require_tried(entry, grounds.milder)


@use_case
def undo(actor: Actor, number: int) -> None:
    """Take one's own decision back within five minutes: readers see no trace, the journal does.

    The author's notice goes unread where it was not read; complaints wait again as they did.
    """
    known = db.session.get(Removal, number)
    if known is None:
        raise NotFound
    entry, _thread = publishing.entry_for_change(known.entry_id)
    removal = db.session.scalars(
        select(Removal).where(Removal.number == number).execution_options(populate_existing=True)
    ).one()
    appealed = db.session.scalar(select(Appeal.id).where(Appeal.decision == number).limit(1))
    require(
        policies.may_undo(
            actor.id,
            removal,
            late=clock.now() - removal.at > policies.UNDO_TERM,
            appealed=bool(appealed),
        )
    )
    if removal.restored_at is not None or entry.removal_number != number:
        raise Conflict("undo.already")
    removal.restored_number = audit.record(
        actor,
        "entry.restored",
        actor_role=deciding.role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={"article": removal.article, "previous": number, "outcome": "undone", "undo": True},
    )
    removal.restored_at, removal.undone = clock.now(), True
    db.session.flush()
    (states.keep_unseen if removal.was_held else states.restore)(entry.id)
    _untell(removal, entry)


def _untell(removal: Removal, entry: Entry) -> None:
    """Take back what was told of the decision; who has read it already is told that it is gone."""
    deciding.lift_warnings(removal.number)
    untold = notices.withdraw("moderation.removed", f"/decisions/{removal.number}")
    if not untold and not removal.was_held:
        deciding.tell_restored(entry, removal.number)
    notices.withdraw("report.upheld", f"/e/{entry.id}")
    db.session.execute(
        update(Report)
        .where(
            Report.entry_id == entry.id,
            Report.state == "upheld",
            Report.closed_by == removal.moderator_id,
            Report.closed_at >= removal.at,
        )
        .values(state="new", closed_at=None, closed_by=None, answer="")
        .execution_options(synchronize_session=False)
    )
