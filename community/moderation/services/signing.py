"""The second signature: what one person proposes, another reads and signs or refuses (rules, §6)."""

from datetime import timedelta

from sqlalchemy import select

from community.audit import services as audit
from community.communities.standing import standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.moderation import policies
from community.moderation.events import ProposalMade
from community.moderation.models import Proposal
from community.moderation.queries import proposals
from community.moderation.services import deciding, purging
from community.moderation.services import grounds as basis
from community.moderation.services.deciding import Signed
from community.moderation.services.grounds import Grounds
from community.notices import services as notices
from community.publishing import deciding as states
from community.publishing import services as publishing
from community.publishing.models import Entry, Thread

TERM = timedelta(hours=72)
SHORTEST = 20
GRAVE = frozenset({"4.1-личные", "4.1-угрозы", "6-разглашение", "6-пропаганда насилия"})
"""Words that harm by being read wait unseen; any other text stays where it is until the second
signature, or the first one would be enough after all."""


def propose(
    actor: Actor, entry: Entry, grounds: Grounds, *, kind: str, why: str, bundle: int | None = None
) -> int:
    """Write a proposal inside a use case that has checked its grounds; return its number."""
    until = clock.now() + TERM
    number = audit.record(
        actor,
        "removal.proposed",
        actor_role=deciding.role_of(actor, entry),
        community_id=entry.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={
            "article": grounds.article,
            "code": "purge" if kind == "purge" else why,
            "milder": grounds.milder,
            "until": f"{until:%Y-%m-%d}",
            "previous": deciding.held_number(entry),
        },
        sealed={"text": f"{entry.title}\n{entry.body}", "reason": grounds.reason},
    )
    hidden = entry.state == "published" and grounds.article in GRAVE
    made = Proposal(
        community_id=entry.community_id or 0,
        kind=kind,
        why=why,
        number=number,
        bundle=bundle or number,
        entry_id=entry.id,
        user_id=entry.author_id,
        proposed_by=actor.id,
        article=grounds.article,
        quote=basis.own_words(entry, grounds.quote),
        reason=grounds.reason.strip(),
        milder=grounds.milder,
        revision=entry.revision,
        hidden=hidden,
        at=clock.now(),
        until=until,
    )
    db.session.add(made)
    db.session.flush()
    if hidden:
        states.keep_unseen(entry.id)
    emit(ProposalMade(number=number))
    return number


@use_case
def propose_purge(actor: Actor, entry_id: int, grounds: Grounds) -> int:
    """Propose to erase a text for good; nothing is erased until another person signs (rules, §6)."""
    entry, _thread = publishing.entry_for_change(entry_id)
    purging.require_purgeable(actor, entry, grounds)
    if proposals.waiting_for(entry.id) is not None:
        raise Conflict("proposal.waits")
    return propose(actor, entry, grounds, kind="purge", why="purge")


@use_case
def sign(actor: Actor, number: int) -> int:
    """Put the second signature: the text is hidden or erased now; return the decision's number.

    Raises ``Refused`` for the one who proposed it or a side, ``Conflict`` when it is closed or the
    author has changed the text since.
    """
    proposal, entry, thread = _for_change(number)
    _require_second(actor, proposal, entry)
    if not _stands(proposal, entry):
        raise Conflict("proposal.changed")
    _close(proposal, "signed", actor)
    _answer(proposal, "moderation.proposal_signed")
    signed = Signed(proposal.proposed_by, actor.id, number)
    grounds = Grounds(proposal.article, proposal.quote, proposal.reason, proposal.milder)
    carry_out = purging.purge if proposal.kind == "purge" else deciding.hide
    return carry_out(actor, entry, thread, grounds, signed)


@use_case
def sign_bundle(actor: Actor, number: int) -> tuple[int, int]:
    """Sign all that was proposed together, each with its own row of the journal.

    Returns how many were signed and how many could not be: changed or closed meanwhile.
    """
    signed = skipped = 0
    for row in proposals.bundle(number):
        if row.Proposal.state != "waiting":
            continue
        proposal, entry, _thread = _for_change(row.Proposal.number)
        if _stands(proposal, entry):
            sign(actor, proposal.number)
            signed += 1
        else:
            skipped += 1
    return signed, skipped


@use_case
def refuse(actor: Actor, number: int, *, reason: str) -> None:
    """Refuse the second signature with a reason: the text stays, the first person is told why."""
    proposal, entry, _thread = _for_change(number)
    _require_second(actor, proposal, entry)
    if len(" ".join(reason.split())) < SHORTEST:
        raise Invalid({"reason": [N_("Write at least 20 characters: why you do not sign.")]})
    proposal.answer = reason.strip()
    _close(proposal, "refused", actor)
    _end(actor, proposal, entry, "removal.rejected", reason=reason)
    _answer(proposal, "moderation.proposal_refused")


@use_case
def withdraw(actor: Actor, number: int) -> None:
    """Take one's own proposal back before anybody has signed it."""
    proposal, entry, _thread = _for_change(number)
    require(policies.may_withdraw_proposal(actor.id, proposal.proposed_by))
    _close(proposal, "withdrawn", actor)
    _end(actor, proposal, entry, "removal.withdrawn")


@use_case
def lapse(number: int, *, why: str = "term") -> None:
    """End a proposal that nobody signed in its term, or whose text is not what was read any more."""
    try:
        proposal, entry, _thread = _for_change(number)
    except Conflict:
        return
    if why == "term" and proposal.until > clock.now():
        return
    _close(proposal, "lapsed", SYSTEM)
    _end(SYSTEM, proposal, entry, "removal.lapsed", code=why)
    _answer(proposal, "moderation.proposal_lapsed" if why == "term" else "moderation.proposal_void")


def _for_change(number: int) -> tuple[Proposal, Entry, Thread]:
    """Return a waiting proposal with its text, both under the lock of the thread."""
    entry_id = db.session.scalar(select(Proposal.entry_id).where(Proposal.number == number))
    if entry_id is None:
        raise NotFound
    entry, thread = publishing.entry_for_change(entry_id)
    proposal = db.session.scalars(
        select(Proposal).where(Proposal.number == number).execution_options(populate_existing=True)
    ).one()
    if proposal.state != "waiting":
        raise Conflict("proposal.closed")
    return proposal, entry, thread


def _require_second(actor: Actor, proposal: Proposal, entry: Entry) -> None:
    who = standing(actor, proposal.community_id)
    parties = basis.parties_of(actor.id, entry)
    require(policies.may_decide(who, entry, parties))
    require(policies.may_sign(actor.id, proposal.proposed_by))


def _stands(proposal: Proposal, entry: Entry) -> bool:
    """Tell whether the text is still what was read, and where it was."""
    if entry.revision != proposal.revision:
        return False
    return proposal.kind == "purge" or entry.state in ("published", "held")


def _close(proposal: Proposal, state: str, actor: Actor) -> None:
    proposal.state, proposal.closed_at, proposal.closed_by = state, clock.now(), actor.user_id
    db.session.flush()


def _end(
    actor: Actor, proposal: Proposal, entry: Entry, kind: str, *, code: str = "", reason: str = ""
) -> None:
    """Write the end of a proposal that did not come true; a text kept unseen for it comes back."""
    audit.record(
        actor,
        kind,
        actor_role=deciding.role_of(actor, entry),
        community_id=proposal.community_id,
        target=("entry", entry.id),
        author_id=entry.author_id,
        body={"previous": proposal.number, "article": proposal.article, "code": code},
        sealed={"reason": reason} if reason else None,
    )
    if proposal.hidden and entry.state == "held":
        states.release(entry.id)


def _answer(proposal: Proposal, code: str) -> None:
    notices.tell(
        [proposal.proposed_by],
        code,
        community_id=proposal.community_id,
        url=f"/proposals/{proposal.number}",
        params={"number": proposal.number},
    )
