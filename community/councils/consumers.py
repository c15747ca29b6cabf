"""After something happened to a council: open pages follow those who left."""

from sqlalchemy import select

from community.calendar.events import PeopleLeft
from community.core.db import db
from community.core.outbox import consumes
from community.councils import watching
from community.councils.models import Council
from community.publishing import services as publishing

watching.install()


@consumes(PeopleLeft)
def show_who_left(event: PeopleLeft) -> None:
    """Draw the quorum anew on open pages when somebody was not heard of any more."""
    found = select(Council.thread_id).where(Council.happening_id == event.happening_id)
    council_id = db.session.scalar(found)
    if council_id is not None:
        publishing.stir(council_id)
