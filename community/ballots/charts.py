"""The bar of a decision: for, against, abstained, and how far «for» must reach to be accepted."""

from collections.abc import Sequence
from dataclasses import dataclass

NEEDED = {"half": 50.0, "two_thirds": 66.7}
CODES = ("for", "against", "abstained")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the bar, in hundredths of its length."""

    code: str
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Bar:
    """The whole bar is the base of the majority; what is left empty did not vote."""

    parts: Sequence[Part]
    needed: float


def decision(votes: Sequence[int], whole: int, majority: str) -> Bar:
    """Return the bar of three numbers of votes out of ``whole``."""
    parts, start = [], 0.0
    for code, number in zip(CODES, votes, strict=True):
        length = 100 * number / max(1, whole)
        if number:
            parts.append(Part(code, round(start, 2), round(length, 2)))
        start += length
    return Bar(parts, NEEDED[majority])
