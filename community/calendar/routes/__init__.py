"""Pages of the calendar."""

from community.calendar.routes import answers, pages
from community.calendar.routes.blueprints import bp

blueprints = (bp,)

__all__ = ["answers", "blueprints", "pages"]
