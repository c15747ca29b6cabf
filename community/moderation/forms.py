"""Shapes of complaints, decisions and appeals."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from community.moderation import code
from community.moderation.code import LAW, PURGE_GROUNDS
from community.web.forms import HouseForm, Line, Words

_LONGEST = 10


class ReportForm(HouseForm):
    """A complaint with one of the listed reasons (B02)."""

    reason = RadioField(
        _l("What is broken"), validators=[InputRequired(_l("Choose one of the listed reasons."))]
    )
    words = Words(_l("In your own words"), longest=2000, required=False)
    seen = HiddenField()
    """The rules whose request to soften the words has been read (rules, §3)."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [
            SelectChoice(each.code, each.name) for each in code.reasons().values()
        ]


class Revision(HiddenField):
    """The revision that was read: a text changed meanwhile is read again, nothing is overwritten."""

    @property
    def number(self) -> int | None:
        """Return the revision, or None where the form does not say."""
        said = str(self.data or "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < _LONGEST else None


class RemovalForm(HouseForm):
    """A removal with its grounds: article, quotation, reason, the milder step (S3 §4 r5)."""

    article = SelectField(
        _l("Article of the code"),
        validators=[InputRequired(_l("Choose the article that the text breaks."))],
    )
    quote = Line(
        _l("The words that break it"),
        longest=1000,
        description=_l("Copy them from the text letter by letter."),
    )
    reason = Words(
        _l("Why this breaks the article"),
        longest=2000,
        description=_l(
            "At least 20 characters. The author reads it. Disagreement with an opinion is no ground."
        ),
    )
    milder = RadioField(
        _l("A milder step"),
        choices=[
            SelectChoice("asked", _l("The author was asked to change the text")),
            SelectChoice("folded", _l("The text was folded, it is not enough")),
            SelectChoice("moved", _l("I considered moving it, it does not help")),
            SelectChoice("useless", _l("A milder step would not help: the reason says why")),
        ],
        default="useless",
    )
    revision = Revision()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.article.choices = [
            SelectChoice("", "—"),
            *(SelectChoice(each.number, each.name) for each in code.grounds()),
        ]


class PurgeForm(HouseForm):
    """Erasing words for good: whose data or which law, and the words for whose sake (rules, §6)."""

    article = RadioField(
        _l("For what"), validators=[InputRequired(_l("Choose the ground of the erasure."))]
    )
    quote = Line(
        _l("The words that must go"),
        longest=1000,
        description=_l(
            "Copy them from the text letter by letter; copies of them are looked for too."
        ),
    )
    reason = Words(
        _l("Whose data these are, or which law demands it"),
        longest=2000,
        description=_l("At least 20 characters, without the data themselves."),
    )
    revision = Revision()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.article.choices = [
            SelectChoice(
                number, _l("a demand of the law") if number == LAW else code.article_name(number)
            )
            for number in PURGE_GROUNDS
        ]


class BulkForm(HouseForm):
    """One article and one reason for several texts; each has a quotation of its own."""

    article = SelectField(
        _l("Article of the code"),
        validators=[InputRequired(_l("Choose the article that the text breaks."))],
    )
    reason = Words(
        _l("Why these texts break the article"),
        longest=2000,
        description=_l("At least 20 characters. Each author reads it."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.article.choices = [
            SelectChoice("", "—"),
            *(SelectChoice(each.number, each.name) for each in code.grounds()),
        ]


class SuspensionForm(HouseForm):
    """A proposal to suspend a member: article, term, reason."""

    article = SelectField(
        _l("Article of the code"), validators=[InputRequired(_l("Choose the article."))]
    )
    days = SelectField(
        _l("For how long"),
        choices=[
            SelectChoice("7", _l("a week")),
            SelectChoice("14", _l("two weeks")),
            SelectChoice("30", _l("a month")),
            SelectChoice("90", _l("three months")),
        ],
        default="14",
    )
    reason = Words(
        _l("Why the warnings were not enough"),
        longest=1000,
        description=_l("At least 20 characters. The member reads it word for word."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.article.choices = [
            SelectChoice("", "—"),
            *(SelectChoice(each.number, each.name) for each in code.grounds()),
        ]


class ReasonForm(HouseForm):
    """An act with a reason in words."""

    reason = Words(_l("Why"), longest=2000)


class AppealForm(HouseForm):
    """An appeal, in words."""

    words = Words(
        _l("Why the decision is wrong"),
        longest=2000,
        description=_l("Another person than the one who decided will read it."),
    )
    seen = HiddenField()
    """The rules whose request to soften the words has been read (rules, §3)."""


class LetterForm(HouseForm):
    """The answer to a complaint of a letter."""

    outcome = RadioField(
        _l("Decision"),
        choices=[
            ("upheld", _l("the complaint is right: the author is told so")),
            ("rejected", _l("the letter breaks nothing")),
        ],
        validators=[InputRequired(_l("Choose one of the listed answers."))],
    )
    answer = Words(
        _l("Answer to both"),
        longest=2000,
        description=_l("At least 20 characters. The two people of the letter read it."),
    )
    warned_by = SelectField(
        _l("A warning to the author"),
        default="",
        description=_l(
            "Only for a gross violation: it lasts 90 days, the author sees the article and may appeal."
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.warned_by.choices = [
            SelectChoice("", _l("without a warning")),
            *(SelectChoice(each.number, each.name) for each in code.grounds()),
        ]


class StepForm(HouseForm):
    """A step of an appeal without words: to take it up, to give it back, to withdraw it."""

    version = HiddenField()
    """The appeal as the page showed it; a later one is read again before it is answered."""


class AnswerForm(StepForm):
    """The answer to an appeal."""

    outcome = RadioField(
        _l("Decision"), validators=[InputRequired(_l("Choose one of the listed answers."))]
    )
    answer = Words(
        _l("Answer to the one who appeals"),
        longest=2000,
        description=_l("At least 20 characters. It explains why, whatever you decide."),
    )

    def __init__(self, *args: object, partly: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            SelectChoice("overturned", _l("the decision is cancelled")),
            SelectChoice("partly", partly),
            SelectChoice("upheld", _l("the decision stands")),
            SelectChoice("rejected", _l("not considered: it is not about this decision")),
        ]
        self.outcome.choices = [each for each in offered if each.label]


class TakingForm(HouseForm):
    """Taking up a case of the list: which, and as the list showed it."""

    kind = HiddenField(validators=[InputRequired()])
    case_id = HiddenField(validators=[InputRequired()])
    version = HiddenField(validators=[InputRequired()])

    def case(self) -> tuple[str, int, int]:
        """Return the kind, the number and the version; zeros for what is no number."""
        return str(self.kind.data), number_in(self.case_id.data), number_in(self.version.data)


def number_in(typed: object) -> int:
    """Return the number that a hidden field holds; 0 for what is none."""
    said = str(typed or "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def rules_seen(form: HouseForm) -> frozenset[str]:
    """Return the rules whose request the author has read in this form."""
    said = str(form["seen"].data or "")
    return frozenset(filter(None, said.split(",")))
