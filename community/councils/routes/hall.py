"""The hall of a council: who is here, what is talked of, the talk itself; the projector's view."""

from typing import Any

from flask import flash, jsonify, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from community.core.errors import NotFound
from community.councils import panels
from community.councils.policies import holding as policies
from community.councils.queries import tasks
from community.councils.queries.hall import Stand
from community.councils.routes import rooms, talking
from community.councils.routes.blueprints import bp
from community.councils.routes.tasks import drawing_tasks
from community.councils.services import visiting
from community.publishing import access
from community.web.access import current_actor
from community.web.errors import wants_json


@bp.get("/c/<slug>/councils/<int:council_id>/hall")
def hall(slug: str, council_id: int) -> str:
    """Show the hall; who is here and opens it is heard of."""
    return hall_page(slug, rooms.council_row(council_id))


def hall_page(
    slug: str, row: Any, form: Any = None, decision: Any = None, trouble: str = ""
) -> str:
    """Draw the hall as it stands, with the talk of the item that is current."""
    council_id = row.Council.thread_id
    visiting.heard(current_actor(), council_id)
    picture = shown(slug, row, form, decision)
    return render_template("councils/hall.html", trouble=trouble, **picture)


def shown(slug: str, row: Any, form: Any = None, decision: Any = None) -> dict[str, Any]:
    """Return what the hall, the desk and the projector draw."""
    council_id = row.Council.thread_id
    thread = rooms.thread_now(council_id)
    drawing = panels.draw(thread)
    stand = drawing.stand
    talk = _talk(slug, stand, form, decision)
    review = _review(stand)
    return {
        "slug": slug, "row": row, "stand": stand, "review": review, "drawing": drawing, "thread": thread,
        "mine": rooms.mine_of(stand), "at": rooms.address(slug, council_id), "talk": talk,
        "facts": panels.facts(stand),
        "is_heir": policies.is_heir(stand, current_actor().user_id),
    } | (drawing_tasks() if review is not None else {})  # fmt: skip


def _review(stand: Stand) -> list[tasks.TaskView] | None:
    """Return the tasks that the current item follows up; None where it is another item."""
    if stand.current is None or not stand.current.is_review:
        return None
    return tasks.for_review(access.viewer(current_actor()), stand.id)


def _talk(slug: str, stand: Stand, form: Any, decision: Any) -> dict[str, Any] | None:
    """Return the talk of the current item; none where there is none, or its words are hidden."""
    if stand.current is None:
        return None
    try:
        return talking.talk(slug, stand, form, decision)
    except NotFound:
        return None


@bp.get("/c/<slug>/councils/<int:council_id>/projector")
def projector(slug: str, council_id: int) -> str:
    """Show the council for the wall: large, without controls; it follows by itself."""
    row = rooms.council_row(council_id)
    thread = rooms.thread_now(council_id)
    drawing = panels.draw(thread)
    return render_template(
        "councils/projector.html", slug=slug, row=row, stand=drawing.stand, drawing=drawing,
        thread=thread, at=rooms.address(slug, council_id), facts=panels.facts(drawing.stand),
    )  # fmt: skip


@bp.post("/c/<slug>/councils/<int:council_id>/come")
def come(slug: str, council_id: int) -> Response:
    """Take down that the reader has come («Я здесь»)."""
    rooms.council_row(council_id)
    visiting.come(current_actor(), council_id)
    return rooms.done(slug, council_id)


@bp.post("/c/<slug>/councils/<int:council_id>/leave")
def leave(slug: str, council_id: int) -> Response:
    """Take down that the reader leaves."""
    rooms.council_row(council_id)
    visiting.leave(current_actor(), council_id)
    if not wants_json():
        flash(_("You have left the council. You may come back while it goes on."))
    return rooms.done(slug, council_id)


@bp.post("/c/<slug>/councils/<int:council_id>/here")
def still_here(slug: str, council_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Hear that the reader's page is open; tell whether they count as present."""
    rooms.council_row(council_id)
    return jsonify(here=visiting.heard(current_actor(), council_id))


@bp.get("/c/<slug>/councils/<int:council_id>/mine")
def mine(slug: str, council_id: int) -> Response:
    """Tell a script what of the hall is the reader's own."""
    rooms.council_row(council_id)
    return jsonify(rooms.own_pieces(slug, council_id))


@bp.get("/c/<slug>/councils/<int:council_id>/pieces")
def pieces(slug: str, council_id: int) -> Response:  # noqa: ARG001 — the frame reads it
    """Tell a script all pieces of the hall, where it has missed one."""
    rooms.council_row(council_id)
    return jsonify(panels.whole(rooms.thread_now(council_id)))


@bp.get("/c/<slug>/councils/<int:council_id>/names")
def names(slug: str, council_id: int) -> str:
    """Show who is here; a page of its own, and what the hall's list is filled from."""
    row = rooms.council_row(council_id)
    drawing = panels.draw(rooms.thread_now(council_id))
    return render_template(
        "councils/names.html", slug=slug, row=row, stand=drawing.stand,
        at=rooms.address(slug, council_id),
    )  # fmt: skip
