"""The list of councils, and the page of one: what it is about, when, who leads it, its agenda."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community.calendar import queries as calendar
from community.communities.here import here, here_standing, require_member
from community.core import clock
from community.core.errors import Conflict, Invalid, Refused
from community.councils.models import Council
from community.councils.policies import holding as policies
from community.councils.policies import planning as before
from community.councils.queries import agenda, lists, single, tasks, turnout, votes
from community.councils.routes.blueprints import bp
from community.councils.routes.tasks import drawing_tasks
from community.publishing import access, cards, composing
from community.publishing import queries as words_of
from community.publishing.access import Viewer
from community.publishing.views import ActionView, EntryView
from community.web.access import current_actor
from community.web.errors import sentence, status_of
from community.web.words import say as _


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
    """Show a council: before it the invitation and the agenda; then the way in; then what stays."""
    require_member()
    return council_page(slug, council_id)


def council_page(slug: str, council_id: int, said: str = "") -> str:
    """Draw the page of a council as its reader sees it; ``said`` tells why a move was not made."""
    actor, who = current_actor(), here_standing()
    reader = access.viewer(actor)
    row = single.council(reader, council_id, here().id)
    items, proposed = agenda.agenda(reader, council_id), agenda.proposals(reader, council_id)
    openers = [each.opener_id for each in (*items, *proposed) if each.opener_id]
    refusals = [each.declined_id for each in proposed if each.declined_id]
    shown = {each.id: each for each in words_of.entries(reader, [*openers, *refusals])}
    opener = single.opener(reader, council_id)
    if opener is not None:
        cards.attach(reader, [opener])
        opener.more_actions = actions(opener, row.Council)
    return render_template(
        "councils/council.html", slug=slug, row=row, council=row.Council,
        happening=row.Happening, thread=row.Thread, title=row.title, opener=opener, items=items,
        proposals=proposed, shown=shown, said=said, reader_id=actor.user_id,
        minutes=sum(each.minutes for each in items), appointed=_minutes(row.Happening),
        may_prepare=bool(policies.may_prepare(who, row.Council)),
        may_propose=before.takes_proposals(row.Council, clock.now()) and who.is_member,
        leads=policies.leads(row.Council, who.user_id), moderates=who.is_moderator,
        doors_open=bool(policies.may_open(row.Happening.starts_at, clock.now())),
        card=calendar.answer_card(row.Happening.id, actor.id) if actor.user_id else None,
        turnout=turnout.of(row.Council), needed=policies.needed,
        has_calendar=here().has("calendar"),
        before=single.title_of(reader, row.Council.follows_id),
        next_ones=single.following(reader, council_id), **_left(reader, row.Council),
    )  # fmt: skip


def actions(entry: EntryView, council: Council) -> list[ActionView]:
    """Return what the reader may do with the words of a theme or an item, under «Ещё»."""
    base, made = f"/e/{entry.id}", []
    if entry.is_mine and council.state == "planned":
        made.append(ActionView(_("Edit the words"), f"{base}/edit"))
    if entry.revision > 1:
        made.append(ActionView(_("History of the text"), f"{base}/history"))
    if not entry.is_mine and entry.state == "published":
        made.append(ActionView(_("Complain"), f"{base}/report"))
        if here_standing().is_moderator:
            made.append(ActionView(_("Hide with reasons"), f"{base}/remove", danger=True))
    return made


def moved(slug: str, council_id: int, act: Callable[[], Any]) -> Any:
    """Make a move from the council's page and come back to it; what was refused is said there."""
    try:
        act()
    except Conflict as error:
        return council_page(slug, council_id, composing.said(error)), 409
    except Refused as refused:
        return council_page(slug, council_id, sentence(refused.verdict)), status_of(refused.code)
    except Invalid as error:
        told = " ".join(_(each) for said in error.fields.values() for each in said)
        return council_page(slug, council_id, told), 422
    return back(slug, council_id)


def back(slug: str, council_id: int, anchor: str = "") -> Response:
    """Lead to the page of a council."""
    at = url_for("councils.council", slug=slug, council_id=council_id, _anchor=anchor or None)
    return redirect(at)


def _left(reader: Viewer, council: Council) -> dict[str, Any]:
    """Return what a council that is over has left: its votes, its tasks, how to draw them."""
    if council.state != "closed":
        return {}
    left = {
        "votes": votes.kept(council.thread_id),
        "tasks": tasks.of_council(reader, council.thread_id),
    }
    return left | drawing_tasks()


def _minutes(happening: Any) -> int:
    return int((happening.ends_at - happening.starts_at).total_seconds() // 60)
