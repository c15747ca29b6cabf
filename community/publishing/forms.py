"""What every composer sends, in whatever room it stands."""

import secrets
from collections.abc import Sequence

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from community.files.licences import LICENCES
from community.files.queries import FileCard
from community.publishing.facts import Words
from community.web.forms import HouseForm
from community.web.forms import Words as WordsField


def fresh_key() -> str:
    """Return the key of one form on one page; a form that is drawn once and kept gets it beside."""
    return secrets.token_urlsafe(12)


class EntryForm(HouseForm):
    """A text: what every composer sends."""

    body = WordsField(_l("Your text"))
    seen = HiddenField()
    """Rules whose notice the author has read, by commas: the second sending goes."""
    sending = HiddenField(default=fresh_key)
    """The key of this form: sent twice over a weak line, it is taken once."""
    files = MultipleFileField(_l("Files"))
    licence = SelectField(
        _l("By what right the files are published"),
        choices=[
            SelectChoice("", _l("choose")),
            *(SelectChoice(code, _l(each.name)) for code, each in LICENCES.items()),
        ],
        default="",
        validators=[Optional()],
    )
    file_author = StringField(_l("Whose work it is, if not yours"), validators=[Length(max=120)])
    attached: Sequence[FileCard] = ()
    """Files that came with a text which has to be sent once more: the form carries them."""

    def words(self) -> Words:
        """Return the text as typed."""
        return Words(body=self.body.data or "")

    def take(self, words: Words) -> None:
        """Put changed words into the form: the author has accepted an offer."""
        self.body.data = words.body
        if "title" in self:
            self["title"].data = words.title

    def file_ids(self) -> list[int]:
        """Return the ids of files that were loaded while the text was being written."""
        sent = request.form.getlist("attachments", type=int)
        return [each for each in sent if 0 < each < 2**31]

    def rules_seen(self) -> frozenset[str]:
        """Return the ids of rules whose notice was shown."""
        return frozenset(filter(None, (self.seen.data or "").split(",")[:50]))
