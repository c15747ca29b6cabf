"""What the safeguards tell people, and what ends by itself: proposals, requests to change a text."""

from community.core.db import db
from community.core.outbox import consumes
from community.core.verdict import N_
from community.core.worker import duty
from community.moderation.events import ProposalMade
from community.moderation.queries import interest, proposals, quarters, steps, warnings
from community.moderation.services import counting as figures
from community.moderation.services import milder, signing, suspending
from community.notices import services as notices
from community.publishing import counting
from community.publishing.events import EntryRemoved, EntryRevised
from community.publishing.models import Entry

notices.register(
    {
        "moderation.asked": N_(
            "A moderator asks you to change your text in “%(title)s” by %(until)s: see what and why"
        ),
        "moderation.folded": N_(
            "Your text in “%(title)s” is shown folded, decision № %(number)s: see why"
        ),
        "moderation.pause_lifted": N_(
            "The pause of decision № %(number)s is lifted, you may write again: %(reason)s"
        ),
        "moderation.unfolded": N_("Your text in “%(title)s” is open again"),
        "moderation.purged": N_(
            "The words of your text were erased for good, decision № %(number)s: personal data or"
            " a demand of the law"
        ),
    },
    group="moderation",
)
notices.register(
    {
        "moderation.handed": N_(
            "A case in “%(title)s” was handed to you: a side may not decide it"
        ),
        "moderation.signature": N_("A decision № %(number)s waits for a second signature"),
        "moderation.proposal_signed": N_("Your proposal № %(number)s was signed and carried out"),
        "moderation.proposal_refused": N_(
            "Your proposal № %(number)s was not signed: see the reason"
        ),
        "moderation.proposal_lapsed": N_(
            "Nobody signed your proposal № %(number)s in three days: the text stays as it was"
        ),
        "moderation.proposal_void": N_(
            "The author changed or took back the text of your proposal № %(number)s: it is void"
        ),
        "moderation.second_required": N_(
            "%(overturned)s of your %(decided)s removals of the quarter were overturned: until"
            " %(until)s another person signs what you hide"
        ),
        "moderation.second_told": N_(
            "A moderator’s removals need a second signature until %(until)s: %(overturned)s of"
            " %(decided)s in the quarter were overturned"
        ),
        "moderation.rule_on_trial": N_(
            "Rule %(rule)s judges without acting now: too many of its removals in the quarter were"
            " overturned"
        ),
        "moderation.edited": N_("The author changed the text in “%(title)s” as you asked"),
        "moderation.edit_lapsed": N_(
            "The author has not changed the text in “%(title)s” in the term: decide what is next"
        ),
    },
    group="duty",
)


@consumes(ProposalMade)
def tell_of_proposal(event: ProposalMade) -> None:
    """Tell those who may sign that a decision waits; one notice for what was proposed together."""
    row = proposals.one(event.number)
    proposal = row.Proposal
    if proposal.state != "waiting" or proposal.bundle != proposal.number:
        return
    if row.Entry is None:
        people = interest.holders(proposal.community_id, "administrator")
    else:
        people = interest.free(row.Entry, but=proposal.proposed_by)
        people += interest.holders(proposal.community_id, "administrator")
    notices.tell(
        [each for each in people if each not in (proposal.proposed_by, proposal.user_id)],
        "moderation.signature",
        community_id=proposal.community_id,
        url=f"/proposals/{proposal.number}",
        params={"number": proposal.number},
    )


@consumes(EntryRevised)
def follow_edit(event: EntryRevised) -> None:
    """A changed text answers a request to change it, and voids what was proposed of the old one."""
    milder.note_edit(event.entry_id)
    _void(event.entry_id)


@consumes(EntryRemoved)
def follow_removal(event: EntryRemoved) -> None:
    """A text that its author took back needs no second signature."""
    _void(event.entry_id)


def _void(entry_id: int) -> None:
    entry, waiting = db.session.get(Entry, entry_id), proposals.waiting_for(entry_id)
    if entry is None or waiting is None or waiting.kind == "purge":
        return
    if entry.revision != waiting.revision or entry.state == "withdrawn":
        signing.lapse(waiting.number, why="edited")


@duty
def end_proposals() -> None:
    """End what nobody has signed in its term; each in a transaction of its own."""
    for number in proposals.overdue():
        signing.lapse(number)
    for number in proposals.overdue_suspensions():
        suspending.lapse_suspension(number)


@duty
def end_requests() -> None:
    """End requests to change a text whose term is over."""
    for entry_id in steps.overdue():
        milder.lapse_request(entry_id)


@duty
def count_quarter() -> None:
    """Write the tables of the quarter that has ended, each community's in a transaction of its own."""
    ended = quarters.current().before
    for community_id in quarters.uncounted(ended):
        figures.count(community_id, ended)


counting.provide_strikes(warnings.in_force)
