"""Shapes of what a person sends about themselves."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from community.web.forms import HouseForm, Line
from community.web.forms import Words as WordsField


class AboutForm(HouseForm):
    """A word about oneself and one's interests."""

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
    seen = HiddenField()
    """Rules whose notice the author has read, by commas: the second sending goes."""

    def rules_seen(self) -> frozenset[str]:
        """Return the ids of rules whose notice was shown."""
        return frozenset(filter(None, (self.seen.data or "").split(",")[:50]))


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
