"""After something happened to what the hall shows: open halls are drawn anew."""

from sqlalchemy import select, union

from community.ballots.events import BallotClosed
from community.ballots.models import Ballot
from community.core.db import db
from community.core.outbox import consumes
from community.core.verdict import N_
from community.councils.models import CouncilItem, CouncilQuestion, CouncilVote
from community.notices import services as notices
from community.publishing import services as publishing
from community.publishing.events import EntryPublished, EntryRemoved, EntryRevised, in_kind

notices.register(
    {"council.vote_opened": N_("The council votes: “%(title)s”")},
    group="talk",
)


@consumes(BallotClosed)
def show_result(event: BallotClosed) -> None:
    """Draw the hall anew when a vote was closed, from the ballot's own page or by its term too."""
    found = (
        select(CouncilItem.council_id)
        .join(CouncilVote, CouncilVote.item_id == CouncilItem.thread_id)
        .where(CouncilVote.ballot_id == event.ballot_id)
    )
    _stir(db.session.scalar(found))


@consumes(EntryPublished, only=in_kind("council_item"))
def show_question(event: EntryPublished) -> None:
    """Draw the questions anew when one that waited for a check is out."""
    _stir_for(event.entry_id)


@consumes(EntryRevised)
def show_changed_question(event: EntryRevised) -> None:
    """Draw the questions anew when one has other words."""
    _stir_for(event.entry_id)


@consumes(EntryRemoved)
def hide_question(event: EntryRemoved) -> None:
    """Draw the questions and the votes anew when one of them is hidden or taken back."""
    _stir_for(event.entry_id)


def _stir_for(entry_id: int) -> None:
    asked = select(CouncilItem.council_id).join(
        CouncilQuestion, CouncilQuestion.item_id == CouncilItem.thread_id
    )
    put = (
        select(CouncilItem.council_id)
        .join(CouncilVote, CouncilVote.item_id == CouncilItem.thread_id)
        .join(Ballot, Ballot.id == CouncilVote.ballot_id)
    )
    found = union(
        asked.where(CouncilQuestion.entry_id == entry_id), put.where(Ballot.entry_id == entry_id)
    )
    _stir(db.session.scalar(found))


def _stir(council_id: int | None) -> None:
    if council_id is not None:
        publishing.stir(council_id)
