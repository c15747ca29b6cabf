"""Shapes of what is sent while a council goes on."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

from community.councils.services.voting import VotePlan
from community.publishing.facts import Words
from community.publishing.forms import EntryForm
from community.web.forms import Line, ticked
from community.web.forms import Words as WordsField

_LARGEST = 2**31 - 1


class LineForm(EntryForm):
    """A line of the talk; it may ask the rapporteur."""

    body = WordsField(_l("Your line"), longest=5_000)
    parent_id = IntegerField(validators=[Optional(), NumberRange(1, _LARGEST)])
    question = BooleanField(_l("This is a question to the rapporteur"))


class VoteForm(EntryForm):
    """A question to the vote."""

    title = Line(_l("What is put to the vote"), longest=200)
    body = WordsField(_l("Explanation"), required=False, longest=5_000)
    secrecy = RadioField(
        _l("How to vote"),
        choices=[("open", _l("openly, by name")), ("secret", _l("secretly"))],
        default="open",
    )
    majority = RadioField(
        _l("Accepted by"),
        choices=[("half", _l("more than half")), ("two_thirds", _l("two thirds"))],
        default="half",
    )
    base = RadioField(
        _l("Counted of"),
        choices=[("present", _l("those present now")), ("all", _l("all who are expected"))],
        default="present",
    )

    def words(self) -> Words:
        """Return the question with its explanation."""
        return Words(body=self.body.data or "", title=self.title.data or "")

    def plan(self) -> VotePlan:
        """Return how the question is voted on."""
        return VotePlan(
            secrecy=self.secrecy.data, majority=self.majority.data, base=self.base.data,
            linked=self.linked(),
        )  # fmt: skip

    def linked(self) -> list[int]:
        """Return the open votes that are ticked to be closed together with this one."""
        return ticked("linked", 50)
