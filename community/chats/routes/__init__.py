"""Pages of chats."""

from community.chats.routes import gathering, leading, lists, talking
from community.chats.routes.blueprints import bp

blueprints = (bp,)

__all__ = ["blueprints", "gathering", "leading", "lists", "talking"]
