"""Shapes of what people send to the calendar."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

ANSWERS = {
    "yes": _l("I shall come"),
    "no": _l("I shall not come"),
    "proxy": _l("I shall not come and give my voice to"),
}


class AnswerForm(FlaskForm):
    """Will you come? Which answers are offered is the card's; the service judges them."""

    answer = RadioField(_l("Will you come?"), choices=list(ANSWERS.items()))
    proxy_id = IntegerField(
        _l("Who votes in your name"), validators=[Optional(), NumberRange(1, 2**31 - 1)]
    )
