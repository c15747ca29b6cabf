"""Shapes of what people send to the calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, Optional

from community.calendar import hours
from community.calendar.services.appointing import When
from community.publishing.forms import EntryForm
from community.web.forms import Line

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


class Moment(DateTimeLocalField):
    """A date with a time in the installation's zone."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        written = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        needed = [InputRequired(_l("Please fill this in."))]
        super().__init__(label, format=written, validators=needed, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the moment as typed; what is none is said in words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Please give a date and a time, like 21.11.2026, 15:30.")) from None

    @property
    def moment(self) -> datetime:
        """Return the aware moment; a year that no calendar of a school holds is long past."""
        typed = self.data
        if typed is None or not 2000 <= typed.year <= 2999:
            return datetime(2000, 1, 1, tzinfo=UTC)
        found: datetime = typed.replace(tzinfo=hours.zone())
        return found

    def show(self, moment: datetime) -> None:
        """Put a moment into the field."""
        self.data = moment.astimezone(hours.zone()).replace(tzinfo=None)


class MeetingForm(EntryForm):
    """When and where a meeting is; its place is the text that the rules judge."""

    body = Line(_l("Where it is"), longest=200, required=False)
    starts_at = Moment(_l("Begins"))
    ends_at = Moment(_l("Ends"))
    files = None
    licence = None
    file_author = None

    def file_ids(self) -> list[int]:
        """Return nothing: no files are taken here."""
        return []

    def when(self) -> When:
        """Return the hour and the place as typed."""
        return When(
            starts_at=self.starts_at.moment,
            ends_at=self.ends_at.moment,
            place=self.body.data or "",
        )

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
