"""Forms of the notices' pages."""

from typing import Any

from flask_babel import gettext
from wtforms import BooleanField

from community.notices.sentences import GROUPS
from community.web.forms import HouseForm


class ReadForm(HouseForm):
    """Nothing but the token: marks notices as read."""


def mail_form(wanted: dict[str, bool]) -> Any:
    """Return the form with a tick per group of notices, as they are now chosen."""
    fields = {
        group: BooleanField(gettext(words), default=wanted.get(group, True))
        for group, words in GROUPS.items()
    }
    return type("MailForm", (HouseForm,), fields)()
