"""The form of an upload."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from community.files.recognition import ACCEPT
from community.web.forms import HouseForm


class UploadForm(HouseForm):
    """Files for a text that is being written; the community is known where the text is."""

    file = MultipleFileField(
        _l("Files"),
        validators=[FileRequired(_l("Choose a file first."))],
        render_kw={"accept": ACCEPT},
    )
    community_id = IntegerField(validators=[Optional(), NumberRange(1, 2**31 - 1)])


class DiscardForm(HouseForm):
    """Nothing but the proof that the form is ours."""
