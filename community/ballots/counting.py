"""How votes are counted; pure. The same votes give the same result in whatever order they come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Choices = Mapping[str, int]
FOR, AGAINST, ABSTAINED = 0, 1, 2
"""Places of the options of a decision, always these three."""
COULD, MIGHT, CANNOT = 2, 1, 0
"""What a person says of a proposed time."""


class WrongVote(ValueError):
    """A vote that the ballot does not take; carries a reason code."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What counting needs to know of a ballot."""

    kind: str
    options: Sequence[int]
    """Ids in the order of the ballot."""
    most: int = 1
    majority: str = "half"
    base: str = "cast"
    quorum: int = 0
    voters: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What one option got: votes, and points where the kind counts by points."""

    option_id: int
    votes: int
    points: int


@dataclass(frozen=True, slots=True)
class Result:
    """The count of a ballot."""

    lines: tuple[Line, ...]
    cast: int
    voters: int
    has_quorum: bool
    outcome: str
    """«accepted», «rejected», «no_quorum»; «chosen» or «tie» where options compete; «none» without votes."""
    winners: tuple[int, ...]


def checked(plan: Plan, choices: Choices) -> dict[str, int]:
    """Return a vote as it is stored; raises ``WrongVote`` when the ballot does not take it."""
    known = {str(each) for each in plan.options}
    if choices.keys() - known:
        raise WrongVote("ballot.unknown_option")
    if plan.kind == "time":
        return _times(known, choices)
    if plan.kind == "ranking":
        return _places(known, choices)
    chosen = {key: 1 for key, value in choices.items() if value}
    if not chosen:
        raise WrongVote("ballot.nothing_chosen")
    if len(chosen) > (plan.most if plan.kind == "several" else 1):
        raise WrongVote("ballot.too_many")
    return chosen


def _times(known: set[str], choices: Choices) -> dict[str, int]:
    if not set(choices.values()) <= {COULD, MIGHT, CANNOT}:
        raise WrongVote("ballot.unknown_option")
    return {key: choices.get(key, CANNOT) for key in sorted(known, key=int)}


def _places(known: set[str], choices: Choices) -> dict[str, int]:
    if choices.keys() != known or sorted(choices.values()) != list(range(1, len(known) + 1)):
        raise WrongVote("ballot.places")
    return dict(choices)


def count(plan: Plan, votes: Iterable[Choices]) -> Result:
    """Count the votes; see ``Result`` for what comes out."""
    cast, got = 0, {each: [0, 0] for each in plan.options}
    for choices in votes:
        cast += 1
        for key, value in choices.items():
            line = got[int(key)]
            line[0] += _vote(plan, value)
            line[1] += _points(plan, value)
    lines = tuple(Line(option, *got[option]) for option in plan.options)
    has_quorum = cast * 100 >= plan.quorum * plan.voters
    outcome, winners = _outcome(plan, lines, cast, has_quorum=has_quorum)
    return Result(lines, cast, plan.voters, has_quorum, outcome, winners)


def _vote(plan: Plan, value: int) -> int:
    if plan.kind == "time":
        return int(value == COULD)
    return int(value == 1)


def _points(plan: Plan, value: int) -> int:
    """Borda: the first of n places brings n - 1 points, the last none."""
    return len(plan.options) - value if plan.kind == "ranking" else value


def _outcome(
    plan: Plan, lines: Sequence[Line], cast: int, *, has_quorum: bool
) -> tuple[str, tuple[int, ...]]:
    if not cast:
        return ("no_quorum" if plan.quorum else "none"), ()
    if not has_quorum:
        return "no_quorum", ()
    if plan.kind == "decision":
        of = plan.voters if plan.base == "roll" else cast
        needed = (
            lines[FOR].votes * 3 >= of * 2
            if plan.majority == "two_thirds"
            else (lines[FOR].votes * 2 > of)
        )
        return ("accepted" if needed else "rejected"), ()
    best = max((line.points, line.votes) for line in lines)
    if best[0] == 0:
        return "none", ()
    winners = tuple(line.option_id for line in lines if (line.points, line.votes) == best)
    return ("chosen" if len(winners) == 1 else "tie"), winners
