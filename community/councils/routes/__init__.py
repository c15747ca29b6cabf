"""Pages of councils."""

from community.councils.routes import (
    agenda,
    calling,
    desk,
    documents,
    floor,
    gathering,
    hall,
    minutes,
    planning,
    signing,
    talking,
    tasks,
    voting,
)
from community.councils.routes.blueprints import bp, tasks_bp

blueprints = (bp, tasks_bp)

__all__ = [
    "agenda",
    "blueprints",
    "calling",
    "desk",
    "documents",
    "floor",
    "gathering",
    "hall",
    "minutes",
    "planning",
    "signing",
    "talking",
    "tasks",
    "voting",
]
