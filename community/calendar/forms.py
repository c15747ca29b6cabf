"""Shapes of what people send to the calendar."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

from community.calendar import hours
from community.calendar.services.appointing import When
from community.publishing.forms import EntryForm
from community.web.forms import Line, Moment

ANSWERS = {
    "yes": _l("I shall come"),
    "no": _l("I shall not come"),
    "proxy": _l("I shall not come and give my voice to a colleague"),
}


class AnswerForm(FlaskForm):
    """Will you come? Which answers are offered is the card's; the service judges them."""

    answer = RadioField(_l("Will you come?"), choices=list(ANSWERS.items()))
    proxy_id = IntegerField(
        _l("Who votes in your name"), validators=[Optional(), NumberRange(1, 2**31 - 1)]
    )


class MeetingForm(EntryForm):
    """When and where a meeting is; its place is the text that the rules judge."""

    body = Line(_l("Where it is"), longest=200, required=False)
    starts_at = Moment(_l("Begins"), required=True)
    ends_at = Moment(_l("Ends"), required=True)
    files = None
    licence = None
    file_author = None

    def file_ids(self) -> list[int]:
        """Return nothing: no files are taken here."""
        return []

    def when(self) -> When:
        """Return the hour and the place as typed; the form was validated."""
        begins, ends = self.starts_at.moment, self.ends_at.moment
        if begins is None or ends is None:
            raise ValueError("the form was not validated")
        return When(starts_at=begins, ends_at=ends, place=self.body.data or "")

    def show(self, starts_at: datetime, ends_at: datetime, place: str) -> None:
        """Put what stands in the calendar into the form."""
        self.starts_at.show(starts_at)
        self.ends_at.show(ends_at)
        self.body.data = place

    def propose(self, chosen: str) -> None:
        """Put the hour into the form that the words of an option name, where they can be read."""
        found = hours.read(chosen)
        if found is not None:
            self.starts_at.data = found
            self.ends_at.data = found + timedelta(hours=1)
