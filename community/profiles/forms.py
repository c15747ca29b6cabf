"""Shapes of what a person sends about themselves."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from community.publishing.forms import EntryForm
from community.web.forms import HouseForm, Line
from community.web.forms import Words as WordsField


class AboutForm(EntryForm):
    """A word about oneself and one's interests; files have no place here."""

    files = None

    body = WordsField(
        _l("About myself"),
        required=False,
        description=_l("What you teach, what you are good at, what colleagues may ask you about."),
    )
    interests = Line(
        _l("Interests"),
        longest=600,
        required=False,
        description=_l(
            "By commas: fractions, project work, school theatre. Colleagues find you by them."
        ),
    )
    revision = IntegerField(default=0, validators=[Optional(), NumberRange(0, 2**31 - 1)])


class PhotoForm(HouseForm):
    """A photo of oneself."""

    file = FileField(
        _l("Photo"),
        validators=[FileRequired(_l("Choose a photo first."))],
        description=_l(
            "JPEG, PNG or WebP. The middle is kept; the place and the camera are forgotten."
        ),
        render_kw={"accept": ".jpg,.jpeg,.png,.webp"},
    )


class PlainForm(HouseForm):
    """Nothing but the proof that the form is ours."""
