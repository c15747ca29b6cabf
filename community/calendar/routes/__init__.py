"""Pages of the calendar."""

from community.calendar.routes import answers, meetings, pages
from community.calendar.routes.blueprints import bp

blueprints = (bp,)

__all__ = ["answers", "blueprints", "meetings", "pages"]
