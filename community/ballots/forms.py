"""Shapes of what people send to ballots."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import get_timezone, gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange, Optional

from community.ballots.services.opening import FOR_AGAINST, BallotPlan, whole_text
from community.core import clock
from community.publishing.facts import Words
from community.publishing.forms import EntryForm
from community.web.forms import Line
from community.web.forms import Words as WordsField

KIND_NAMES = {
    "opinion": _l("Ask for an opinion"),
    "decision": _l("Take a decision"),
    "time": _l("Choose a time"),
    "several": _l("Several answers"),
    "ranking": _l("Put in order"),
}
KIND_HINTS = {
    "opinion": _l("One answer of several."),
    "decision": _l(
        "For, against, abstained; a majority and a quorum. The outcome is written down."
    ),
    "time": _l("Everyone marks when they can; the time that suits most wins."),
    "several": _l("Up to as many answers as you say."),
    "ranking": _l("Everyone puts the options in order; places are turned into points."),
}
SECRECY = {
    "open": _l("Open: who voted how is seen"),
    "secret": _l("Secret: nobody can learn who voted how; a vote cannot be changed"),
}
RESULTS = {
    "at_once": _l("at once"),
    "after_vote": _l("after one's own vote"),
    "after_close": _l("after the closing"),
}
MAJORITY = {"half": _l("more than half"), "two_thirds": _l("two thirds")}
BASE = {"cast": _l("of those who vote"), "roll": _l("of all who may vote")}
QUORUM = {"0": _l("none"), "50": _l("half of the voters"), "67": _l("two thirds of the voters")}


class BallotForm(EntryForm):
    """A new ballot; its options are lines of one field."""

    title = Line(_l("Question"), longest=200)
    body = WordsField(_l("Explanation"), required=False)
    kind = RadioField(_l("What you need"), choices=list(KIND_NAMES.items()), default="opinion")
    options = WordsField(_l("Options, one on a line"), longest=5000, required=False)
    most = IntegerField(
        _l("How many answers may be chosen"), default=2, validators=[Optional(), NumberRange(1, 20)]
    )
    secrecy = RadioField(_l("How to vote"), choices=list(SECRECY.items()), default="open")
    results = RadioField(
        _l("When the results are shown"), choices=list(RESULTS.items()), default="after_vote"
    )
    majority = RadioField(_l("Accepted by"), choices=list(MAJORITY.items()), default="half")
    base = RadioField(_l("Counted"), choices=list(BASE.items()), default="cast")
    quorum = RadioField(_l("Quorum"), choices=list(QUORUM.items()), default="0")
    closes_at = DateTimeLocalField(
        _l("Votes are taken till"), validators=[InputRequired(_l("Please fill this in."))]
    )

    def lines(self) -> list[str]:
        """Return the options as typed, without empty lines; those of a decision are always the same."""
        if self.kind.data == "decision":
            return [gettext(each) for each in FOR_AGAINST]
        typed = (self.options.data or "").splitlines()
        return [" ".join(line.split()) for line in typed if line.strip()]

    def words(self) -> Words:
        """Return the question with its explanation and the options under it, as the rules judge them."""
        typed = Words(body=self.body.data or "", title=self.title.data or "")
        return whole_text(typed, self.lines())

    def take(self, words: Words) -> None:
        """Put changed words into the form: the author has accepted an offer."""
        self.title.data, self.body.data = words.title, words.body
        self.unfold()

    def unfold(self) -> None:
        """Part the options from the explanation where a kept text holds both."""
        lines = (self.body.data or "").rstrip().splitlines()
        options: list[str] = []
        while lines and lines[-1].startswith("- "):
            options.insert(0, lines.pop()[2:])
        if options:
            self.body.data, self.options.data = "\n".join(lines).strip(), "\n".join(options)

    def plan(self) -> BallotPlan:
        """Return how the ballot goes; the closing is told in the time of the installation."""
        zone = ZoneInfo(str(get_timezone()))
        typed = self.closes_at.data or clock.now().replace(tzinfo=None)
        return BallotPlan(
            kind=self.kind.data,
            options=self.lines(),
            closes_at=typed.replace(tzinfo=zone),
            secrecy=self.secrecy.data,
            results=self.results.data,
            majority=self.majority.data,
            base=self.base.data,
            quorum=int(self.quorum.data or 0),
            most=self.most.data or 2,
        )

    def begin(self) -> None:
        """Propose a closing in a week, at the same hour."""
        if self.closes_at.data is None:
            zone = ZoneInfo(str(get_timezone()))
            self.closes_at.data = (
                (clock.now() + timedelta(days=7))
                .astimezone(zone)
                .replace(minute=0, second=0, microsecond=0, tzinfo=None)
            )


class VoteForm(EntryForm):
    """A vote's words: why so; the choices are read from the form by the ballot's kind."""

    sending = None
    """The roll takes each voice once; a key would keep the time at which somebody voted secretly."""
    body = WordsField(_l("Why so"), longest=2000, required=False)


class OutcomeForm(EntryForm):
    """What was decided."""

    body = WordsField(_l("What is decided, who does it, by when"))
