"""A ballot made ready for drawing: the options with one's own marks and, when it is time, the results."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from community.ballots import counting, policies, queries
from community.ballots.models import Ballot
from community.ballots.queries import BallotView, OptionView
from community.ballots.services.casting import plan_of
from community.communities.standing import Standing
from community.core import clock
from community.core.markup import render
from community.publishing.models import Entry


def view(row: Any, who: Standing) -> BallotView:
    """Return a ballot for a person with the standing ``who``; ``row`` is of ``queries.ballot``."""
    it: Ballot = row.Ballot
    line = queries.voter(it.id, who.user_id)
    has_voted = bool(line and line.has_voted)
    shows = queries.may_see(it, has_voted=has_voted)
    result = _result(it) if shows else None
    verdict = policies.may_vote(it, clock.now(), on_roll=line is not None, has_voted=has_voted)
    split = shows and policies.may_see_split(it)
    return BallotView(
        id=it.id, entry_id=it.entry_id, kind=it.kind, secrecy=it.secrecy, results=it.results,
        majority=it.majority, base=it.base, quorum=it.quorum, most=it.most, title=row.Entry.title,
        author_name=row.author_name, state=it.state, opened_at=it.opened_at, closes_at=it.closes_at,
        closed_at=it.closed_at, voters=it.voters, cast=it.cast,
        options=_options(it, who, result if split else None),
        on_roll=line is not None, has_voted=has_voted, may_vote=bool(verdict),
        may_close=bool(policies.may_close(who, it)) and it.state == "open",
        shows_results=shows, shows_split=split, result=result, number=it.number,
        outcome_id=it.outcome_id, is_linked=it.group_id is not None,
    )  # fmt: skip


def explanation(entry: Entry, options: int) -> Markup:
    """Return the HTML of what stands before the options: the page draws those itself."""
    kept = "\n".join(entry.body.splitlines()[:-options])
    return Markup(render(kept, {}))  # noqa: S704 — the sanitiser's own


def _result(it: Ballot) -> dict[str, Any]:
    """Return the declared result, or how it stands now in an open ballot that shows it."""
    if it.result is not None:
        return it.result
    made = counting.count(plan_of(it), [choices for _name, choices in queries.signed(it.id)])
    return {
        "lines": [
            {"option_id": line.option_id, "votes": line.votes, "points": line.points}
            for line in made.lines
        ],
        "cast": made.cast,
        "outcome": "",
        "winners": [],
        "reconciled": True,
    }


def _options(it: Ballot, who: Standing, result: dict[str, Any] | None) -> Sequence[OptionView]:
    mine = queries.own_vote(it.id, who.user_id) if it.secrecy == "open" else {}
    lines = {line["option_id"]: line for line in result["lines"]} if result else {}
    names = _names(it) if result and it.secrecy == "open" else {}
    whole = _whole(it, result) if result else 1
    made = []
    for option in queries.options(it.id):
        line = lines.get(option.id, {"votes": 0, "points": 0})
        counted = line["points"] if it.kind in ("ranking", "time") else line["votes"]
        made.append(
            OptionView(
                id=option.id,
                label=option.label,
                mine=mine.get(str(option.id)),
                votes=line["votes"],
                points=line["points"],
                share=round(100 * counted / whole),
                is_winner=result is not None and option.id in result["winners"],
                names=names.get(option.id, ()),
            )
        )
    return made


def _whole(it: Ballot, result: dict[str, Any]) -> int:
    """Return what a full bar stands for: all who voted, or the most points that one could get."""
    if it.kind == "ranking":
        return max(1, result["cast"] * (len(result["lines"]) - 1))
    if it.kind == "time":
        return max(1, result["cast"] * counting.COULD)
    return max(1, result["cast"])


def _names(it: Ballot) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, choices in queries.signed(it.id):
        for key, value in choices.items():
            if it.kind == "ranking" or (it.kind == "time" and value == counting.CANNOT):
                continue
            found.setdefault(int(key), []).append(name)
    return found
