"""Results as tables to take away; with names where the ballot is open, totals alone where it is secret."""

from collections.abc import Iterator

from flask_babel import gettext as _

from community.ballots import counting
from community.ballots.queries import Signed
from community.ballots.views import BallotView
from community.core.verdict import N_
from community.web import tables

TIMES = {
    counting.COULD: N_("I can"),
    counting.MIGHT: N_("if need be"),
    counting.CANNOT: N_("I cannot"),
}


def as_csv(it: BallotView) -> str:
    """Return the result, with the names beside each option where the ballot is open."""
    return tables.as_csv(totals(it))


def as_xlsx(it: BallotView) -> bytes:
    """Return the result as a workbook; an open ballot has a second sheet: who voted how."""
    sheets = {_("Result"): totals(it)}
    if it.secrecy == "open":
        sheets[_("Who voted how")] = names(it)
    return tables.as_xlsx(sheets)


def totals(it: BallotView) -> Iterator[tables.Row]:
    """Yield the head and a line for each option."""
    yield [_("Option"), _("Votes cast"), _("Points"), _("Who")]
    for option in it.options:
        who = ", ".join(signature(each) for each in option.names)
        yield [option.label, option.votes, option.points, who]


def names(it: BallotView) -> Iterator[tables.Row]:
    """Yield the head and a line for each who voted: the answer, or one for each time or place."""
    by_option = it.kind in ("time", "ranking")
    asked = [option.label for option in it.options] if by_option else [_("Chosen answer")]
    yield [_("Name"), *asked, _("Cast by proxy")]
    for each in it.signed:
        yield [each.name, *_answers(it, each), each.by_name]


def _answers(it: BallotView, signed: Signed) -> list[str | int]:
    given = {int(key): value for key, value in signed.choices.items()}
    if it.kind == "time":
        return [_(TIMES[given.get(each.id, counting.CANNOT)]) for each in it.options]
    if it.kind == "ranking":
        return [given.get(each.id, "") for each in it.options]
    return ["; ".join(each.label for each in it.options if each.id in given)]


def signature(signed: Signed) -> str:
    """Return a voter's name, with the one who cast the vote by proxy."""
    if not signed.by_name:
        return signed.name
    return f"{signed.name} {_('(by proxy: %(name)s)', name=signed.by_name)}"
