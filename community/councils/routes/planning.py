"""The list of councils, and the page of one: what it is about, when, who leads it, its agenda."""

from typing import Any

from flask import render_template, request

from community.communities.here import here, here_standing, require_member
from community.councils.policies import holding as policies
from community.councils.queries import agenda, lists, single
from community.councils.routes.blueprints import bp
from community.publishing import access
from community.web.access import current_actor


@bp.get("/c/<slug>/councils")
def index(slug: str) -> str:
    """Show the councils that go on and those to come."""
    who = require_member()
    rows = lists.coming(access.viewer(current_actor()), here().id)
    return render_template(
        "councils/list.html", rows=rows, slug=slug, stage="coming", number=1, last=1,
        may_call=bool(policies.may_call(who)),
    )  # fmt: skip


@bp.get("/c/<slug>/councils/archive")
def archive(slug: str) -> str:
    """Show the councils that were held or called off."""
    require_member()
    number = request.args.get("page", 1, type=int)
    rows, last = lists.over(access.viewer(current_actor()), here().id, number)
    return render_template(
        "councils/list.html", rows=rows, slug=slug, stage="over", number=number, last=last,
        may_call=False,
    )  # fmt: skip


@bp.get("/c/<slug>/councils/<int:council_id>")
def council(slug: str, council_id: int) -> str:
    """Show a council: its theme, time and place, who leads it, the agenda."""
    require_member()
    return council_page(slug, council_id)


def council_page(slug: str, council_id: int) -> str:
    """Draw the page of a council as its reader sees it."""
    reader = access.viewer(current_actor())
    row = single.council(reader, council_id, here().id)
    items = agenda.agenda(reader, council_id)
    return render_template("councils/council.html", **_shown(slug, row, items, reader))


def _shown(slug: str, row: Any, items: list[agenda.ItemView], reader: access.Viewer) -> Any:
    return {
        "slug": slug, "row": row, "council": row.Council, "happening": row.Happening,
        "opener": single.opener(reader, row.Thread.id), "items": items,
        "leads": policies.leads(row.Council, here_standing().user_id),
    }  # fmt: skip
