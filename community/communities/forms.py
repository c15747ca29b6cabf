"""What people fill in to come into a community, and what its administrators do."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FileField, HiddenField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from community.accounts.forms import Password
from community.communities.kinds import KINDS, SCOPES, role_name
from community.communities.models import CAP
from community.communities.services.applications import MIN_REASON
from community.core.clock import now
from community.web.forms import HouseForm, Line, Words

_CHOSEN = [InputRequired(_l("Choose one from the list."))]


def _agreement(words: Any) -> Any:
    needed = InputRequired(_l("Without your agreement nobody can be admitted."))
    return BooleanField(words, validators=[needed])


def _number(label: Any, low: int, high: int, **kwargs: Any) -> Any:
    checks = [
        InputRequired(_l("Please give a number.")),
        NumberRange(low, high, message=_l("From %(min)s to %(max)s.")),
    ]
    return IntegerField(label, validators=checks, **kwargs)


class AgreementForm(HouseForm):
    """Agreement with exactly the versions that were on the screen (A04)."""

    charter_version = HiddenField()
    rules_version = HiddenField()
    agree_charter = _agreement(_l("I have read the charter of the community and agree with it"))
    agree_rules = _agreement(_l("I have read the rules of talk and will keep them"))

    def shown(self, charter: int, rules: int) -> None:
        """Remember which versions the page shows; ticks are for these only."""
        self.charter_version.data, self.rules_version.data = str(charter), str(rules)

    def agreed(self) -> tuple[int, int]:
        """Return the versions that were shown; anything else than numbers agrees with nothing."""
        values = (self.charter_version.data or "", self.rules_version.data or "")
        if not all(each.isascii() and each.isdigit() and len(each) < 9 for each in values):
            return (-1, -1)
        return int(values[0]), int(values[1])


class ApplyForm(AgreementForm):
    why = Words(
        _l("Why would you like to join"),
        longest=2000,
        description=_l(
            "A few sentences: what you teach or do, what you look for here, what you can share."
            " Only the administrators read it."
        ),
    )


class InvitedForm(AgreementForm):
    why = Words(
        _l("A few words about yourself"),
        longest=2000,
        required=False,
        description=_l("What you teach or do, and what you look for here."),
    )


class RefuseForm(HouseForm):
    reason = Words(
        _l("Reason in your words"),
        longest=1000,
        required=False,
        description=_l(
            "The applicant reads it word for word. At least %(least)s characters.", least=MIN_REASON
        ),
    )


class ReasonForm(HouseForm):
    reason = Words(
        _l("Reason in your words"),
        longest=1000,
        description=_l(
            "The person reads it word for word. At least %(least)s characters.", least=MIN_REASON
        ),
    )


class SuspendForm(ReasonForm):
    days = SelectField(
        _l("For how long (only for a suspension)"),
        choices=[
            SelectChoice("7", _l("a week")),
            SelectChoice("14", _l("two weeks")),
            SelectChoice("30", _l("a month")),
            SelectChoice("90", _l("three months")),
        ],
        default="14",
        validate_choice=True,
    )


class InviteForm(HouseForm):
    note = Line(
        _l("A word to the invited"),
        longest=300,
        required=False,
        description=_l("For whom the invitation is, or what awaits them here."),
    )
    emails = Words(
        _l("E-mail addresses"),
        longest=4000,
        required=False,
        description=_l("One a line, at most 30. Without addresses you get a link to pass on."),
    )
    days = _number(_l("Valid for how many days"), 1, 90, default=14)
    uses = _number(
        _l("For how many people"),
        1,
        CAP,
        default=1,
        description=_l("A letter is always for one person."),
    )

    def addresses(self) -> list[str]:
        """Return the addresses one by one."""
        words = (self.emails.data or "").replace(",", "\n").replace(";", "\n")
        return [each.strip() for each in words.splitlines() if each.strip()]


class RoleForm(HouseForm):
    role = SelectField(_l("Role"), validators=_CHOSEN)
    fields = Line(
        _l("Fields of the expert"),
        longest=300,
        required=False,
        description=_l("For example: mathematics in grades 5–6, preparing for exams."),
    )
    order_number = Line(
        _l("Number of the order"),
        longest=40,
        required=False,
        description=_l("A moderator is appointed by an order."),
    )
    order_file = FileField(
        _l("The order itself"), description=_l("A scan or a document; members can read it.")
    )
    order_date = DateField(_l("Date of the order"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = ("moderator", "expert", "administrator")
        self.role.choices = [SelectChoice(code, role_name(code)) for code in roles]

    def validate_order_date(self, field: Any) -> None:
        """An order is of living memory, and cannot be signed tomorrow."""
        if isinstance(field.data, date) and field.data < date(1990, 1, 1):
            raise ValidationError(_("This date is too long ago."))
        if isinstance(field.data, date) and field.data > now().date() + timedelta(days=1):
            raise ValidationError(_("This date has not come yet."))


class CardForm(HouseForm):
    name = Line(_l("Name of the community"), longest=120)
    kind = SelectField(_l("Kind"), validators=_CHOSEN)
    scope = SelectField(_l("By subjects"), validators=_CHOSEN)
    subjects = Line(
        _l("Subjects"),
        longest=300,
        required=False,
        description=_l("With commas between them: mathematics, physics."),
    )
    district = Line(_l("District"), longest=120, required=False)
    tagline = Line(_l("In one line"), longest=200, required=False)
    about = Words(_l("About the community"), longest=3000, required=False)
    goals = Words(_l("Goals"), longest=4000, required=False, description=_l("One a line."))
    tasks = Words(_l("Tasks"), longest=4000, required=False, description=_l("One a line."))
    cap = _number(
        _l("Limit of members"),
        2,
        CAP,
        description=_l(
            "At most 150, administrators counted in: in a larger group people do not"
            " know each other."
        ),
    )
    offer_hours = _number(
        _l("How many hours a free place is kept for the next of the waiting list"), 1, 720
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(code, _(name)) for code, name in KINDS.items()]
        self.scope.choices = [SelectChoice(code, _(name)) for code, name in SCOPES.items()]

    def subject_list(self) -> list[str]:
        """Return the subjects one by one, without doubles."""
        names = (each.strip() for each in (self.subjects.data or "").split(","))
        return list(dict.fromkeys(each for each in names if each))[:20]


class DocumentForm(HouseForm):
    text = Words(
        _l("Text"),
        description=_l("Headings begin with #, lists with a hyphen or a number."),
    )


class SpinOffForm(HouseForm):
    name = Line(_l("Name of the association"), longest=120)
    aim = Words(
        _l("Aim"),
        longest=2000,
        description=_l("What it is for. The goals and rules of the parent hold there too."),
    )
    tasks = Words(_l("Tasks"), longest=4000, required=False, description=_l("One a line."))
    leader = SelectField(_l("Leader"), coerce=int, validators=_CHOSEN)
    kind = SelectField(_l("Kind"), validators=_CHOSEN)
    slug = Line(
        _l("Address"),
        longest=40,
        required=False,
        description=_l("Small Latin letters; left empty it is made of the name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(code, _(name)) for code, name in KINDS.items()]


class PlainForm(HouseForm):
    """Nothing but the token: one button, one act."""


class FirstRunForm(HouseForm):
    community_name = Line(_l("Name of the community"), longest=120)
    kind = SelectField(_l("Kind"), validators=_CHOSEN)
    district = Line(_l("District"), longest=120, required=False)
    charter = Words(
        _l("Charter"), description=_l("You can change it later; members are asked again.")
    )
    last_name = Line(_l("Last name"), longest=80)
    first_name = Line(_l("First name"), longest=80)
    patronymic = Line(_l("Patronymic"), longest=80, required=False)
    school = Line(_l("School or organisation"))
    post = Line(_l("Post"), longest=120, required=False)
    email = Line(_l("E-mail"), longest=254, description=_l("You will sign in with it."))
    password = Password(
        _l("Password"),
        description=_l("At least 10 characters: three or four words are easy to remember."),
    )
    consent = BooleanField(
        _l("I consent to the processing of my personal data as described below"),
        validators=[InputRequired(_l("Without your consent we may not keep your data."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(code, _(name)) for code, name in KINDS.items()]
