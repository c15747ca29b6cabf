"""What the pages of a council that goes on share: who may be there, the way back, one's own part."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from community.communities.here import here, here_standing, require_member
from community.core.db import db
from community.councils import panels
from community.councils.queries import mine as own
from community.councils.queries import single, votes
from community.councils.queries.hall import Stand
from community.councils.queries.mine import Mine
from community.councils.queries.votes import VoteView
from community.publishing import access
from community.publishing.models import Thread
from community.web.access import current_actor
from community.web.errors import wants_json

Act = Callable[[], object]
PAGES = ("hall", "desk", "projector")


def council_row(council_id: int) -> Any:
    """Return a council that the reader may know of; raises ``NotFound``, refuses strangers."""
    require_member()
    return single.council(access.viewer(current_actor()), council_id, here().id)


def address(slug: str, council_id: int) -> str:
    """Return the address of a council."""
    return f"/c/{slug}/councils/{council_id}"


def mine_of(stand: Stand) -> Mine:
    """Return the reader's own part of a council."""
    return own.of(stand, here_standing())


def stand_now(council_id: int) -> Stand:
    """Return how a council stands after what was just done."""
    return panels.draw(thread_now(council_id)).stand


def thread_now(council_id: int) -> Thread:
    """Return the thread of a council as it is committed now."""
    return db.session.get_one(Thread, council_id, populate_existing=True)


def votes_of(stand: Stand, item_id: int) -> list[VoteView]:
    """Return the votes of an item that need not be current."""
    return votes.of_item(stand.id, item_id)


def own_pieces(slug: str, council_id: int) -> dict[str, Any]:
    """Return the reader's own pieces of the hall, drawn, for the script."""
    stand = stand_now(council_id)
    mine, at, parts = mine_of(stand), address(slug, council_id), panels.own_macros()
    pieces = {
        "hand": str(parts.hand(stand, at, mine)),
        "presence": str(parts.presence(stand, at, mine)),
    }
    for vote in stand.open_votes:
        drawn = parts.booths(vote, at, mine.votes.get(vote.ballot_id), stand.mode)
        pieces[f"vote-{vote.ballot_id}"] = str(drawn)
    told: dict[str, Any] = {"mine": pieces, "asked": sorted(mine.asked), "here": mine.is_here}
    if mine.leads:
        told["desk"] = str(panels.desk_macros().desk(stand, at, mine))
    return told


def done(slug: str, council_id: int) -> Response:
    """Lead back to the page from which it was asked; a script is told what is now its reader's own."""
    if wants_json():
        return jsonify(own_pieces(slug, council_id))
    return redirect(came_from(slug, council_id))


def came_from(slug: str, council_id: int) -> str:
    """Return the page of the council from which a form was sent, the hall where it is not known."""
    path = urlsplit(request.referrer or "").path
    at = address(slug, council_id)
    known = {f"{at}/{page}" for page in PAGES}
    if path in known or path.startswith(f"{at}/items/"):
        return path
    if path.startswith(f"{at}/votes/"):  # the page that asks before closing is a desk's
        return url_for("councils.desk", slug=slug, council_id=council_id)
    return url_for("councils.hall", slug=slug, council_id=council_id)
