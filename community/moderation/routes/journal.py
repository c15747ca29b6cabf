"""The open journal: what moderators and rules did, for every member; roles, never names."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community.audit import queries as journal_of
from community.audit.kinds import GROUPS
from community.audit.queries import Filters
from community.communities.here import here, require_member
from community.core.errors import NotFound
from community.moderation import code
from community.moderation.queries import figures as figures_of
from community.moderation.routes.blueprints import cases_bp, journal_bp
from community.moderation.routes.shared import slug_of
from community.publishing import access
from community.web.access import current_actor


@journal_bp.get("/c/<slug>/journal")
def journal(slug: str) -> str:
    """A page of the journal with filters, and the monthly counts of removals and restores (B07)."""
    require_member()
    filters = Filters(group=request.args.get("group", ""), article=request.args.get("article", ""))
    page = journal_of.page(here().id, filters, before=_number("before"), after=_number("after"))
    return render_template(
        "moderation/journal.html", journal=page, groups=GROUPS,
        articles={each.number: each for each in code.articles().values()}, slug=slug,
        figures=figures_of.figures(here().id), article_name=code.article_name,
    )  # fmt: skip


@journal_bp.get("/c/<slug>/journal/<int:number>")
def entry(slug: str, number: int) -> str:
    """One row of the journal, with what answered it."""
    require_member()
    if journal_of.community_of(number) != here().id:
        raise NotFound
    row = journal_of.entry(number)
    return render_template(
        "moderation/journal_entry.html", row=row, slug=slug, article_name=code.article_name
    )


@cases_bp.get("/journal/<int:number>")
def by_number(number: int) -> Response:
    """Lead from the number of a decision to its row in its community's journal."""
    community_id = journal_of.community_of(number)
    if community_id is None or community_id not in access.viewer(current_actor()).communities:
        raise NotFound
    return redirect(url_for("journal.entry", slug=slug_of(community_id), number=number))


def _number(name: str) -> Any:
    found = request.args.get(name, type=int)
    return found if found and 0 < found < 2**31 else None
