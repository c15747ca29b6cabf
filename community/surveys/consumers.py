"""What surveys ask of the floors: their words stay as they are while people answer them."""

from sqlalchemy import select

from community.core.db import db
from community.publishing import fixed, kinds
from community.surveys import queries
from community.surveys.models import Survey

kinds.register("survey", kinds.Kind(address=queries.address))


@fixed.provide
def asks(entry_id: int) -> str:
    """Refuse changes to words that people have answered."""
    found = db.session.scalar(select(Survey.id).where(Survey.entry_id == entry_id))
    return "survey.fixed_words" if found is not None else ""
