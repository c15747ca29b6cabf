"""The etiquette code as data: articles that removals name, reasons that complaints name (B02)."""

from dataclasses import dataclass
from functools import cache

import yaml

from community.config import ROOT

LAW = "закон"
PURGE_GROUNDS = ("4.1-личные", "6-разглашение", LAW)
"""For what words are erased for good: personal data, somebody's ordinary life, a demand of the law."""
_TEXTS = ROOT / "community" / "texts" / "ru"


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the code in our words, with the clause of the charter it comes from."""

    number: str
    point: str
    clause: str
    title: str
    text: str
    grounds_removal: bool

    @property
    def name(self) -> str:
        """Return «4.1 Оскорбления»."""
        return f"{self.point} {self.title}"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of complaints: exactly the listed ones, no «прочее»."""

    code: str
    article: str
    name: str
    explain: str


@cache
def articles() -> dict[str, Article]:
    """Return number -> article."""
    data = yaml.safe_load((_TEXTS / "articles.yaml").read_text("utf-8"))
    return {
        number: Article(
            row["number"], row["point"], row["clause"], row["title"], row["text"], row["removal"]
        )
        for row in data["articles"]
        for number in (row["number"], *row.get("aliases", ()))
    }


@cache
def reasons() -> dict[str, Reason]:
    """Return code -> reason, in the order of the charter."""
    data = yaml.safe_load((_TEXTS / "complaint_reasons.yaml").read_text("utf-8"))
    return {
        row["code"]: Reason(row["code"], row["article"], row["name"], row["explain"])
        for row in data["reasons"]
    }


def grounds() -> list[Article]:
    """Return the articles by which a text may be removed."""
    return [
        each
        for number, each in articles().items()
        if each.grounds_removal and number == each.number
    ]


def article_name(numbers: str) -> str:
    """Return «4.1 Оскорбления» for a number; a rule may stand on two, parted by a semicolon."""
    named = []
    for number in filter(None, (each.strip() for each in numbers.split(";"))):
        known = articles().get(number)
        named.append(known.name if known else number)
    return "; ".join(named)
