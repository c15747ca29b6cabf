"""What may go wrong in a use case, and nothing else; the web layer turns each into a page in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from community.core.verdict import Verdict


class Refused(Exception):
    """The actor may not do this now; carries the verdict with its reason code. Answers 403 or 409.

    Raising it rolls the transaction back; ``aftermath`` then runs in a transaction of its own, for
    what must outlive the refusal: the journal's row, the kept draft.
    """

    aftermath: Callable[[], None] | None = None

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict

    @property
    def code(self) -> str:
        """Return the reason code."""
        return self.verdict.code


class NotFound(Exception):
    """No such thing, or none that this actor may know of. Answers 404."""


class Invalid(Exception):
    """What was sent cannot be taken; field name -> sentences for people. Answers 422."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(said)}" for name, said in fields.items()))
        self.fields = fields


class Conflict(Exception):
    """Someone changed the thing meanwhile; carries a reason code. Answers 409, what was sent is kept."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
