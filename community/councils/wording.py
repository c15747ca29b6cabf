"""How minutes say days, hours, presence and votes; the page and the file say it alike."""

from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from community.councils.minutes import Attendee, Minutes, RollLine, Vote


def day(at: date) -> str:
    """Return «3 декабря 2026 г.»."""
    return format_date(at, "long", locale=get_locale())


def moment(stamp: str, of: date) -> str:
    """Return «15:20», with the day where it is another than ``of``."""
    at = datetime.fromisoformat(stamp)
    if at.date() == of:
        return f"{at:%H:%M}"
    return f"{format_date(at.date(), 'd MMMM', locale=get_locale())}, {at:%H:%M}"


def presence(it: Minutes) -> str:
    """Return how many were expected, how many came, and whether that is a quorum."""
    told = ngettext("%(num)s person was expected.", "%(num)s people were expected.", it.expected)
    came = _("Present: %(count)s", count=it.present)
    if it.by_proxy:
        proxies = _("of them by proxy: %(count)s", count=it.by_proxy)
        came += f" ({proxies})"
    quorum = _("There is no quorum (%(count)s).", count=it.needed)
    if it.present >= it.needed:
        quorum = _("There is a quorum (%(count)s).", count=it.needed)
    return f"{told} {came}. {quorum}"


def attendee(each: Attendee, of: date) -> str:
    """Return «Соколова А. С. (с 15:05)»."""
    more = [
        _("came at %(time)s", time=moment(each.came, of)) if each.came else "",
        _("left at %(time)s", time=moment(each.left, of)) if each.left else "",
        _("by proxy: %(name)s", name=each.proxy) if each.proxy else "",
    ]
    told = ", ".join(filter(None, more))
    return f"{each.name} ({told})" if told else each.name


def result(vote: Vote) -> str:
    """Return «за — 31, против — 2, воздержались — 1. Решение принято.»."""
    counts = ""
    if vote.counts:
        a, b, c = vote.counts
        counts = _("for — %(a)s, against — %(b)s, abstained — %(c)s.", a=a, b=b, c=c) + " "
    said = {
        "accepted": _("The decision is taken."),
        "rejected": _("The decision is not taken."),
        "no_quorum": _("There was no quorum: the vote did not take place."),
        "": _("The vote is not closed yet."),
    }
    return counts + said.get(vote.outcome, _("Nobody voted."))


def manner(vote: Vote) -> str:
    """Return how it was voted: openly or in secret, by what majority of whom, by how many."""
    openly = _("Secret vote") if vote.secrecy == "secret" else _("Roll call")
    share = _("two thirds") if vote.majority == "two_thirds" else _("more than half")
    whom = _("of all members of the council") if vote.base == "all" else _("of those present")
    cast = ngettext("%(num)s vote was cast", "%(num)s votes were cast", vote.cast)
    told = f"{openly}; {share} {whom} ({vote.voters}); {cast}."
    if vote.outcome and vote.secrecy == "secret" and not vote.counts:
        few = _("Fewer than five votes: they are not shown apart, so that nobody’s vote is known.")
        return f"{told} {few}"
    return told


def roll(vote: Vote) -> Sequence[str]:
    """Return the roll call, a line for each answer that somebody gave."""
    lines = []
    for choice, words in (
        ("for", _("for")),
        ("against", _("against")),
        ("abstained", _("abstained")),
    ):
        names = [_voter(each) for each in vote.roll if each.choice == choice]
        if names:
            lines.append(f"{words}: {', '.join(names)}")
    return lines


def _voter(each: RollLine) -> str:
    by = _("by proxy: %(name)s", name=each.by)
    return f"{each.name} ({by})" if each.by else each.name


def day_of(told: str) -> str:
    """Return a day that is kept as ISO in words."""
    return day(date.fromisoformat(told))
