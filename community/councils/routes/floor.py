"""Hands, the floor and questions: plain forms, back to the page from which they were sent."""

from typing import Any

from community.core.errors import NotFound
from community.councils.queries import single
from community.councils.routes import rooms
from community.councils.routes.blueprints import bp
from community.councils.routes.desk import made
from community.councils.services import floor, talking
from community.publishing import access
from community.publishing import queries as words_of
from community.web.access import current_actor
from community.web.forms import number_sent


@bp.post("/c/<slug>/councils/<int:council_id>/items/<int:item_id>/hand/<kind>")
def raise_hand(slug: str, council_id: int, item_id: int, kind: str) -> Any:
    """Ask for the floor, for a remark or a speech."""
    return made(
        slug, council_id, lambda: floor.raise_hand(current_actor(), council_id, item_id, kind)
    )


@bp.post("/c/<slug>/councils/<int:council_id>/turns/<int:turn_id>/withdraw")
def withdraw_hand(slug: str, council_id: int, turn_id: int) -> Any:
    """Lower one's hand."""
    return made(slug, council_id, lambda: floor.withdraw_hand(current_actor(), council_id, turn_id))


@bp.post("/c/<slug>/councils/<int:council_id>/turns/<int:turn_id>/give")
def give_floor(slug: str, council_id: int, turn_id: int) -> Any:
    """Give the floor to a raised hand."""
    after = number_sent("after")
    return made(
        slug, council_id, lambda: floor.give_floor(current_actor(), council_id, turn_id, after)
    )


@bp.post("/c/<slug>/councils/<int:council_id>/turns/next")
def give_next(slug: str, council_id: int) -> Any:
    """Give the floor to the next in the queue."""
    after = number_sent("after")
    return made(slug, council_id, lambda: floor.give_next(current_actor(), council_id, after))


@bp.post("/c/<slug>/councils/<int:council_id>/turns/<int:turn_id>/end")
def end_turn(slug: str, council_id: int, turn_id: int) -> Any:
    """End a turn."""
    return made(slug, council_id, lambda: floor.end_turn(current_actor(), council_id, turn_id))


@bp.post("/c/<slug>/councils/<int:council_id>/questions/<int:entry_id>/too")
def ask_too(slug: str, council_id: int, entry_id: int) -> Any:
    """Say that one asks this too, or take it back."""
    return made(slug, council_id, lambda: talking.ask_too(current_actor(), council_id, entry_id))


@bp.post("/c/<slug>/councils/<int:council_id>/questions/<int:entry_id>/answered")
def mark_answered(slug: str, council_id: int, entry_id: int) -> Any:
    """Say that a question is answered, or not after all."""
    return made(
        slug, council_id, lambda: talking.mark_answered(current_actor(), council_id, entry_id)
    )


@bp.post("/councils/lines/<int:entry_id>/question")
def mark_question(entry_id: int) -> Any:
    """Put a line of the talk among the questions to the rapporteur, or take it from there."""
    _entry, thread = words_of.entry(access.viewer(current_actor()), entry_id)
    if thread.kind != "council_item":
        raise NotFound
    slug, council_id = single.whereabouts(thread.id)
    talking.mark_question(current_actor(), council_id, entry_id)
    return rooms.done(slug, council_id)
