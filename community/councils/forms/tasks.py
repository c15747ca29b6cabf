"""Shapes of what is sent to tasks."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from community.councils.forms.minutes import LONGEST_NOTE, BareForm
from community.web.forms import HouseForm
from community.web.forms import Words as WordsField


class Offering(HouseForm):
    """To whom a task is offered, and by when it is to be done."""

    owner_id = SelectField(
        _l("Whom it is offered to"), coerce=int, default=0, validators=[Optional()]
    )
    due_on = DateField(_l("By what day"), validators=[InputRequired(_l("Please name the day."))])

    def offer(self, people: Sequence[tuple[int, str]]) -> None:
        """Offer the people, and anyone."""
        anyone = SelectChoice("0", _l("anyone who takes it"))
        self.owner_id.choices = [anyone, *(SelectChoice(str(i), name) for i, name in people)]


class TaskForm(BareForm, Offering):
    """A new task."""

    body = WordsField(_l("What is to be done"), longest=LONGEST_NOTE)


class TaskWordsForm(BareForm):
    """A report, a refusal, a reason."""

    body = WordsField(_l("In words"), longest=LONGEST_NOTE)
