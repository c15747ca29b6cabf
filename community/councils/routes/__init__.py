"""Pages of councils."""

from community.councils.routes import minutes, planning
from community.councils.routes.blueprints import bp

blueprints = (bp,)

__all__ = ["blueprints", "minutes", "planning"]
