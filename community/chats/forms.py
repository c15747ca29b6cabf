"""Shapes of what is sent to chats."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from community.publishing.facts import Words
from community.publishing.forms import EntryForm
from community.web.forms import HouseForm, Line, Moment, ticked
from community.web.forms import Words as WordsField

MOST_PEOPLE = 200


class LineForm(EntryForm):
    """A line of a chat."""

    body = WordsField(_l("Your line"), longest=5_000)
    parent_id = IntegerField(validators=[Optional(), NumberRange(1, 2**31 - 1)])


class HoursForm(HouseForm):
    """When a chat is open."""

    opens_at = Moment(_l("Opens"))
    closes_at = Moment(_l("Closes"))


class ChatForm(EntryForm):
    """A new chat."""

    title = Line(_l("Theme of the chat"), longest=200)
    body = WordsField(_l("What the talk is about"))
    opens_at = Moment(_l("Opens"))
    closes_at = Moment(_l("Closes"))
    access = RadioField(
        _l("Who takes part"),
        choices=[
            ("community", _l("all members of the community")),
            ("invited", _l("only those I invite (moderators can read it too)")),
        ],
        default="community",
    )

    def words(self) -> Words:
        """Return the theme with what it is about."""
        return Words(body=self.body.data or "", title=self.title.data or "")

    def invited(self) -> frozenset[int] | None:
        """Return who is invited, or None where everybody is."""
        return people_chosen() if self.access.data == "invited" else None


class InviteForm(HouseForm):
    """More people for a chat by invitation; the boxes are drawn by the page."""


class GatherForm(EntryForm):
    """A topic made of chosen lines."""

    title = Line(_l("Title of the topic"), longest=200)
    body = WordsField(_l("A few words before the lines"), required=False, longest=5_000)
    board_id = SelectField(_l("Board"), coerce=int, validators=[InputRequired()])

    def words(self) -> Words:
        """Return the title with the words before the lines."""
        return Words(body=self.body.data or "", title=self.title.data or "")


def people_chosen() -> frozenset[int]:
    """Return the ticked people."""
    return frozenset(ticked("people", MOST_PEOPLE))


def lines_chosen(most: int) -> list[int]:
    """Return the ticked lines; one more than ``most`` tells that there were too many."""
    return ticked("lines", most + 1)
