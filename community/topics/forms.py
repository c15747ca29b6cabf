"""Shapes of what members send to the forum."""

from collections.abc import Sequence

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from community.publishing.facts import Words
from community.publishing.forms import EntryForm
from community.topics.models import KINDS
from community.web.forms import HouseForm, Line
from community.web.forms import Words as WordsField

KIND_NAMES = {
    "discussion": _l("Discussion"),
    "question": _l("Question"),
    "experience": _l("Exchange of experience"),
    "case": _l("Difficult case"),
    "initiative": _l("Initiative"),
    "study": _l("Studying together"),
}
KIND_HINTS = {
    "discussion": _l("Talk about what matters to colleagues."),
    "question": _l("Ask, and mark when you have been helped."),
    "experience": _l("Tell what you did and attach the material."),
    "case": _l("The class, what was tried, what you ask about."),
    "initiative": _l("Propose; others support it, and it moves from stage to stage."),
    "study": _l("Read or try something together, step by step."),
}
STAGE_NAMES = {"proposed": _l("proposed"), "taken": _l("taken up"), "done": _l("done")}


class ReplyForm(EntryForm):
    """An answer in a topic."""

    body = WordsField(_l("Your answer"))
    parent_id = IntegerField(validators=[Optional(), NumberRange(1, 2**31 - 1)])


class TopicForm(EntryForm):
    """A new topic."""

    title = Line(_l("Title"), longest=200)
    kind = RadioField(
        _l("What kind of talk"),
        choices=[SelectChoice(k, KIND_NAMES[k]) for k in KINDS],
        default="discussion",
    )
    subject = Line(_l("Subject"), longest=80, required=False)
    help_wanted = BooleanField(_l("I need help: tell colleagues of my subject at once"))

    def words(self) -> Words:
        """Return the text with its title."""
        return Words(body=self.body.data or "", title=self.title.data or "")


class EditForm(EntryForm):
    """A changed text; ``revision`` tells which version was read."""

    title = Line(_l("Title"), longest=200, required=False)
    revision = IntegerField()

    def kept_files(self, current: Sequence[int]) -> list[int]:
        """Return which of the text's files the author leaves: all where the form did not show them."""
        if "files_shown" not in request.form:
            return list(current)
        ticked = set(request.form.getlist("keep", type=int))
        return [each for each in current if each in ticked]

    def words(self) -> Words:
        """Return the text with its title, where it has one."""
        return Words(body=self.body.data or "", title=self.title.data or "")


class BoardForm(HouseForm):
    """A board as the administrator plans it."""

    name = Line(_l("Name"), longest=80)
    purpose = Line(_l("What it is for"), longest=300, required=False)
    audience = RadioField(
        _l("Who reads it"),
        choices=[
            SelectChoice("members", _l("members of the community")),
            SelectChoice("everyone", _l("everyone, visitors too")),
        ],
        default="members",
        description=_l("Only members write, always under their own names."),
    )
    kind = SelectField(
        _l("Kind"),
        choices=[
            SelectChoice("formal", _l("professional")),
            SelectChoice("informal", _l("informal")),
        ],
        default="formal",
    )


class ReasonForm(HouseForm):
    """A moderator's act with its reason."""

    reason = Line(_l("Reason"), longest=300, description=_l("It goes to the journal."))


class MoveForm(ReasonForm):
    """Another board for a topic."""

    board_id = SelectField(_l("Board"), coerce=int)


class SplitForm(ReasonForm):
    """A topic of its own from chosen entries."""

    title = Line(_l("Title of the new topic"), longest=200)


class MergeForm(ReasonForm):
    """The topic that this one is joined to."""

    into = Line(_l("Address or number of the other topic"), longest=200)

    def target_id(self) -> int:
        """Return the number at the end of what was typed, or 0."""
        digits = (self.into.data or "").split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1]
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
