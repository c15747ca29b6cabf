"""What people fill in about their account."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from community.accounts.models import ROLES
from community.accounts.passwords import LONGEST
from community.web.forms import HouseForm, Line

ROLE_NAMES = {
    "teacher": _l("a teacher"),
    "head": _l("a head of a school or a deputy"),
    "methodist": _l("a methodologist"),
    "parent": _l("a parent"),
    "partner": _l("a partner of schools"),
}
_PASSWORD_HINT = _l(
    "At least 10 characters: three or four words are easy to remember and hard to guess."
)


class Password(PasswordField):
    """A password exactly as it was typed; too long a one is cut before it costs anything."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        required = InputRequired(_l("Please fill this in."))
        super().__init__(label, validators=[required], filters=[_cut], **kwargs)


def _cut(value: Any) -> Any:
    return value[: LONGEST + 1] if isinstance(value, str) else value


def _tick(words: Any) -> list[Any]:
    return [InputRequired(words)]


class NameForm(HouseForm):
    last_name = Line(_l("Last name"), longest=80)
    first_name = Line(_l("First name"), longest=80)
    patronymic = Line(_l("Patronymic"), longest=80, required=False)


class DetailsForm(HouseForm):
    school = Line(
        _l("School or organisation"),
        description=_l("Choose from the list or write its full name if it is not there yet."),
    )
    post = Line(_l("Post"), longest=120, required=False)
    subjects = Line(
        _l("Subjects"),
        longest=300,
        required=False,
        description=_l("With commas between them: mathematics, physics."),
    )
    role = RadioField(
        _l("Who you are"),
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in ROLES],
        default="teacher",
        validators=[InputRequired(_l("Please choose who you are."))],
    )

    def subject_list(self) -> list[str]:
        """Return the subjects one by one."""
        return [
            each.strip()
            for each in (self.subjects.data or "").replace(";", ",").split(",")
            if each.strip()
        ]


class RegisterForm(NameForm, DetailsForm):
    email = Line(
        _l("Your e-mail"),
        longest=254,
        description=_l("You will sign in with it. Only you and the administrator see it."),
    )
    password = Password(_l("Password"), description=_PASSWORD_HINT)

    def values(self) -> dict[str, Any]:
        """Return the registration as the service takes it."""
        names = (
            "last_name",
            "first_name",
            "patronymic",
            "email",
            "password",
            "school",
            "post",
            "role",
        )
        return {name: self[name].data or "" for name in names} | {"subjects": self.subject_list()}


class ConsentForm(HouseForm):
    sealed = HiddenField()
    text = HiddenField()
    """The version that was on the screen."""
    consent = BooleanField(
        _l("I consent to the processing of my personal data as described above"),
        validators=_tick(_l("Without your consent we may not keep your data.")),
    )


class LoginForm(HouseForm):
    email = Line(_l("Your e-mail"), longest=254)
    password = Password(_l("Password"))
    next = HiddenField()


class CodeForm(HouseForm):
    code = Line(
        _l("Code from the app"),
        longest=40,
        description=_l("Six digits from the app, or one of the recovery codes."),
    )


class ConfirmForm(HouseForm):
    password = Password(_l("Password"), description=_l("The one you chose when you registered."))


class ForgottenForm(HouseForm):
    email = Line(_l("Your e-mail"), longest=254)


class NewPasswordForm(HouseForm):
    password = Password(_l("New password"), description=_PASSWORD_HINT)


class ChangePasswordForm(HouseForm):
    old = Password(_l("Present password"))
    password = Password(_l("New password"), description=_PASSWORD_HINT)


class EmailForm(HouseForm):
    email = Line(_l("New e-mail"), longest=254)
    password = Password(_l("Password"))


class PasswordForm(HouseForm):
    password = Password(_l("Password"))


class SwitchOffForm(HouseForm):
    password = Password(_l("Password"))
    code = Line(
        _l("Code from the app"),
        longest=40,
        description=_l("Six digits from the app, or one of the recovery codes."),
    )


class LeaveForm(HouseForm):
    mode = RadioField(
        _l("What will become of your words"),
        choices=[
            SelectChoice("keep", _l("My texts stay under my name")),
            SelectChoice("anonymise", _l("My texts stay without my name; my data are erased")),
        ],
        validators=[InputRequired(_l("Please choose one of the two."))],
    )
    password = Password(_l("Password"))
    sure = BooleanField(
        _l("I understand that the account cannot be brought back"),
        validators=_tick(_l("Please tick this: the account cannot be brought back.")),
    )
