"""Read models of people, finished for templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale

from community.publishing.views import EntryView


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as lists show them; fits the macros of ``people.html``."""

    id: int
    name: str
    """In the directory: surname first, with the patronymic."""
    initials: str
    hue: int
    photo_url: str | None
    url: str
    school: str
    post: str
    subjects: str
    roles: Sequence[str] = ()
    """Codes: expert, moderator, administrator."""
    interests: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A community that the reader shares with the person, and what the person is there."""

    slug: str
    name: str
    joined_at: datetime
    is_active: bool
    roles: Sequence["Role"] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A role in a community: an expert has fields, a moderator an order (B11)."""

    code: str
    fields: str = ""
    order_number: str | None = None
    order_date: date | None = None

    @property
    def order_day(self) -> str:
        """Return «1 марта 2026 г.», or nothing for an order without a date."""
        return format_date(self.order_date, "long", locale=get_locale()) if self.order_date else ""


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Everything on a person's page, as far as the reader may see it."""

    id: int
    name: str
    """«Анна Сергеевна Соколова»."""
    short_name: str
    initials: str
    hue: int
    photo_url: str | None
    large_photo_url: str | None
    school: str
    settlement: str
    post: str
    subjects: Sequence[str]
    role: str
    registered_at: datetime
    is_mine: bool
    is_here: bool
    """False for a person who has left every community that the reader is in."""
    former_names: Sequence[str]
    places: Sequence[Place]
    interests: Sequence[str]
    about: EntryView | None
    latest: Sequence["Excerpt"]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of one of the person's texts."""

    title: str
    words: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter with how many people it would leave."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What the directory is narrowed to; an empty string narrows nothing."""

    words: str = ""
    school: str = ""
    subject: str = ""
    interest: str = ""
    role: str = ""

    @property
    def any(self) -> bool:
        """Tell whether anything is narrowed."""
        return bool(self.words or self.school or self.subject or self.interest or self.role)

    def as_query(self) -> dict[str, Any]:
        """Return the filters in use as parameters of an address."""
        named = {
            "q": self.words,
            "school": self.school,
            "subject": self.subject,
            "interest": self.interest,
            "role": self.role,
        }
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """One page of a community's directory with the choices of its filters."""

    people: Sequence[PersonView]
    found: int
    members: int
    number: int
    last: int
    schools: Sequence[Choice]
    subjects: Sequence[Choice]
    interests: Sequence[Choice]
