"""Who will come, as they have answered, and whether that makes a quorum."""

from dataclasses import dataclass

from community.calendar import queries as calendar
from community.calendar.queries import Answer
from community.councils.models import Council
from community.councils.policies import holding as policies


@dataclass(frozen=True, slots=True)
class Turnout:
    """The answers of those expected, counted for the quorum that is to come."""

    coming: tuple[Answer, ...]
    by_proxy: tuple[Answer, ...]
    away: tuple[Answer, ...]
    silent: tuple[Answer, ...]
    needed: int

    @property
    def expected(self) -> int:
        """Return how many are expected."""
        return len(self.coming) + len(self.by_proxy) + len(self.away) + len(self.silent)

    @property
    def counted(self) -> int:
        """Return how many will count: those who come, and voices given to somebody who does."""
        here = {each.user_id for each in self.coming}
        return len(here) + sum(each.proxy_id in here for each in self.by_proxy)

    @property
    def missing(self) -> int:
        """Return how many answers «буду» the quorum still lacks."""
        return max(0, self.needed - self.counted)


def of(council: Council) -> Turnout:
    """Return who has answered what to the invitation to a council."""
    everyone = calendar.answers(council.happening_id)

    def said(answer: str) -> tuple[Answer, ...]:
        return tuple(each for each in everyone if each.answer == answer)

    needed = policies.needed(council.quorum, len(everyone))
    return Turnout(said("yes"), said("proxy"), said("no"), said(""), needed)
