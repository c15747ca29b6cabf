"""The calendar of a community: what is to come, what was; files and the feed for programs."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from community.accounts.keys import config
from community.accounts.services import feed_keys
from community.calendar import ical, queries, views
from community.calendar.models import Happening
from community.calendar.routes.blueprints import bp
from community.communities.here import here, require_member
from community.core.errors import NotFound
from community.publishing import access
from community.web.access import current_actor, public


@bp.get("/c/<slug>/calendar")
def index(slug: str) -> str:
    """Show what is to come, by weeks."""
    require_member()
    rows = queries.coming(access.viewer(current_actor()), here().id)
    return render_template(
        "calendar/list.html", weeks=views.weeks(rows), rows=(), slug=slug, stage="coming",
        number=1, last=1, feed_url=_feed_url(),
    )  # fmt: skip


@bp.get("/c/<slug>/calendar/past")
def past(slug: str) -> str:
    """Show what was, the latest first."""
    require_member()
    number = request.args.get("page", 1, type=int)
    rows, last = queries.was(access.viewer(current_actor()), here().id, number)
    return render_template(
        "calendar/list.html", weeks=(), rows=rows, slug=slug, stage="past",
        number=number, last=last, feed_url=_feed_url(),
    )  # fmt: skip


@bp.get("/c/<slug>/calendar/<int:happening_id>.ics")
def file(slug: str, happening_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Give one happening as a file for a calendar program."""
    require_member()
    reader = current_actor()
    row = queries.found(access.viewer(reader), here().id, Happening.id == happening_id)
    answer = _of_calendar(ical.one(row, reader))
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.slug}-{row.id}.ics"'
    return answer


@bp.post("/c/<slug>/calendar/address")
def address(slug: str) -> AnyResponse:
    """Make the secret address of one's own calendar (``act=make``), or take it back."""
    require_member()
    if request.form.get("act") == "make":
        feed_keys.make(current_actor(), "calendar")
        flash(_("The address is ready: copy it into your calendar and show it to nobody."))
    else:
        feed_keys.revoke(current_actor(), "calendar")
        flash(_("The address is taken back: it opens nothing any more."))
    return redirect(url_for("calendar.index", slug=slug, _anchor="feed"))


@bp.get("/calendar/<key>.ics")
@public
def feed(key: str) -> AnyResponse:
    """Give the happenings of all communities of the person whose key it is."""
    person = feed_keys.person_of(key, "calendar")
    if person is None:
        raise NotFound
    answer = _of_calendar(ical.feed(queries.feed(access.viewer(person)), person))
    answer.add_etag()
    return answer.make_conditional(request)


def _of_calendar(body: bytes) -> Response:
    return Response(body, content_type=f"{ical.MIME}; charset=utf-8")


def _feed_url() -> str:
    key = feed_keys.key_of(current_actor().id, "calendar")
    home = config().public_url.rstrip("/")
    return home + url_for("calendar.feed", key=key) if key else ""
