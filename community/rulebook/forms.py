"""Shapes of the forms about rules."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from community.rules.told import EVENTS
from community.web.forms import HouseForm, Line, Words

ASKED = ("comment", "post", "topic", "edit", "chat", "upload")


class TryForm(HouseForm):
    """A text to be judged without writing anything."""

    title = Line(_l("Title"), required=False)
    body = Words(_l("Text"))
    event = SelectField(
        _l("As what it is sent"),
        default="comment",
        validators=[InputRequired(_l("Please fill this in."))],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.event.choices = [(each, EVENTS[each]) for each in ASKED]


class ProposalForm(HouseForm):
    """A rule as somebody wants it, and why."""

    block = Words(_l("The rule as it is to stand in the file"), longest=20_000)
    why = Words(
        _l("Why the rule is to be so"),
        longest=1000,
        description=_l("The second person reads this before deciding."),
    )


class DecisionForm(HouseForm):
    """Why a proposal is refused."""

    reason = Words(_l("Why not"), longest=1000, description=_l("Whoever proposed it reads this."))
