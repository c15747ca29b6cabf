"""An appeal whose decision is gone without an answer to it: cancelled by hand, or out of date."""

from flask_babel import gettext as _
from sqlalchemy import select

from community.audit import services as audit
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.transactions import use_case
from community.moderation.models import Appeal, Taking
from community.notices import services as notices

OPEN = ("new", "taken")
SHORTEST = 20


def open_appeal(decision: int, side: str = "author") -> Appeal | None:
    """Return the open appeal against a decision, locked for this transaction."""
    return db.session.scalar(
        select(Appeal)
        .where(Appeal.decision == decision, Appeal.side == side, Appeal.state.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def cancelled_by_hand(actor: Actor, decision: int | None, *, role: str, reason: str) -> None:
    """Close the appeal against a decision that a person has just cancelled: it is overturned."""
    found = open_appeal(decision) if decision else None
    if found is None:
        return
    if not actor.is_person:
        close(actor, found, "lapsed", role=role)
        return
    said = " ".join(reason.split())
    found.closed_by = actor.id if actor.id != found.author_id else None
    found.answer = (
        said
        if len(said) >= SHORTEST
        else _("The decision was cancelled without waiting for an answer. %(reason)s", reason=said)
    )
    close(actor, found, "overturned", role=role)


@use_case
def lapse(appeal_id: int) -> None:
    """Close an appeal that has nothing left to cancel: the text is out, changed or taken back."""
    found = db.session.scalar(
        select(Appeal)
        .where(Appeal.id == appeal_id, Appeal.state.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is not None:
        close(SYSTEM, found, "lapsed", role="system")


def close(actor: Actor, found: Appeal, state: str, *, role: str) -> int:
    """Write the last step of an appeal: its state, the journal, the notice to who appealed."""
    found.state, found.closed_at = state, clock.now()
    found.version += 1
    number = step(actor, found, _KINDS.get(state, "appeal.closed"), role=role, words=found.answer)
    release_case("appeal", found.id)
    if state != "withdrawn":
        notices.tell(
            [found.author_id],
            f"appeal.{state}",
            community_id=found.community_id,
            url=f"/decisions/{found.decision}",
            params={"number": found.decision},
        )
    return number


_KINDS = {"withdrawn": "appeal.withdrawn", "lapsed": "appeal.lapsed"}


def step(actor: Actor, found: Appeal, kind: str, *, role: str, words: str = "") -> int:
    """Write one step of an appeal into the journal (rules, §5: every step is there)."""
    body = {"previous": found.decision, "appeal_id": found.id}
    if kind == "appeal.closed":
        body["outcome"] = found.state  # type: ignore[assignment]
    db.session.flush()
    return audit.record(
        actor,
        kind,
        actor_role=role,
        community_id=found.community_id,
        target=("entry", found.entry_id) if found.entry_id else None,
        author_id=found.author_id,
        body=body,
        sealed={"reason": words} if words else None,
    )


def release_case(kind: str, case_id: int) -> None:
    """Forget who had taken a case up: it is decided."""
    taken = select(Taking).where(Taking.kind == kind, Taking.case_id == case_id)
    for each in db.session.scalars(taken):
        db.session.delete(each)
    db.session.flush()
