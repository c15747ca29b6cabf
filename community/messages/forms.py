"""Shapes of what people write to each other."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField

from community.publishing.forms import EntryForm
from community.web.forms import Words


class LetterForm(EntryForm):
    """A letter; there is no subject line, as in talk."""

    body = Words(_l("Your letter"))


class RewriteForm(LetterForm):
    """A changed letter; ``revision`` tells which version was read."""

    revision = IntegerField()
