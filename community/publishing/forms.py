"""What every composer sends, in whatever room it stands."""

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField

from community.publishing.facts import Words
from community.web.forms import HouseForm
from community.web.forms import Words as WordsField


class EntryForm(HouseForm):
    """A text: what every composer sends."""

    body = WordsField(_l("Your text"))
    seen = HiddenField()
    """Rules whose notice the author has read, by commas: the second sending goes."""
    files = MultipleFileField(_l("Files"))

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
