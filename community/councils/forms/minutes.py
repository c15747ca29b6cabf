"""Shapes of what is sent to the minutes."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from community.publishing.forms import EntryForm
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
