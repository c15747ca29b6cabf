"""«Что нового»: a five-minute page with an end."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from community.ballots import queries as ballots
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
    found = what_is_new.news(access.viewer(current_actor()), here().id)
    votes = (
        ballots.missing(access.viewer(current_actor()), here().id) if here().has("ballots") else []
    )
    return render_template("topics/news.html", news=found, slug=slug, kinds=KIND_NAMES, votes=votes)


@news_bp.post("/c/<slug>/news/read")
def read_all(slug: str) -> Response:
    """Count everything up to now as read."""
    require_member()
    marks.read_all(current_actor(), here().id)
    return redirect(url_for("news.news", slug=slug))
