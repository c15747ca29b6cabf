"""A meeting: its page, appointing it out of a vote, moving it, calling it off."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.calendar import policies, proposals, queries
from community.calendar.forms import MeetingForm
from community.calendar.models import Happening
from community.calendar.queries import Row
from community.calendar.routes.blueprints import bp
from community.calendar.services import meeting
from community.communities.here import here, here_standing, require_member
from community.core.verdict import require
from community.publishing import access, composing
from community.publishing.composing import Desk
from community.publishing.facts import Circumstances, Words
from community.publishing.offers import Ways
from community.web.access import current_actor


@bp.get("/c/<slug>/meetings/<int:thread_id>")
def page(slug: str, thread_id: int) -> str:
    """Show a meeting: when, where, who comes, where it is talked of."""
    row = _found(thread_id)
    author = queries.author_of(row.id)
    return render_template(
        "calendar/meeting.html", row=row, slug=slug, answers=queries.answers(row.id),
        card=queries.answer_card(row.id, current_actor().id), talk=queries.opener_of(thread_id),
        leads=bool(policies.may_lead(here_standing(), author, row.state)),
    )  # fmt: skip


@bp.route("/c/<slug>/meetings/from/<kind>/<int:number>", methods=["GET", "POST"])
def appoint(slug: str, kind: str, number: int) -> Any:
    """Appoint the meeting for which people have found an hour together."""
    require_member()
    proposal = proposals.of(kind, current_actor(), here().id, number)
    form = MeetingForm()
    if not form.is_submitted():
        form.propose(proposal.chosen)

    def act(_words: Words, seen: frozenset[str], _files: Any) -> Response:
        thread_id = meeting.appoint(
            current_actor(), here().id, (kind, number), form.when(), seen=seen
        )
        flash(_("The meeting stands in the calendar. Everybody expected is told."))
        return redirect(url_for("calendar.page", slug=slug, thread_id=thread_id))

    back = (proposal.title, proposal.url)
    return _form(form, slug, act, back, meeting.place_of(kind, number), chosen=proposal.chosen)


@bp.route("/c/<slug>/meetings/<int:thread_id>/move", methods=["GET", "POST"])
def move(slug: str, thread_id: int) -> Any:
    """Appoint another hour or place."""
    row, form = _found(thread_id), MeetingForm()
    require(policies.may_lead(here_standing(), queries.author_of(row.id), row.state))
    if not form.is_submitted():
        form.show(row.starts_at, row.ends_at, row.place)

    def act(_words: Words, seen: frozenset[str], _files: Any) -> Response:
        meeting.move(current_actor(), row.id, form.when(), seen=seen)
        flash(_("The meeting is moved. Everybody expected is told."))
        return redirect(row.address)

    back = (row.title or _("Meeting"), row.address)
    return _form(form, slug, act, back, meeting.place_of("move", row.id), chosen="")


@bp.post("/c/<slug>/meetings/<int:thread_id>/cancel")
def cancel(slug: str, thread_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Call a meeting off."""
    row = _found(thread_id)
    meeting.cancel(current_actor(), row.id)
    flash(_("The meeting is called off. Everybody expected is told."))
    return redirect(row.address)


@bp.post("/c/<slug>/meetings/<int:thread_id>/restore")
def restore(slug: str, thread_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Let a meeting take place after all."""
    row = _found(thread_id)
    meeting.restore(current_actor(), row.id)
    flash(_("The meeting takes place after all. Everybody expected is told."))
    return redirect(row.address)


def _form(
    form: MeetingForm, slug: str, act: Any, back: tuple[str, str], place: str, *, chosen: str
) -> Any:
    def drawn(decision: Any) -> str:
        return render_template(
            "calendar/appoint.html", form=form, slug=slug, back=back, chosen=chosen,
            decision=decision,
        )  # fmt: skip

    if not form.is_submitted():
        return drawn(None)
    at = Circumstances(event="topic", community_id=here().id)
    return composing.send(
        form, Desk(place, here().id, lambda: Ways(here_standing(), at)), act, drawn
    )


def _found(thread_id: int) -> Row:
    require_member()
    of_thread = (Happening.thread_id == thread_id) & (Happening.kind == meeting.KIND)
    return queries.found(access.viewer(current_actor()), here().id, of_thread)
