"""Shapes of what is sent to the minutes."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from community.accounts.forms import Password
from community.councils.policies import minutes as policies
from community.publishing.forms import EntryForm
from community.web.forms import HouseForm
from community.web.forms import Words as WordsField

LONGEST_NOTE = 10_000


class BareForm(EntryForm):
    """Words without files: what stands in minutes is text. WTForms takes a field away by None."""

    files = None
    licence = None
    file_author = None

    def file_ids(self) -> list[int]:
        """Return nothing: no files are taken here."""
        return []


class NoteForm(BareForm):
    """A note of the secretary."""

    body = WordsField(_l("What is written down"), longest=LONGEST_NOTE)
    speaker_id = SelectField(_l("Who spoke"), coerce=int, default=0, validators=[Optional()])
    ballot_id = SelectField(
        _l("By what vote it was decided"), coerce=int, default=0, validators=[Optional()]
    )
    revision = IntegerField(validators=[Optional(), NumberRange(1, 2**31 - 1)])

    def offer(self, people: Sequence[tuple[int, str]], votes: Sequence[tuple[int, str]]) -> None:
        """Offer whom the note may be of, and the votes of the item."""
        nobody, none = SelectChoice("0", _l("choose")), SelectChoice("0", _l("without a vote"))
        self.speaker_id.choices = [nobody, *(SelectChoice(str(i), name) for i, name in people)]
        self.ballot_id.choices = [none, *(SelectChoice(str(i), title) for i, title in votes)]


class ShowForm(HouseForm):
    """For how many days the minutes are shown for objections."""

    days = IntegerField(
        _l("Days for objections"),
        default=policies.TERM,
        validators=[
            InputRequired(_l("Please say for how many days.")),
            NumberRange(
                1, policies.LONGEST_TERM,
                _l("The term for objections is from one to fourteen days."),
            ),
        ],
    )  # fmt: skip


class ObjectionForm(BareForm):
    """An objection to the minutes."""

    body = WordsField(_l("What is amiss, and how it should read"), longest=LONGEST_NOTE)
    item_id = SelectField(_l("About which item"), coerce=int, default=0, validators=[Optional()])

    def offer(self, items: Sequence[tuple[int, str]]) -> None:
        """Offer the items of the agenda, and the minutes as a whole."""
        whole = SelectChoice("0", _l("the minutes as a whole"))
        self.item_id.choices = [whole, *(SelectChoice(str(i), title) for i, title in items)]


class ObjectionAnswerForm(BareForm):
    """The secretary's answer to an objection."""

    body = WordsField(_l("Your answer in words"), longest=LONGEST_NOTE)
    verdict = RadioField(
        _l("The objection"),
        choices=[
            SelectChoice("accepted", _l("is accepted: the minutes are mended")),
            SelectChoice("declined", _l("is declined")),
        ],
        validators=[InputRequired(_l("Please say whether you accept the objection."))],
    )


class SignForm(HouseForm):
    """A signature: the password, and the hash of what was shown."""

    password = Password(_l("Your password"))
    sha256 = HiddenField()
