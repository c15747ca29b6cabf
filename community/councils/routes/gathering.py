"""Lines of the talk are ticked and become a part of the minutes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from community.communities.here import here_standing
from community.core.errors import Conflict, Invalid, NotFound, Refused
from community.core.verdict import require
from community.councils.policies import minutes as policies
from community.councils.queries import agenda
from community.councils.routes.blueprints import bp
from community.councils.routes.minutes import found
from community.councils.services import gathering
from community.publishing import access, cards, composing
from community.publishing import queries as words_of
from community.publishing.decisions import AskFirst, WordsStopped, rule_ids
from community.web.access import current_actor
from community.web.errors import noted, sentence, status_of

SHOWN = 300


@bp.route(
    "/c/<slug>/councils/<int:council_id>/minutes/lines/<int:item_id>", methods=["GET", "POST"]
)
def lines(slug: str, council_id: int, item_id: int) -> Any:
    """Tick lines of an item's talk: they stand in the minutes under their authors' names."""
    row, actor = found(council_id), current_actor()
    require(policies.may_write_down(here_standing(), row.Council, row.CouncilMinutes))
    reader = access.viewer(actor)
    item = next(
        (each for each in agenda.agenda(reader, council_id) if each.thread_id == item_id), None
    )
    if item is None:
        raise NotFound
    chosen = [
        each
        for each in request.form.getlist("lines", type=int)[: gathering.MOST + 1]
        if 0 < each < 2**31
    ]

    def page(trouble: str = "", decision: Any = None, seen: str = "") -> str:
        last = agenda.places(item_id)
        entries = words_of.span(reader, item_id, max(2, last - SHOWN + 1), last, read_to=None)
        return render_template(
            "councils/minutes_lines.html", slug=slug, row=row, item=item, chosen=chosen,
            trouble=trouble, decision=decision, seen=seen,
            entries=[each for each in entries if each.state == "published"],
        )  # fmt: skip

    if request.method == "GET":
        return page()
    try:
        seen = frozenset(filter(None, request.form.get("seen", "").split(",")[:50]))
        count = gathering.write_lines(actor, council_id, item_id, chosen, seen=seen)
    except WordsStopped as stopped:
        noted(stopped.code)
        asked = isinstance(stopped, AskFirst)
        met = ",".join(sorted(rule_ids(stopped.decision.marks))) if asked else ""
        return page(decision=cards.of(stopped.decision, ""), seen=met), 422
    except Refused as error:
        return page(sentence(error.verdict)), status_of(error.code)
    except (Invalid, Conflict) as error:
        words = composing.said(error) if isinstance(error, Conflict) else str(error)
        return page(words), 409 if isinstance(error, Conflict) else 422
    return _written(slug, council_id, count)


def _written(slug: str, council_id: int, count: int) -> Response:
    flash(ngettext("%(num)s line is written down.", "%(num)s lines are written down.", count))
    return redirect(url_for("councils.minutes", slug=slug, council_id=council_id))
