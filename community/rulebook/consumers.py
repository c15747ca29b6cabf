"""What moderators are told of rules, what waits for them, and what cancelled decisions teach."""

from community.core.clock import now
from community.core.db import db, insert
from community.core.outbox import consumes
from community.core.verdict import N_
from community.notices import services as notices
from community.publishing.events import DecisionOverturned
from community.publishing.models import VerdictRecord
from community.rulebook import waits
from community.rulebook.history import EVENTS_OF_HISTORY
from community.rulebook.models import WrongHit
from community.rulebook.services import braking, trials

__all__ = ["braking", "learn", "trials", "waits"]
"""The brake's duty and the steps of a run register themselves as they are read."""

notices.register(
    {
        "rulebook.brake": N_(
            "The rule %(rule)s stopped %(count)s texts within a day of its change "
            "and was put back on trial: look at it"
        ),
        "rulebook.proposed": N_("A change of the rule %(rule)s waits for a second person"),
    },
    group="duty",
)
notices.register(
    {
        "rulebook.released": N_("Your text in “%(title)s” was checked and published"),
        "rulebook.accepted": N_("Your change of the rule %(rule)s was accepted: it is on trial"),
        "rulebook.refused": N_("Your change of the rule %(rule)s was refused: see why"),
    },
    group="moderation",
)


@consumes(DecisionOverturned)
def learn(event: DecisionOverturned) -> None:
    """Keep a text that a person found in order as a ready «miss» of each rule that stopped it.

    Only ids are kept; the words are shown to a moderator, who edits them before they enter the file.
    """
    verdict = db.session.get(VerdictRecord, event.verdict_id) if event.verdict_id else None
    if verdict is None or event.entry_id is None or verdict.event not in EVENTS_OF_HISTORY:
        return
    for hit in verdict.hits:
        if hit["mode"] == "live" and set(hit["acts"]) & {"hold", "cooldown", "block", "notice"}:
            row = {
                "rule": hit["rule"], "verdict_id": verdict.id, "entry_id": event.entry_id,
                "number": event.number, "outcome": event.outcome, "at": now(),
            }  # fmt: skip
            db.session.execute(insert(WrongHit).values(row).on_conflict_do_nothing())
