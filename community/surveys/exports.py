"""Answers as a table, CSV for everything and XLSX for spreadsheets."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from community.surveys import queries
from community.web import tables


def as_csv(survey_id: int) -> str:
    """Return the answers as CSV."""
    return tables.as_csv(table(survey_id))


def as_xlsx(survey_id: int) -> bytes:
    """Return the answers as a workbook."""
    return tables.as_xlsx({_("Answers"): table(survey_id)})


def table(survey_id: int) -> Iterator[list[str]]:
    """Yield the head and a row for each answer; several options are parted by semicolons."""
    asked = queries.questions(survey_id)
    yield [each.label for each in asked]
    for given in queries.answers(survey_id):
        yield [_cell(each, given.get(str(each.id))) for each in asked]


def _cell(question: Any, value: Any) -> str:
    if value is None:
        return ""
    if question.kind == "text":
        return str(value)
    known = queries.labels(question)
    return "; ".join(known[each] for each in (value if isinstance(value, list) else [value]))
