"""After something happened to a council: open pages follow those who left."""

from sqlalchemy import select

from community.calendar.events import AnswersChanged, PeopleLeft
from community.core.db import db
from community.core.outbox import consumes
from community.councils import announcing, papers, showing, watching
from community.councils.models import Council
from community.publishing import services as publishing

watching.install()
papers.install()


@consumes(PeopleLeft)
def show_who_left(event: PeopleLeft) -> None:
    """Draw the quorum anew on open pages when somebody was not heard of any more."""
    _draw_anew(event.happening_id)


@consumes(AnswersChanged)
def show_who_comes(event: AnswersChanged) -> None:
    """Draw the answers anew on open pages, and the quorum where a voice went to another person."""
    _draw_anew(event.happening_id)


def _draw_anew(happening_id: int) -> None:
    found = select(Council.thread_id).where(Council.happening_id == happening_id)
    council_id = db.session.scalar(found)
    if council_id is not None:
        publishing.stir(council_id)


__all__ = ["announcing", "showing"]
