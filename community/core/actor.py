"""Who acts. Nobody writes anonymously (S3 §4 r4); a visitor can only read what is public."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a visitor (reads only) or the system itself (duties with nobody behind them)."""

    user_id: int | None
    name: str
    kind: Literal["person", "visitor", "system"] = "person"

    @property
    def is_person(self) -> bool:
        """Tell whether a signed-in person stands behind the act."""
        return self.kind == "person"

    @property
    def id(self) -> int:
        """Return the person's id; raises for a visitor or the system, who sign nothing."""
        if self.user_id is None:
            raise RuntimeError(f"{self.kind} has no account")
        return self.user_id


VISITOR = Actor(user_id=None, name="", kind="visitor")
SYSTEM = Actor(user_id=None, name="system", kind="system")
