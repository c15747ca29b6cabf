"""The minutes to take away: a page to print, DOCX, and PDF where it can be made."""

from typing import Any

from flask import render_template
from flask_babel import format_datetime
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.communities.here import here
from community.core.errors import NotFound
from community.councils import minutes as paper
from community.councils import pdf
from community.councils.models import CouncilMinutes
from community.councils.queries import minutes as queries
from community.councils.queries import objections as reading
from community.councils.routes.blueprints import bp
from community.councils.routes.minutes import drawing, found
from community.publishing import access
from community.web import tables
from community.web.access import current_actor
from community.web.errors import problem

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/c/<slug>/councils/<int:council_id>/minutes/print")
def print_minutes(slug: str, council_id: int) -> str:  # noqa: ARG001 — the frame reads it
    """Show the minutes as they are printed: the sheet alone, with the lines for signatures."""
    return _printed(_readable(council_id))


@bp.get("/c/<slug>/councils/<int:council_id>/minutes.docx")
def minutes_docx(slug: str, council_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Give the minutes as a file for Word."""
    row = _readable(council_id)
    from community.councils import documents  # a third of a second, for those who ask

    it = queries.shown(row.CouncilMinutes)
    content = documents.as_docx(it, _seal(row.CouncilMinutes))
    return tables.attachment(content, DOCX, f"protokol-{it.number}-{it.day}.docx")


@bp.get("/c/<slug>/councils/<int:council_id>/minutes.pdf")
def minutes_pdf(slug: str, council_id: int) -> Any:  # noqa: ARG001 — the frame reads it
    """Give the minutes as PDF; says in words where this installation makes none."""
    row = _readable(council_id)
    if not pdf.has_pdf():
        said = _(
            "This site makes no PDF files. Take the minutes for Word, or print the page to PDF."
        )
        return problem(404, said)
    it = queries.shown(row.CouncilMinutes)
    content = pdf.as_pdf(_printed(row))
    return tables.attachment(content, "application/pdf", f"protokol-{it.number}-{it.day}.pdf")


def _printed(row: Any) -> str:
    return render_template(
        "councils/minutes_print.html", it=queries.shown(row.CouncilMinutes), community=here(),
        seal=_seal(row.CouncilMinutes), **drawing(),
    )  # fmt: skip


def _seal(row: CouncilMinutes) -> paper.Seal:
    """Return what stands under the minutes; signatures that may still fall do not."""
    if row.state != "sealed":
        return paper.Seal()
    signed = {
        each.post: format_datetime(each.at, "d MMMM y, HH:mm") for each in reading.signatures(row)
    }
    return paper.Seal(
        chairman=signed.get("chairman", ""), secretary=signed.get("secretary", ""),
        sha256=row.sha256 or "", number=row.sealed_number,
    )  # fmt: skip


def _readable(council_id: int) -> Any:
    row = found(council_id)
    if not queries.may_read(access.viewer(current_actor()), row.CouncilMinutes):
        raise NotFound
    return row
