"""Pages «Правила»: reading for members, keeping for moderators and administrators."""

from community.rulebook.routes import keeping, proposing, reading
from community.rulebook.routes.blueprints import bp

blueprints = (bp,)

__all__ = ["blueprints", "keeping", "proposing", "reading"]
