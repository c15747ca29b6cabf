"""Results as a table for a spreadsheet."""

import csv
import io

from flask_babel import gettext as _

from community.ballots.views import BallotView

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(it: BallotView) -> str:
    """Return the result with a mark of UTF-8 and semicolons, as Russian spreadsheets open it at once."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow([_("Option"), _("Votes cast"), _("Points"), _("Who")])
    for option in it.options:
        names = safe_cell(", ".join(each.name for each in option.names))
        table.writerow([safe_cell(option.label), option.votes, option.points, names])
    return "\ufeff" + out.getvalue()


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
