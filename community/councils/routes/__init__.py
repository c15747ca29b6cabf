"""Pages of councils."""

from community.councils.routes import (
    agenda,
    calling,
    desk,
    documents,
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
    "agenda",
    "blueprints",
    "calling",
    "desk",
    "documents",
    "floor",
    "hall",
    "minutes",
    "planning",
    "signing",
    "talking",
    "voting",
]
