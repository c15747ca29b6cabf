"""Read models of the search page: finished values for the template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class TextHit:
    """A found text: where it stands, who wrote it when, the place with the marker."""

    url: str
    title: Markup
    fragment: Markup
    path: str
    author_name: str
    at: datetime
    is_reply: bool


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A found person."""

    url: str
    name: Markup
    line: Markup
    initials: str
    hue: int
    photo_url: str | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found, and how it was found."""

    texts: Sequence[TextHit] = ()
    people: Sequence[PersonHit] = ()
    text_count: int = 0
    person_count: int = 0
    is_all: bool = True
    """False when the index had more hits than it gives."""
    page: int = 1
    last: int = 1
    suggestion: str = ""
    """«Искали ли вы…»: another line that would find more."""
    instead_of: str = ""
    """The line as typed, where the suggestion was searched because it had found nothing."""
    is_building: bool = False
    """The index is being built: only the newest texts were looked through."""
    was_cut: bool = False
    """Some words were left out: there were too many."""

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was found."""
        return not self.texts and not self.people
