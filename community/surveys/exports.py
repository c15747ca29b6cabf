"""Answers as a table: CSV for everything, XLSX for spreadsheets; no cell is ever a formula."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from community.surveys import queries

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(survey_id: int) -> Iterator[list[str]]:
    """Yield the head and a row for each answer; several options are parted by semicolons."""
    asked = queries.questions(survey_id)
    yield [each.label for each in asked]
    for given in queries.answers(survey_id):
        yield [_cell(each, given.get(str(each.id))) for each in asked]


def as_csv(survey_id: int) -> str:
    """Return the answers with a mark of UTF-8 and semicolons, as Russian spreadsheets open them at once."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([safe_cell(cell) for cell in row] for row in table(survey_id))
    return "\ufeff" + out.getvalue()


def as_xlsx(survey_id: int) -> bytes:
    """Return the answers as a workbook; every cell is written as text, so nothing in it is computed."""
    import xlsxwriter  # 3 MB and 30 ms of every start, for a table that is asked for rarely

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        sheet, head = book.add_worksheet(), book.add_format({"bold": True, "text_wrap": True})
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(table(survey_id)):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, *([head] if number == 0 else []))
    return out.getvalue()


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(question: Any, value: Any) -> str:
    if value is None:
        return ""
    if question.kind == "text":
        return str(value)
    known = queries.labels(question)
    return "; ".join(known[each] for each in (value if isinstance(value, list) else [value]))
