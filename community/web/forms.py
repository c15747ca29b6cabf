"""Forms of the house: text is cleaned on its way in, so no control character reaches a service."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.support import NullTranslations, Translations
from flask import current_app, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, StringField, TextAreaField
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired, Length, Optional

from community.core.markup import MAX_TEXT, clean

_WRITTEN = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _line(value: Any) -> Any:
    return " ".join(_cleaned(value).split()) if isinstance(value, str) else value


class Line(StringField):
    """One line of text: cleaned, blanks folded, within ``longest`` characters."""

    def __init__(
        self, label: Any, *, longest: int = 200, required: bool = True, **kwargs: Any
    ) -> None:
        checks: list[Any] = [
            Length(max=longest, message=_l("Please keep it within %(max)d characters."))
        ]
        if required:
            checks.insert(0, InputRequired(_l("Please fill this in.")))
        checks.extend(kwargs.pop("validators", ()))
        super().__init__(label, validators=checks, filters=[_line], **kwargs)


class Words(TextAreaField):
    """A text of several lines: cleaned, within ``longest`` characters."""

    def __init__(
        self, label: Any, *, longest: int = MAX_TEXT, required: bool = True, **kwargs: Any
    ) -> None:
        checks: list[Any] = [
            Length(max=longest, message=_l("Please keep it within %(max)d characters."))
        ]
        if required:
            checks.insert(0, InputRequired(_l("Please write something here first.")))
        checks.extend(kwargs.pop("validators", ()))
        super().__init__(label, validators=checks, filters=[_cleaned], **kwargs)


class Moment(DateTimeLocalField):
    """A date with a time in the installation's zone; empty is no appointment unless ``required``."""

    data: datetime | None

    def __init__(self, label: Any, *, required: bool = False, **kwargs: Any) -> None:
        check = InputRequired(_l("Please fill this in.")) if required else Optional()
        super().__init__(label, format=list(_WRITTEN), validators=[check], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the moment as typed; what is none is said in words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Please give a date and a time, like 21.11.2026, 15:30.")) from None
        if self.data is not None and not 1900 < self.data.year < 2200:
            self.data = None
            raise ValueError(_l("Please give a date and a time, like 21.11.2026, 15:30."))

    @property
    def moment(self) -> datetime | None:
        """Return the aware moment, or None where nothing was typed."""
        return None if self.data is None else self.data.replace(tzinfo=zone())

    def show(self, moment: datetime | None) -> None:
        """Put a stored moment into the field."""
        self.data = None if moment is None else moment.astimezone(zone()).replace(tzinfo=None)


def ticked(name: str, most: int) -> list[int]:
    """Return the ids of the boxes that were ticked, of the first ``most`` of them; nonsense is left out."""
    sent = request.form.getlist(name, type=int)[:most]
    return [each for each in sent if 0 < each < 2**31]


def number_sent(name: str) -> int:
    """Return a hidden number of a form, 0 where there is none or it is no number of ours."""
    found = request.form.get(name, 0, type=int)
    return found if 0 <= found < 2**31 else 0


def zone() -> ZoneInfo:
    """Return the zone in which the installation's hours are said."""
    return ZoneInfo(current_app.config["BABEL_DEFAULT_TIMEZONE"])


class _Said:
    """The words of WTForms itself, read once for each language and not again for each form."""

    def gettext(self, message: str) -> str:
        return _catalogue(str(get_locale())).ugettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        return _catalogue(str(get_locale())).ungettext(one, many, number)


_said = _Said()


@lru_cache(maxsize=8)
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")


class HouseForm(FlaskForm):
    """A form with CSRF; ``refuse`` puts a service's refusal beside the fields it speaks of."""

    class Meta(FlaskForm.Meta):
        """Where a form takes its words."""

        def get_translations(self, _form: Any) -> "_Said":
            return _said

    def refuse(self, fields: Mapping[str, Any]) -> None:
        """Add the sentences of ``Invalid.fields`` to the form's errors; unknown names go on top."""
        for name, said in fields.items():
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, *said]
            else:
                self.form_errors.extend(said)
