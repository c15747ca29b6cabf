"""«Что нового»: a five-minute page with an end."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from community.ballots import queries as ballots
from community.calendar import queries as calendar
from community.calendar import views as days
from community.communities.here import here, require_member
from community.publishing import access, marks
from community.topics.forms import KIND_NAMES
from community.topics.queries import news as what_is_new
from community.topics.routes.blueprints import news_bp
from community.web.access import current_actor


@news_bp.get("/c/<slug>/news")
def news(slug: str) -> str:
    """What is new for the member: what concerns them first (C05)."""
    require_member()
    reader, place = access.viewer(current_actor()), here()
    return render_template(
        "topics/news.html", news=what_is_new.news(reader, place.id), slug=slug, kinds=KIND_NAMES,
        votes=ballots.missing(reader, place.id) if place.has("ballots") else [],
        today=calendar.today(reader, place.id, days.end_of_today())
        if place.has("calendar")
        else [],
    )  # fmt: skip


@news_bp.post("/c/<slug>/news/read")
def read_all(slug: str) -> Response:
    """Count everything up to now as read."""
    require_member()
    marks.read_all(current_actor(), here().id)
    return redirect(url_for("news.news", slug=slug))
