"""A letter that its reader complained of: opened for a moderator, that one alone, and written down."""

from sqlalchemy import select

from community.audit import services as audit
from community.audit.models import AuditEntry
from community.communities.standing import standing
from community.core import clock
from community.core.actor import Actor
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound
from community.core.transactions import use_case
from community.core.verdict import N_, deny, require
from community.moderation import code, policies
from community.moderation.models import Report
from community.moderation.queries import decisions as rulings
from community.moderation.services import readers, settling, taking, warning
from community.moderation.services.complaining import close_in_journal
from community.moderation.services.warning import Grounds
from community.notices import services as notices
from community.publishing import reported
from community.publishing.reported import Letter
from community.publishing.threads import entry_for_change

OUTCOMES = ("upheld", "rejected")


@use_case
def open_letter(actor: Actor, report_id: int) -> None:
    """Open the one letter that is complained of; the journal keeps who opened it (rules, §2)."""
    found = _open_report(report_id)
    _require_decider(actor, found)
    if not was_opened(actor.id, found):
        audit.record(
            actor,
            "letter.opened",
            actor_role=readers.role_in(actor, found.community_id),
            community_id=found.community_id,
            target=("entry", found.entry_id),
            author_id=reported.letter(found.entry_id).author_id,
            body={"report_id": found.id},
        )


@use_case
def decide(actor: Actor, report_id: int, *, outcome: str, answer: str, warned_by: str = "") -> int:
    """Answer a complaint of a letter that one has opened; both people are told why.

    The letter itself stays between the two: nothing is hidden or changed. ``warned_by`` is the
    article of a warning to its author, nothing without one. Returns the number of the decision.
    """
    found = _open_report(report_id)
    _require_decider(actor, found)
    taking.require_mine(actor, "report", found.entry_id)
    said = answer.strip()
    if outcome not in OUTCOMES or len(" ".join(said.split())) < settling.SHORTEST:
        raise Invalid(
            {"answer": [N_("Write at least 20 characters: both people should understand why.")]}
        )
    if not was_opened(actor.id, found):
        raise Conflict("letter.not_opened")
    _require_answer(actor, found, outcome, warned_by)
    found.state, found.closed_at, found.closed_by = outcome, clock.now(), actor.id
    found.answer = said
    role = readers.role_in(actor, found.community_id)
    number = close_in_journal(actor, found, role=role, answer=said)
    settling.release_case("report", found.entry_id)
    _tell(found, number)
    if warned_by:
        _warn_author(actor, found, number, warned_by)
    return number


def letter_for(actor: Actor, report_id: int) -> tuple[Report, Letter | None]:
    """Return a complaint of a letter, with the letter once the actor has opened it.

    Raises ``NotFound`` for a complaint of an ordinary text and for who does not moderate.
    """
    found = db.session.get(Report, report_id)
    if found is None or not reported.is_letter(found.entry_id):
        raise NotFound
    if not policies.may_see_queue(standing(actor, found.community_id)):
        raise NotFound
    if not (_may_decide(actor, found) and was_opened(actor.id, found)):
        return found, None
    return found, reported.letter(found.entry_id)


def may_open(actor: Actor, found: Report) -> bool:
    """Tell whether a moderator may open the letter: neither of the two people does."""
    return found.state == "new" and _may_decide(actor, found)


def was_opened(user_id: int, found: Report) -> bool:
    """Tell whether the journal holds that a person opened this letter for this complaint."""
    rows = db.session.scalars(
        select(AuditEntry.body).where(
            AuditEntry.target_kind == "entry",
            AuditEntry.target_id == found.entry_id,
            AuditEntry.kind == "letter.opened",
            AuditEntry.actor_id == user_id,
            AuditEntry.body.contains(f'"report_id":{found.id},', autoescape=True),
        )
    )
    return bool(rows.first())


def _open_report(report_id: int) -> Report:
    found = db.session.get(Report, report_id)
    if found is None or not reported.is_letter(found.entry_id):
        raise NotFound
    entry_for_change(found.entry_id)
    db.session.refresh(found)
    if found.state != "new":
        raise Conflict("report.closed")
    return found


def _may_decide(actor: Actor, found: Report) -> bool:
    who = standing(actor, found.community_id)
    people = (found.reporter_id, reported.letter(found.entry_id).author_id)
    return bool(policies.may_see_queue(who)) and actor.user_id not in people


def _require_decider(actor: Actor, found: Report) -> None:
    require(policies.may_see_queue(standing(actor, found.community_id)))
    if not _may_decide(actor, found):
        require(deny("moderation.party"))


def _require_answer(actor: Actor, found: Report, outcome: str, warned_by: str) -> None:
    if outcome == "rejected":
        require(policies.may_refuse_report(actor.id, rulings.refused_by(found.entry_id)))
    if warned_by and outcome != "upheld":
        raise Invalid(
            {
                "warned_by": [
                    N_("A warning goes with a complaint that is right, not with a refused one.")
                ]
            }
        )
    if warned_by and warned_by not in [each.number for each in code.grounds()]:
        raise Invalid({"warned_by": [N_("Choose one of the listed articles.")]})


def _warn_author(actor: Actor, found: Report, number: int, article: str) -> None:
    grounds = Grounds(
        community_id=found.community_id,
        user_id=reported.letter(found.entry_id).author_id,
        article=article,
        reason=found.answer,
        previous=number,
        role=readers.role_in(actor, found.community_id),
    )
    warning.give(actor, grounds)


def _tell(found: Report, number: int) -> None:
    upheld = found.state == "upheld"
    notices.tell(
        [found.reporter_id],
        "report.letter_upheld" if upheld else "report.letter_rejected",
        community_id=found.community_id,
        url=f"/decisions/{number}" if not upheld else f"/e/{found.entry_id}",
        params={"number": number, "answer": found.answer},
    )
    if upheld:
        notices.tell(
            [reported.letter(found.entry_id).author_id],
            "letter.warned",
            community_id=found.community_id,
            url=f"/e/{found.entry_id}",
            params={"answer": found.answer},
        )
