"""Pages of councils."""

from community.councils.routes import (
    desk,
    floor,
    hall,
    minutes,
    planning,
    signing,
    talking,
    voting,
)
from community.councils.routes.blueprints import bp

blueprints = (bp,)

__all__ = [
    "blueprints", "desk", "floor", "hall", "minutes", "planning", "signing", "talking", "voting",
]  # fmt: skip
