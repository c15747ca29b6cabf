"""What minutes and tasks add to their threads: where their texts stand, who may write in them and when.

Apart from ``watching``, which tells it of the council and its items.
"""

from sqlalchemy import select

from community.communities.models import Community
from community.communities.standing import Standing
from community.core import clock
from community.core.db import db
from community.core.verdict import N_, Verdict
from community.core.worker import duty
from community.councils.models import Council, CouncilMinutes, CouncilNote
from community.councils.policies import minutes as policies
from community.councils.services import objections
from community.notices import services as notices
from community.publishing import fixed, kinds
from community.publishing.models import Entry, Thread


def install() -> None:
    """Let publishing know of minutes."""
    fixed.provide(fixed_by_signing)
    kinds.register(
        "council_minutes",
        kinds.Kind(address=minutes_address, may_write=keeps_minutes, may_revise=keeps_note),
    )


def minutes_address(thread: Thread, entry: Entry) -> str:
    """Return where a note or an objection stands: in the minutes."""
    found = (
        select(Community.slug, CouncilMinutes.council_id)
        .join(CouncilMinutes, CouncilMinutes.community_id == Community.id)
        .where(CouncilMinutes.thread_id == thread.id)
    )
    slug, council_id = db.session.execute(found).one()
    return f"/c/{slug}/councils/{council_id}/minutes#entry-{entry.id}"


def keeps_minutes(who: Standing, thread: Thread) -> Verdict:
    """Notes are the secretary's; objections come while they are taken, whatever door they come through."""
    row, council = db.session.execute(
        select(CouncilMinutes, Council)
        .join(Council, Council.thread_id == CouncilMinutes.council_id)
        .where(CouncilMinutes.thread_id == thread.id)
    ).one()
    return policies.may_add(who, council, row, clock.now())


def keeps_note(who: Standing, _entry: Entry, thread: Thread) -> Verdict:
    """Words of the minutes are changed as long as they may be added."""
    return keeps_minutes(who, thread)


def fixed_by_signing(entry_id: int) -> str:
    """Return why a note stays as it is: its minutes are being signed, or are."""
    state = db.session.scalar(
        select(CouncilMinutes.state)
        .join(CouncilNote, CouncilNote.council_id == CouncilMinutes.council_id)
        .where(CouncilNote.entry_id == entry_id)
    )
    reasons = {"signing": "council.minutes_signed", "sealed": "council.minutes_sealed"}
    return reasons.get(state or "", "")


notices.register(
    {
        "council.minutes_shown": N_(
            "Minutes № %(number)s of the council are shown: read them, and object if need be"
        ),
        "council.objected": N_("There is an objection to minutes № %(number)s"),
        "council.objection_accepted": N_("Your objection to minutes № %(number)s is accepted"),
        "council.objection_declined": N_(
            "Your objection to minutes № %(number)s is declined, with an explanation"
        ),
        "council.minutes_to_sign": N_("Minutes № %(number)s of the council can be signed"),
        "council.minutes_wait_for_you": N_("Minutes № %(number)s wait for your signature"),
    },
    group="talk",
)


@duty
def end_terms() -> None:
    """Let minutes be signed whose term for objections is over."""
    for council_id in objections.due():
        objections.end_term(council_id)
