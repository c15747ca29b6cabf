"""Shapes of what is sent before a council begins."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from community.calendar.services.appointing import When
from community.councils.models import Council
from community.councils.queries.people import Person
from community.councils.services.planning import CouncilPlan, ItemPlan
from community.publishing.facts import Words
from community.publishing.forms import EntryForm
from community.web.forms import HouseForm, Line, Moment, ticked
from community.web.forms import Words as WordsField

MOST_PEOPLE = 200
QUORUM = {
    "half": _l("more than half of those expected"),
    "two_thirds": _l("two thirds of those expected"),
}
MODES = {
    "live": _l("live, at the appointed hour"),
    "stretched": _l("stretched over some days: everyone takes part when they can"),
}


class PlanForm(HouseForm):
    """When and where a council is, who leads it and by what order."""

    version = HiddenField()
    starts_at = Moment(_l("Begins"), required=True)
    ends_at = Moment(_l("Ends"), required=True)
    place = Line(_l("Place"), longest=200, required=False)
    mode = RadioField(_l("How it is held"), choices=list(MODES.items()), default="live")
    chairman_id = SelectField(_l("Chairman"), coerce=int, validators=[InputRequired()])
    secretary_id = SelectField(_l("Secretary"), coerce=int, validators=[InputRequired()])
    deputy_id = SelectField(_l("Deputy of the chairman"), coerce=int, validators=[Optional()])
    quorum = RadioField(_l("Quorum"), choices=list(QUORUM.items()), default="half")
    takes_proxies = BooleanField(_l("Whoever cannot come may give their voice to a colleague"))
    proposals_until = Moment(_l("Proposals to the agenda are taken till"))

    def seat(self, people: Sequence[Person]) -> None:
        """Offer people for the seats of those who lead."""
        for each in (self.chairman_id, self.secretary_id):
            each.choices = [(0, _l("choose")), *people]
        self.deputy_id.choices = [(0, _l("nobody")), *people]

    def show(self, council: Council, when: When, *, takes_proxies: bool) -> None:
        """Put a council's plan into the form."""
        self.starts_at.show(when.starts_at)
        self.ends_at.show(when.ends_at)
        self.proposals_until.show(council.proposals_until)
        self.place.data, self.mode.data, self.quorum.data = when.place, council.mode, council.quorum
        self.chairman_id.data, self.secretary_id.data = council.chairman_id, council.secretary_id
        self.deputy_id.data, self.takes_proxies.data = council.deputy_id or 0, takes_proxies
        self.version.data = str(council.version)

    def plan(
        self, people: frozenset[int] | None = None, follows_id: int | None = None
    ) -> CouncilPlan:
        """Return the plan as sent; the form was validated."""
        begins, ends = self.starts_at.moment, self.ends_at.moment
        if begins is None or ends is None:
            raise ValueError("the form was not validated")
        return CouncilPlan(
            when=When(starts_at=begins, ends_at=ends, place=self.place.data or ""),
            chairman_id=self.chairman_id.data,
            secretary_id=self.secretary_id.data,
            deputy_id=self.deputy_id.data or None,
            mode=self.mode.data,
            quorum=self.quorum.data,
            takes_proxies=bool(self.takes_proxies.data),
            proposals_until=self.proposals_until.moment,
            people=people,
            follows_id=follows_id,
        )

    def known_version(self) -> int:
        """Return the version of the council that the page showed; 0 for nonsense."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class CouncilForm(PlanForm, EntryForm):
    """A new council."""

    title = Line(_l("Theme of the council"), longest=200)
    body = WordsField(_l("What it is about and why"))
    follows_id = SelectField(_l("Goes on from the council"), coerce=int, validators=[Optional()])
    access = RadioField(
        _l("Who is expected"),
        choices=[
            ("all", _l("all members of the community")),
            ("chosen", _l("only those I choose (moderators can read it too)")),
        ],
        default="all",
    )

    def words(self) -> Words:
        """Return the theme with what it is about."""
        return Words(body=self.body.data or "", title=self.title.data or "")

    def whole_plan(self) -> CouncilPlan:
        """Return the plan with its people and the council before."""
        chosen = people_chosen() if self.access.data == "chosen" else None
        return self.plan(chosen, self.follows_id.data or None)


class ItemPlanForm(HouseForm):
    """Who reports on an item, and how long it is meant to take."""

    rapporteur_id = SelectField(_l("Who reports"), coerce=int, validators=[Optional()])
    minutes = IntegerField(
        _l("How many minutes"),
        default=10,
        validators=[
            InputRequired(_l("Please fill this in.")),
            NumberRange(1, 240, _l("From 1 to 240 minutes.")),
        ],
    )

    def offer(self, people: Sequence[Person]) -> None:
        """Offer people for the report."""
        self.rapporteur_id.choices = [(0, _l("nobody yet")), *people]

    def plan(self) -> ItemPlan:
        """Return the plan of the item as sent."""
        return ItemPlan(
            rapporteur_id=self.rapporteur_id.data or None, minutes=self.minutes.data or 10
        )


class ItemForm(ItemPlanForm, EntryForm):
    """A new item of the agenda, or a proposal to it."""

    title = Line(_l("The item, as it stands in the agenda"), longest=200)
    body = WordsField(_l("What it is about and what decision is wanted"))

    def words(self) -> Words:
        """Return the item with its matter."""
        return Words(body=self.body.data or "", title=self.title.data or "")


class ReasonForm(EntryForm):
    """Why a proposal is not taken."""

    body = WordsField(_l("Why the proposal is not taken"), longest=3_000)


def people_chosen() -> frozenset[int]:
    """Return the ticked people."""
    return frozenset(ticked("people", MOST_PEOPLE))
