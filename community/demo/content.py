"""What the demonstration is made of: the files of ``content/``, read once."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from community.core import clock

FOLDER = Path(__file__).with_name("content")
FIRST = "priozerny"
"""The community that the demonstration is about; the other grew out of it."""
Part = dict[str, Any]
_MORNING, _EVENING = 7, 21


@dataclass(frozen=True, slots=True)
class Content:
    """People, communities and topics as the files tell them."""

    organisations: dict[str, Part]
    people: dict[str, Part]
    communities: dict[str, Part]
    topics: dict[str, Part]
    quiet: list[str]


@cache
def load() -> Content:
    """Return the content of the demonstration."""
    known, quiet = _read("people.yaml"), _read("quiet_members.yaml")["members"]
    topics = [each for file in sorted(FOLDER.glob("topics_*.yaml")) for each in _topics(file.name)]
    return Content(
        organisations=_by_id(known["organisations"]),
        people=_by_id([*known["people"], *quiet]),
        communities={each["slug"]: each for each in _read("communities.yaml")["communities"]},
        topics=_by_id(topics),
        quiet=[each["id"] for each in quiet],
    )


@cache
def council_held() -> Part:
    """Return the council that was held, minute by minute."""
    return _read("council_held.yaml")


def _topics(name: str) -> list[Part]:
    topics: list[Part] = _read(name)["topics"]
    return topics


def _read(name: str) -> Part:
    made: Part = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return made


def _by_id(rows: list[Part]) -> dict[str, Part]:
    return {row["id"]: row for row in rows}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns «so many days ago, at 18:30» into moments, counted from the moment of seeding."""

    now: datetime
    zone: tzinfo

    @classmethod
    def today(cls, zone: str) -> "Calendar":
        """Return the calendar of this moment in the time zone of the installation."""
        return cls(clock.now(), ZoneInfo(zone))

    def day(self, days_ago: float, at: str) -> datetime:
        """Return the local time ``at``, whole days before today."""
        hour, minute = (int(part) for part in at.split(":"))
        date = self.now.astimezone(self.zone).date() - timedelta(days=int(days_ago))
        return self.past(datetime.combine(date, time(hour, minute), self.zone))

    def hours_ago(self, hours: float) -> datetime:
        """Return the moment so many hours ago, or the evening before where that was at night."""
        moment = (self.now - timedelta(hours=hours)).astimezone(self.zone)
        if moment.hour >= _MORNING:
            return moment
        evening = moment - timedelta(days=1)
        return evening.replace(hour=_EVENING, minute=(moment.hour * 8 + moment.minute // 8) % 60)

    def past(self, moment: datetime) -> datetime:
        """Return ``moment``, or the present where it would lie in the future."""
        return min(moment, self.now - timedelta(seconds=1))
