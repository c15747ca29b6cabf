"""Shapes of what people send to surveys."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, HiddenField
from wtforms.validators import InputRequired

from community.core import clock
from community.core.errors import Invalid
from community.publishing.facts import Words
from community.publishing.forms import EntryForm
from community.surveys.plan import Question, parse, typed
from community.surveys.services import SurveyPlan, whole_text
from community.web.forms import HouseForm, Line
from community.web.forms import Words as WordsField


class SurveyForm(EntryForm):
    """A new survey; its questions are lines of one field."""

    title = Line(_l("Title of the survey"), longest=200)
    body = WordsField(_l("A few words to those who will answer"), required=False, longest=3000)
    questions = WordsField(_l("Questions"), longest=12000)
    closes_at = DateTimeLocalField(
        _l("Answers are taken till"), validators=[InputRequired(_l("Please fill this in."))]
    )

    def asked(self) -> list[Question]:
        """Return the questions as typed; raises ``Invalid``."""
        return parse(self.questions.data or "")

    def words(self) -> Words:
        """Return the greeting with the questions under it, as the rules judge them."""
        said = Words(body=self.body.data or "", title=self.title.data or "")
        try:
            return whole_text(said, self.asked())
        except Invalid:  # told when the form is sent; the draft keeps what was typed
            return said

    def take(self, words: Words) -> None:
        """Put changed words into the form: the author has accepted an offer."""
        self.title.data, self.body.data = words.title, words.body
        self.unfold()

    def unfold(self) -> None:
        """Part the questions from the greeting where a kept text holds both."""
        greeting, asked = typed(self.body.data or "")
        if asked:
            self.body.data, self.questions.data = greeting, asked

    def plan(self) -> SurveyPlan:
        """Return what is asked till when, in the time of the installation."""
        zone = ZoneInfo(str(get_timezone()))
        till = self.closes_at.data or clock.now().replace(tzinfo=None)
        return SurveyPlan(self.asked(), till.replace(tzinfo=zone))

    def begin(self) -> None:
        """Propose a closing in two weeks, in the evening."""
        if self.closes_at.data is None:
            zone = ZoneInfo(str(get_timezone()))
            day = (clock.now() + timedelta(days=14)).astimezone(zone)
            self.closes_at.data = day.replace(
                hour=21, minute=0, second=0, microsecond=0, tzinfo=None
            )


class AnswerForm(HouseForm):
    """An answer by the link; the answers themselves are read by the kinds of the questions."""

    seen = HiddenField()

    def rules_seen(self) -> frozenset[str]:
        """Return the ids of rules whose notice was shown."""
        return frozenset(filter(None, (self.seen.data or "").split(",")[:50]))
