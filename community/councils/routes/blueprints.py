"""The blueprints of the room: councils, and the tasks that came of them."""

from typing import Any

from flask import Blueprint

bp = Blueprint("councils", __name__)
tasks_bp = Blueprint("tasks", __name__)


@bp.context_processor
@tasks_bp.context_processor
def sheets() -> dict[str, Any]:
    """Give the room's pages its own styles, which no other page has to fetch."""
    return {"sheets_of_room": ("councils.css",)}
