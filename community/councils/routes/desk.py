"""The desks of the chairman and the secretary: every move is a plain form from the page that is current.

A move from a page that is no longer current answers 409 with the desk as it stands now.
"""

from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _

from community.core.errors import Conflict, Invalid, NotFound, Refused
from community.core.verdict import deny, require
from community.councils.minutes import Item
from community.councils.policies import holding as policies
from community.councils.queries import minutes
from community.councils.queries.hall import Stand
from community.councils.routes import hall, rooms
from community.councils.routes.blueprints import bp
from community.councils.services import holding
from community.web.access import current_actor
from community.web.errors import said, sentence, status_of, wants_json
from community.web.forms import number_sent

MOVES = {
    "open": holding.begin,
    "pause": holding.pause,
    "resume": holding.resume,
    "close": holding.close,
}
ITEM_MOVES = {
    "take": holding.take_item,
    "finish": holding.finish_item,
    "put-off": holding.put_off,
}


@bp.get("/c/<slug>/councils/<int:council_id>/desk")
def desk(slug: str, council_id: int) -> str:
    """Show the desk to the chairman and the secretary."""
    row = rooms.council_row(council_id)
    _require_desk(row)
    return desk_page(slug, row)


def desk_page(slug: str, row: Any, trouble: str = "") -> str:
    """Draw the desk as it stands."""
    shown = hall.shown(slug, row)
    noted = _noted(shown["stand"])
    return render_template("councils/desk.html", trouble=trouble, noted=noted, **shown)


@bp.get("/c/<slug>/councils/<int:council_id>/desk/part")
def desk_part(slug: str, council_id: int) -> str:
    """Show the moves alone, for the script of a desk that stands open."""
    row = rooms.council_row(council_id)
    _require_desk(row)
    stand = rooms.stand_now(council_id)
    return render_template(
        "councils/desk_part.html", slug=slug, stand=stand, mine=rooms.mine_of(stand),
        at=rooms.address(slug, council_id),
    )  # fmt: skip


@bp.get("/c/<slug>/councils/<int:council_id>/desk/notes")
def desk_notes(slug: str, council_id: int) -> str:
    """Show the secretary's corner alone: what is written down of the current item."""
    row = rooms.council_row(council_id)
    _require_desk(row)
    return render_template(
        "councils/desk_notes.html", slug=slug, council_id=council_id,
        noted=_noted(rooms.stand_now(council_id)), at=rooms.address(slug, council_id),
    )  # fmt: skip


def _noted(stand: Stand) -> Item | None:
    """Return the current item as the minutes have it, for the secretary alone."""
    if stand.current is None or current_actor().user_id != stand.secretary_id:
        return None
    found = minutes.minutes_of(stand.id).items
    return next((each for each in found if each.item_id == stand.current.id), None)


@bp.post("/c/<slug>/councils/<int:council_id>/desk/<move>")
def make_move(slug: str, council_id: int, move: str) -> Any:
    """Open the council, announce a break, go on, close."""
    if move not in MOVES:
        raise NotFound
    version = number_sent("version")
    return made(slug, council_id, lambda: MOVES[move](current_actor(), council_id, version))


@bp.post("/c/<slug>/councils/<int:council_id>/desk/items/<int:item_id>/<move>")
def move_item(slug: str, council_id: int, item_id: int, move: str) -> Any:
    """Take an item up, finish it, put it off."""
    if move not in ITEM_MOVES:
        raise NotFound
    version = number_sent("version")
    act = ITEM_MOVES[move]
    return made(slug, council_id, lambda: act(current_actor(), council_id, item_id, version))


@bp.post("/c/<slug>/councils/<int:council_id>/desk/chair")
def pass_chair(slug: str, council_id: int) -> Any:
    """Hand the chair to another who is expected."""
    to_id, version = number_sent("user_id"), number_sent("version")

    def act() -> None:
        holding.pass_chair(current_actor(), council_id, to_id, version)
        flash(_("The chair is handed over. The journal says so."))

    return made(slug, council_id, act)


@bp.post("/c/<slug>/councils/<int:council_id>/desk/chair/take")
def take_chair(slug: str, council_id: int) -> Any:
    """Take the chair of a chairman who is not heard of."""
    version = number_sent("version")

    def act() -> None:
        holding.take_chair(current_actor(), council_id, version)
        flash(_("You lead the council now. The journal says so."))

    return made(slug, council_id, act)


@bp.post("/c/<slug>/councils/<int:council_id>/desk/secretary")
def appoint_secretary(slug: str, council_id: int) -> Any:
    """Let another write the minutes."""
    to_id, version = number_sent("user_id"), number_sent("version")

    def act() -> None:
        holding.appoint_secretary(current_actor(), council_id, to_id, version)
        flash(_("The secretary is changed. The journal says so."))

    return made(slug, council_id, act)


def made(slug: str, council_id: int, act: rooms.Act) -> Any:
    """Make a move and lead back; a refusal answers with the page as it stands now, and says why."""
    rooms.council_row(council_id)
    try:
        act()
    except (Conflict, Refused, Invalid) as error:
        if wants_json():
            raise
        words, status = _told(error)
        row = rooms.council_row(council_id)
        if policies.leads(row.Council, current_actor().user_id):
            return desk_page(slug, row, words), status
        return hall.hall_page(slug, row, trouble=words), status
    return rooms.done(slug, council_id)


def _told(error: Conflict | Refused | Invalid) -> tuple[str, int]:
    if isinstance(error, Conflict):
        return said(error), 409
    if isinstance(error, Refused):
        return sentence(error.verdict), status_of(error.code)
    return " ".join(str(_(each)) for told in error.fields.values() for each in told), 422


def _require_desk(row: Any) -> None:
    if not policies.leads(row.Council, current_actor().user_id):
        require(deny("council.for_the_desks"))
