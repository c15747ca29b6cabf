"""The search page of a community."""

from flask import Blueprint, render_template, request, url_for

from community.communities.here import here, require_member
from community.publishing.access import viewer
from community.search import queries
from community.search.asking import asked as read
from community.search.places import places
from community.web.access import current_actor

bp = Blueprint("search", __name__)


@bp.get("/c/<slug>/search")
def search(slug: str) -> str:
    """Search in words and people; for members, and only in what they may see."""
    require_member()
    asked, actor, place = read(request.args), current_actor(), here()
    shelves = places().shelves(viewer(actor), place.id)
    results = queries.search(actor, place.id, asked)
    names = {str(number): name for number, name in shelves}

    def address(page: int = 1, **changes: object) -> str:
        return url_for("search.search", slug=slug, **asked.address(page=page, **changes))

    return render_template(
        "search/results.html",
        asked=asked,
        results=queries.with_shelves(results, names),
        authors=queries.authors(place.id),
        shelves=shelves,
        kinds=places().kinds(),
        address=address,
        search_words=asked.q,
        slug=slug,
    )
