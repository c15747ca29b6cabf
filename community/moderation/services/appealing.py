"""An appeal from its first word to its answer; whoever decided never reads it (rules, §5; B07)."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.communities.standing import standing
from community.core import clock
from community.core.actor import SYSTEM, Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.outbox import emit
from community.core.transactions import use_case
from community.core.verdict import N_, require
from community.moderation import policies
from community.moderation.events import AppealMade
from community.moderation.models import Appeal, Taking
from community.moderation.queries import rulings
from community.moderation.queries.rulings import Ruling
from community.moderation.services import readers, remedies, settling, taking
from community.publishing import gate
from community.publishing.facts import Circumstances, Words
from community.publishing.services import NO_RULES
from community.publishing.threads import entry_for_change

MOST_WORDS = 2000
OUTCOMES = ("upheld", "overturned", "partly", "rejected")


@use_case
def appeal(actor: Actor, decision: int, *, words: str, seen: frozenset[str] = NO_RULES) -> int:
    """Appeal against a decision on one's own text, complaint or membership; return the appeal's id.

    Within 180 days, once for a decision and side; changing the text does not use it up (rules, §5).
    """
    what = _locked(decision)
    require(policies.may_appeal(actor.user_id, what.about_id, what.at, clock.now()))
    said = words.strip()
    if not said or len(said) > MOST_WORDS:
        raise Invalid(
            {"words": [N_("Write why the decision is wrong, in 2,000 characters at most.")]}
        )
    if rulings.appeal_of(decision, what.side) is not None:
        raise Conflict("appeal.already")
    if not what.stands:
        raise Conflict("appeal.restored")
    _weigh(actor, what, said, seen)
    made = Appeal(
        decision=decision,
        side=what.side,
        kind=what.kind,
        community_id=what.community_id,
        author_id=actor.id,
        entry_id=what.entry_id,
        words=said,
        created_at=clock.now(),
    )
    _store(made)
    settling.step(actor, made, "appeal.made", role="member", words=said)
    emit(AppealMade(appeal_id=made.id))
    return made.id


@use_case
def withdraw(actor: Actor, decision: int) -> None:
    """Take one's own appeal back while nobody has answered; it cannot be made again."""
    found = _open(decision)
    if found.author_id != actor.user_id:
        raise NotFound
    settling.close(actor, found, "withdrawn", role="member")


@use_case
def take(actor: Actor, decision: int, *, version: int) -> None:
    """Take an appeal up: others see who reads it, its author sees that somebody does."""
    found, what = _open(decision), rulings.ruling(decision)
    who = _require_reader(actor, found, what)
    _require_version(found, version)
    taking.claim(actor, found.community_id, "appeal", found.id)
    if found.state == "taken" and found.taken_by == actor.id:
        return
    found.state, found.taken_by, found.version = "taken", actor.id, found.version + 1
    settling.step(actor, found, "appeal.taken", role=who)


@use_case
def give_back(actor: Actor, decision: int) -> None:
    """Return an appeal that one has taken up, unanswered: another person may read it."""
    found = _open(decision)
    if found.state != "taken" or found.taken_by != actor.user_id:
        raise Conflict("appeal.not_taken")
    _return(actor, found, role=readers.role_in(actor, found.community_id))


@use_case
def return_in_term(appeal_id: int) -> None:
    """Return an appeal that somebody took up and left: the term of taking is over."""
    found = db.session.get(Appeal, appeal_id, with_for_update=True, populate_existing=True)
    if found is None or found.state != "taken":
        return
    held = select(Taking.until).where(Taking.kind == "appeal", Taking.case_id == appeal_id)
    until = db.session.scalar(held)
    if until is None or until <= clock.now():
        _return(SYSTEM, found, role="system")


@use_case
def answer(actor: Actor, decision: int, *, outcome: str, answer: str, version: int) -> None:
    """Answer an appeal: the decision stands, falls, or falls in part; the author reads why.

    Raises ``Refused`` for who decided or is a party, ``Conflict`` when another has answered or the
    appeal changed since the page was drawn.
    """
    what = _locked(decision)
    found = _open(decision)
    who = _require_reader(actor, found, what)
    _require_version(found, version)
    taking.require_mine(actor, "appeal", found.id)
    said = " ".join(answer.split())
    if len(said) < settling.SHORTEST:
        raise Invalid(
            {"answer": [N_("Write at least 20 characters: the author should understand why.")]}
        )
    if outcome not in OUTCOMES or (outcome == "partly" and not remedies.may_be_eased(what)):
        raise Invalid({"outcome": [N_("Choose one of the listed answers.")]})
    found.closed_by, found.answer = actor.id, answer.strip()
    settling.close(actor, found, outcome, role=who)
    if outcome == "overturned":
        remedies.overturn(actor, what, reason=answer)
    elif outcome == "partly":
        remedies.ease(actor, what, reason=answer)


def _locked(decision: int) -> Ruling:
    """Return a decision with its text's thread locked: nobody cancels it meanwhile."""
    what = rulings.ruling(decision)
    if what.entry_id is not None:
        entry_for_change(what.entry_id)
        what = rulings.ruling(decision)
    return what


def _weigh(actor: Actor, what: Ruling, words: str, seen: frozenset[str]) -> None:
    """Ask to soften an appeal that is rude itself; the second sending goes (rules, §3)."""
    at = Circumstances(event="appeal", space="appeal", community_id=what.community_id)
    gate.weigh(actor, standing(actor, what.community_id), Words(body=words), at, seen=seen)


def _store(made: Appeal) -> None:
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError:
        raise Conflict("appeal.already") from None


def _open(decision: int) -> Appeal:
    what = rulings.ruling(decision)
    found = settling.open_appeal(decision, what.side)
    if found is not None:
        return found
    if rulings.appeal_of(decision, what.side) is None:
        raise NotFound
    raise Conflict("appeal.closed")


def _require_reader(actor: Actor, found: Appeal, what: Ruling) -> str:
    require(readers.may_read(actor, what, found))
    return readers.role_in(actor, found.community_id)


def _require_version(found: Appeal, version: int) -> None:
    if found.version != version:
        raise Conflict("appeal.changed")


def _return(actor: Actor, found: Appeal, *, role: str) -> None:
    found.state, found.taken_by, found.version = "new", None, found.version + 1
    settling.step(actor, found, "appeal.returned", role=role)
    settling.release_case("appeal", found.id)
