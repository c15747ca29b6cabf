"""Acts in the order of time: each is done with the clock held at its moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from community.core import clock, outbox
from community.core.db import db
from community.core.errors import Conflict, Invalid, NotFound, Refused

Act = Callable[[], None]
_LULL = timedelta(minutes=50)
_LULL_OF_LATE = timedelta(minutes=4)
_LATE = timedelta(days=2)
REFUSALS = (Refused, Conflict, Invalid, NotFound, LookupError)


@dataclass
class Timeline:
    """Acts that wait for their moments, and what went otherwise than it was meant."""

    now: datetime
    surprises: list[str] = field(default_factory=list)
    _acts: list[tuple[datetime, int, str, Act]] = field(default_factory=list)

    def at(self, moment: datetime, what: str, act: Act) -> None:
        """Do ``act`` at ``moment``; acts of one moment keep the order in which they were said."""
        self._acts.append((moment, len(self._acts), what, act))

    def __len__(self) -> int:
        return len(self._acts)

    def play(self, told: Callable[[int], None]) -> None:
        """Do everything in order; the worker's jobs are done in the lulls, at their time too."""
        acts = sorted(self._acts, key=lambda act: act[:2])
        for number, (moment, _order, what, act) in enumerate(acts):
            with clock.frozen(moment):
                self._do(what, act)
            if self._is_lull(acts, number):
                with clock.frozen(min(moment + timedelta(seconds=20), self.now)):
                    outbox.drain()
                db.session.remove()
            told(1)
        outbox.drain()
        db.session.remove()

    def _do(self, what: str, act: Act) -> None:
        try:
            act()
        except REFUSALS as refusal:
            self.surprises.append(f"{what}: {type(refusal).__name__} {refusal}")

    def _is_lull(self, acts: Sequence[tuple[datetime, int, str, Act]], number: int) -> bool:
        if number + 1 == len(acts):
            return True
        moment, following = acts[number][0], acts[number + 1][0]
        lull = _LULL_OF_LATE if self.now - moment < _LATE else _LULL
        return following - moment > lull
