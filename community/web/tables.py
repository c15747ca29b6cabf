"""Tables to take away: CSV as Russian spreadsheets open it at once, XLSX; no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from flask import Response

Row = Sequence[str | int]
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_SHEET_NAME = 31
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Row]) -> str:
    """Return the rows with a mark of UTF-8 and semicolons between the cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def as_xlsx(sheets: Mapping[str, Iterable[Row]]) -> bytes:
    """Return a workbook of named sheets, the first row of each as its head.

    Words are written as text, so nothing in them is computed or becomes a link; numbers stay numbers.
    """
    import xlsxwriter  # 3 MB and 30 ms of every start, for a table that is asked for rarely

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        head = book.add_format({"bold": True, "text_wrap": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name[:LONGEST_SHEET_NAME])
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    write = sheet.write_number if isinstance(cell, int) else sheet.write_string
                    write(number, column, cell, *([head] if number == 0 else []))
            sheet.autofit()
    return out.getvalue()


def safe_cell(cell: str | int) -> str | int:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def attachment(content: str | bytes, mimetype: str, name: str) -> Response:
    """Return an answer that the browser keeps as a file; ``name`` is plain ASCII."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
